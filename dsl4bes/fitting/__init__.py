"""Fits that are run: where their data are (`located.py`), the macro in ROOT (`run.py`), what came of it (`results.py`, `show.py`).

In: `ir.fitting.Fit`, files. Out: results as data, pictures, words. No formula of a fit is known here, and nothing of ROOT is imported into this process.
"""
