"""What a user gets, and not the bare model: `Ladder` in `climb.py`.

In: a prompt, data, a model, the user's ROOT. Out: one program. Facts of the installed ROOT stand in the prompt (`facts.py`: members that exist; `tutorials.py`: the nearest program of its own tutorials), each draft is compiled and run, ROOT's words go
back (`climb.py`), and among the drafts that run and converge the largest group of equal numbers wins (`vote.py`). No grader takes part: the right numbers are not known here. Nothing of ROOT is copied into this project.
"""
