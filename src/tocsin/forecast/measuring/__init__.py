"""How a backtest came out, from its table and a panel: figures, differences with intervals, what may be concluded.

    report.py      what is said of any target
    onset.py, fatalities.py, alert.py   the figures of each

A table is what `tocsin forecast backtest` wrote, or anybody's with the same columns: what is measured is what was
written, never what a model holds in memory.
"""
