"""A model served by vLLM: what is to run (`plan.py`, `command.py`), made ready (`prepare.py`), and the process itself (`process.py`, `ready.py`).

In: a model, a folder of adapters, an address. Out: a server that answers, and ends with us. vLLM is a command in a Python of its own: it is never
imported here, and neither are torch, transformers and peft, which work in processes of their own (`workshop.py`).
"""
