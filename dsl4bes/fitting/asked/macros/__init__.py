"""A whole macro from a model, where the language has no words for a fit: `climb.py`.

In: a question, a model, the user's ROOT, a way to run a program on the user's data. Out: one program. Facts of the installed ROOT stand in the prompt (`facts.py`: members that exist; `tutorials.py`: the nearest program of its own tutorials), each draft is compiled
and run confined (`confined.py`, `ran.py`, `converged.py`), ROOT's words go back, and among the drafts that run and converge the largest group of equal numbers wins (`vote.py`, `printed.py`). Which numbers are right is not known here. Nothing of ROOT is copied into this project.
"""
