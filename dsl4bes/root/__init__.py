"""The user's ROOT: where it is (`find.py`), a macro run by it (`run.py`), and what it said (`words.py`).

In: a macro in a folder. Out: a `MacroRun`: how it ended, what it printed, ROOT's complaints with their places in the macro.
What a model wrote runs in the sandbox or not at all; a macro of the compiler's own runs in the user's folder, bounded in time and memory. Nothing here knows what a fit is,
and nothing of ROOT is imported into this process.
"""
