"""The desk's screens. They hold no logic: a page reads by `queries`, and a form makes one call of an action.

access     what a person may see and do, asked once for each request
doing      one action for one form: what it refuses stands beside the form, what it did is said on the next page
forms/     what a person fills in, and the struct of `core.model` that it says
the rest   one module for each screen, named as in its address
"""
