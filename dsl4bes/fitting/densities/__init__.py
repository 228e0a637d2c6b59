"""Shapes as functions of NumPy, one module for each shape or family, under the words of `constructs/shapes`.

In: `ir.fitting.Density`, the range, the folder of its files. Out: heights and integrals at given parameters (`table.py` finds the class of a word).
They are written from what the shape says of itself; no code of ROOT is followed and none is run.
"""
