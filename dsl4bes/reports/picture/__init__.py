"""A selection as a picture: a column of blocks, the lists that flow between them, the cuts with what survives them.

In: a program, and perhaps a saved run. Out: SVG, HTML with that SVG. `flow.py` says what there is, `layout.py` where it stands, `svg.py` and `page.py` draw it. The same program gives the
same bytes.
"""
