"""Will a mass killing begin: a new one, at least 1,000 civilians of a group, in a country, in the next year or two.

The definition is the Early Warning Project's (EWP), and so is the shape of the panel: one row per country and year.
"""
