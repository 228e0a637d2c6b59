"""Pairs from words to the language: blocks, whole programs, questions on both, and what a selection section says of them.

In: a seed and how many draws of each family. Out: the source `Programs` (`source.py`). A family draws choices of physics (`parts/`, `channels.py`), which become lines of the language and, by `words/*.toml`, clauses of a question in English and Chinese. No pair is
given whose program the compiler did not take without errors.
"""
