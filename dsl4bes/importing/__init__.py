"""Old C++ to a draft: what of a hand-written BOSS algorithm is a selection that the language has words for.

In: the text of an algorithm, of its header, of its job options. Out: a program, what it was made of, and the C++ that was not understood. Nothing is compiled or run, and no
file is read. A cut that is not sure stays C++ in a comment: a wrong cut is worse than none.
"""
