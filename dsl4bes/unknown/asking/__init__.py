"""From words to a program: a model writes, a grammar holds its pen, the compiler's checks answer back. `rounds.py` is the way in.

In: a question in English or Chinese, a backend. Out: the best program that came, with its diagnostics.
Nothing of an answer is run, no file that it names is read, and nothing is printed or written here.
"""
