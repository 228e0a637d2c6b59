"""Language services without any protocol: what an editor asks about a program that is being written.

In: a `Document` (`document.py`) and a place in it. Out: completions, hover texts, definitions, edits, symbols, as plain data with `Span`s. A program that is
broken is answered as well as it can be. Nothing is written, printed or run here, and no protocol is known.
"""
