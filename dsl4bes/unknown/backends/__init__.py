"""Who writes a body: a server, a model in this process, or a recording. `open_backend` in `choose.py` is the way in.

In: a `Request`. Out: `Answers`, or a `Trouble` with the reason. Nothing of an answer is judged or run here.
Nothing heavy is imported before the backend that needs it is asked for.
"""
