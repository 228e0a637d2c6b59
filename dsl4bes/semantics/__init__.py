"""The independent judge: what a program means, computed in NumPy from the event columns and from nothing else.

In: an `ir.Program` and a batch of events. Out: which events pass which cut, the lists, fits, tuples and histograms.
Written from the rules of the language and the facts of the interface, never from the C++ templates, so that a mistake in
one of the two shows as a difference. The fits are formulated on their own (whitened least squares with multipliers).
Nothing is generated, compiled or read from disk here.
"""
