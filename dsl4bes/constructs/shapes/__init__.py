"""The shapes a term of a fit can have, one module each: which parameters it has, what they mean, where they start.

In: declarations. Out: `Shape` classes, by their word (`registry.py`). What ROOT calls a shape is in `macro/shapes/`, what it is in numbers in `fitting/densities/`, each under the same word.
No number of a program is read here.
"""
