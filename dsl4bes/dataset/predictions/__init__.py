"""Pairs for input/output prediction: a selection and what is measured of one toy event, answered by the cut that rejects it, with the comparisons in order; and numbers that follow from four-momenta.

In: a seed. Out: `pairs.Predictions`. No answer is given that the judge of the language does not give for the same event.
"""
