"""What a program says, for people: its selection in words, as a picture, and what is different between two programs.

In: compilations up to the IR, saved results of runs, events. Out: text, LaTeX, SVG, HTML, plain data. Everything is made of primitives and typed expressions, never of
the program's text. Nothing is printed and no file is written here.
"""
