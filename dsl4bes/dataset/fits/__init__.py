"""Fits drawn at random, as short programs that are worth learning: `families/` has the kinds, `check.py` runs them.

In: a seed. Out: pairs whose programs ran in ROOT and printed the truth within their errors. None is one of the six tasks of the benchmark. No program of a user is read here.
"""
