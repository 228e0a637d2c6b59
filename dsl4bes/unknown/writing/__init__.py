"""A model writes the body of a block that nobody knows: task → prompt → drafts → ladder → the behaviour that most drafts share.

In: a typed `Task`, a backend, whoever puts drafts through the ladder; worked examples, which are data of the package. Out: `Written`: every draft with how far it got, and the one to pin, if
there is one. What a model says is data: it goes nowhere but up the ladder. No file is written here.
"""
