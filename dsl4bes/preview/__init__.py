"""Live preview: a program that is still being written, its C++ and what it selects of events held in memory.

In: events, then one text of the program after another. Out: a `View` for each: diagnostics, C++ block by block with what changed, cut flow, histograms.
The numbers are those of `dsl4bes run`: the package itself runs, built quickly and kept by its code. Nothing is printed, and nothing is written but the cache.
"""
