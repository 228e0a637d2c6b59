"""Writing the code of a block that the language does not know.

In: the task of a block. Out: what an author is shown, a hand or a model. What anybody wrote is data here; whether it may be used is decided by the ladder.
"""
