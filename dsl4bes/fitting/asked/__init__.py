"""A fit from words: a model writes, the language's grammar, its checks, ROOT and the sandbox answer back. `roads.py` is the way in.

In: a question in English or Chinese that names its data, a backend, the user's ROOT. Out: a program of `fit` blocks that ran to a valid result (`block.py`), else a whole macro that ran and converged (`macros/`), else the best attempts. The data of the question are looked into first (`data.py`): a model can
name only what is there. Nothing that a model wrote runs outside the sandbox, and nothing is printed or written here.
"""
