"""What the facts of a walk are in the language: one recogniser for each construct.

In: facts. Out: statements of the language with the lines they came from; what a recogniser is not sure of it gives back as a hole. No C++ is read here, except in `helpers`, which knows the functions that
this compiler writes into its packages.
"""
