"""Pairs for the repair of programs: right programs, one realistic slip or two in each, what the compiler says of them, and the right program again.

In: a seed. Out: `pairs.Repairs`. No question holds a diagnostic that the compiler did not give.
"""
