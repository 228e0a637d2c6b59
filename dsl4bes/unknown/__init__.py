"""Blocks that the language does not know: the task they are, who writes their code, what the code has to pass, where it is kept.

In: a program with such blocks. Out: accepted code in the lock file beside it, which the compiler then uses without any model. Everything that anybody wrote is data until
the ladder has accepted it: parser, policy, compiler, events in a sandbox. No known block ever comes here, and no import of this package happens without one.
"""
