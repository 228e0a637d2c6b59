"""A fit → a ROOT macro, in C++ or Python: `from_ir.py` makes statements of ROOT (`model.py`), `render.py` prints them in one of the two languages.

In: `ir.fitting.Fit`. Out: text. One lowering serves both languages; functions that a macro needs are in `templates/fits/support`, in both. Nothing is run here, and no file is opened.
"""
