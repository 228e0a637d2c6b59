"""Tasks that no training sees: what models are judged by.

In: nothing of a user's. Out: tasks with the right answer or a way to judge one: `block_tasks.py` has blocks whose behaviour is known. `dataset/` keeps whatever is near one of them out of the training data, `evaluation/` asks and grades.
No model is asked here, and nothing here is shown in a prompt but the questions themselves.
"""
