"""A model that adds questions to answers which are verified already: `pairs.py` is the way in, and only used where somebody asks for it.

In: pairs of other sources, a backend. Out: further pairs with the same answers. A teacher writes no answer and no code: what it says is data, read strictly, checked by rules, refused with a reason.
"""
