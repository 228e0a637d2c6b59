"""Fits: blocks as written → `ir.fitting`. `fits.py` puts one together; data, ranges, terms, parameters and formulas have a module each.

In: shaped instances, the tuples of the program. Out: `Fit`s, or diagnostics. No data file is opened, and no word of ROOT is known.
"""
