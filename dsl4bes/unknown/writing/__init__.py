"""What a model is asked, and how its answer is held to what can be right: grammar of the answer, prompt, facts.

In: the `Task` of a custom block. Out: text for a backend, and the text of its answer. No answer is believed here: it is judged by the policy and
the rest of the ladder (`unknown/ladder.py`), whatever it was held to.
"""
