"""A command, confined: `run_confined` in `run.py`; what this machine offers in `means.py`; how it ended in `outcome.py`.

In: a command, a scratch folder, limits. Out: an `Outcome`, as data and in words.
A command never runs unconfined: where no confinement can be had, that is a `Trouble` that says why.
"""
