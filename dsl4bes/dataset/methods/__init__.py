"""Pairs that teach to write the code of blocks that the language does not know.

In: a seed. Out: pairs of drawn conditions (`tree.py`), each printed as a formula of the language (`formula.py`), as the body of `accept` (`body.py`) and as words (`saying.py`), and held against each other on toy events (`trial.py`).
Nothing enters whose formula has the shape of a held-out task (`shapes.py`), and no answer that did not run.
"""
