"""Deaths in state-based conflict per country and month, as draws.

panel.py       the table of deaths -> a frame; month numbers
history.py     what a view holds, as a matrix, and what a forest learns from it
forecast.py    a forecast: draws per country and month; its table; its scores by calendar year
baselines.py   VIEWS' own: zero, last month, bootstrap, conflictology
forest.py      how deaths went on elsewhere after a history like this one
pool.py        several distributions made one
models.py      the pooled model, and every model by name
"""
