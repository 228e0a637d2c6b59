"""Pairs of questions and answers for training, each verified: `build.py` is the way in.

In: the sources of `sources.py`: tutorials of the user's ROOT, what is drawn at random, what users gave, a model's questions. Out: records (`record.py`), split by family before paraphrase, without near duplicates, in the formats of the common trainers, with a card that says what is inside.
No answer enters that was not compiled, run or checked as its kind demands, and none of a test task does. No model is trained here, and no text of ROOT is part of this project.
"""
