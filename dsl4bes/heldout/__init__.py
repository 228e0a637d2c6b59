"""Tasks that no training sees: what models are judged by.

In: nothing of a user's. Out: tasks with the right answer or a way to judge one: blocks whose behaviour is known, programs from words, repairs, predictions (`*_tasks.py`). `dataset/` keeps whatever is near one of them out of the training data, `evaluation/` asks and grades.
No model is asked here, and nothing here is shown in a prompt but the questions themselves.
"""
