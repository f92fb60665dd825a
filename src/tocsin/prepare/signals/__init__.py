"""Series of a situation, and rules that raise a hand when something in them changes.

    ready tables --panel--> monthly or weekly series --rules--> months in which a rule fires --backtest--> how often
    that was right, and how often not

A signal is a reason to look. It is never evidence, and no level follows from it.
"""
