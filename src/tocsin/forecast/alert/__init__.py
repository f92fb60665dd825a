"""Where an episode of killing of civilians may start within three months.

panel.py       UCDP country-months -> a frame
episodes.py    what a start is, what quiet and sudden mean: the definition, in one place
history.py     what a view holds, as matrices, and what trees learn from it
neighbours.py  which countries border which
lists.py       top-K lists: what they catch, how many false episodes a year
forecast.py    a forecast per country and origin; its table
baselines.py   deaths so far, the one-line rule, an annual risk read from a file
models.py      the model, and every model by name
signs.py       how the desk's own coded indicators raise a situation, apart from the number
"""
