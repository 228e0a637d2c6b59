"""Fits of ours, by iminuit: what a right program finds in the same data. `binned.py` for histograms, `goodness.py` for their chi2.

In: data and a model as NumPy functions. Out: `Fit`s: values, covariance, chi2. No program under test, no ROOT and no code of the compiler takes part.
"""
