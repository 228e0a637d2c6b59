"""Reference texts of the language, made from what the compiler itself uses.

In: the registry, the tables of functions, particles, units and codes. Out: pages (`pages.py`), the C++ of a block or field (`code.py`), all words as data
(`vocabulary.py`), what is known about one word (`lookup.py`). No program is looked at, and nothing is printed.
"""
