"""`dsl4bes dataset`: training data. Each of its commands is a module of this folder.

In: nothing. Out: the group as it is declared. Nothing of a data set is imported before one of them is asked for.
"""

from __future__ import annotations

from dsl4bes.cli.declare import Group

GROUP = Group(
    "dataset",
    "Training data, each pair verified.",
    {
        "build": ("dataset.build", "Build training data, each pair verified."),
        "show": ("dataset.show", "Count the pairs of a data set, show some, check all."),
        "add": ("dataset.add", "Give accepted code of custom blocks to a data set."),
        "remove": ("dataset.remove", "Take given code out of a data set again."),
    },
)
