"""What a person needs to judge the code of custom blocks: the code, who wrote it, how sure that is, and the events that decide.

In: a program, its lock file, events. Out: data for the command that shows it. Code runs in the sandbox only, accepted or not, and nothing is pinned or changed here.
"""
