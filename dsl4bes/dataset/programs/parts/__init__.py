"""Parts of selections: each function draws one block with sensible numbers and notes the clauses that say it.

In: a `Draw`, what the program around it needs. Out: `Part`s. The same functions serve blocks that are asked for alone and whole programs.
"""
