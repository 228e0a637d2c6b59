"""The picture of an evaluation: pass@k of the suites with intervals, and how far answers get up the rungs.

In: `Numbers` of the suites. Out: a picture as bytes. Nothing is counted here. Imports matplotlib, and only when called.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from dsl4bes.evaluation.estimate import Share
from dsl4bes.evaluation.numbers import Numbers

_COLOURS = {1: "tab:blue", 5: "tab:orange", 10: "tab:green"}


def picture(found: Mapping[str, Numbers], kind: str = "png") -> bytes:
    """The picture in a format that matplotlib writes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    runged = [name for name, each in found.items() if each.reached]
    figure, places = plt.subplots(1, 1 + len(runged), figsize=(4 + 0.9 * len(found) + 4 * len(runged), 4.2), layout="constrained", squeeze=False)
    try:
        first, *others = places[0]
        _passes(first, found)
        for axes, name in zip(others, runged, strict=True):
            _bars(axes, list(found[name].reached), list(found[name].reached.values()), "tab:gray", 0.0, 0.6, "")
            axes.set_title(f"{name}: answers that get up to", fontsize=10)
            axes.tick_params(axis="x", rotation=40)
        head = next(iter(found.values())).head
        figure.suptitle((head.adapter or head.model)[:80].replace("$", r"\$"), fontsize=11)
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=120)
        return stream.getvalue()
    finally:
        plt.close(figure)


def _passes(axes: Any, found: Mapping[str, Numbers]) -> None:
    ks = [k for k in _COLOURS if any(k in each.passes for each in found.values())]
    width = 0.8 / len(ks)
    for at, k in enumerate(ks):
        names = [name for name, each in found.items() if k in each.passes]
        shares = [found[name].passes[k] for name in names]
        _bars(axes, list(found), shares, _COLOURS[k], (at - (len(ks) - 1) / 2) * width, 0.9 * width, f"pass@{k}", [list(found).index(name) for name in names])
    axes.set_ylabel("share, with Wilson's 95 % interval over tasks")
    axes.legend(fontsize=8)


def _bars(axes: Any, labels: list[str], shares: list[Share], colour: str, offset: float, width: float, label: str, places: list[int] | None = None) -> None:
    at = [place + offset for place in (range(len(shares)) if places is None else places)]
    below = [max(0.0, each.value - each.wilson[0]) for each in shares]
    above = [max(0.0, each.wilson[1] - each.value) for each in shares]
    axes.bar(at, [each.value for each in shares], width=width, color=colour, alpha=0.8, label=label or None)
    axes.errorbar(at, [each.value for each in shares], yerr=[below, above], fmt="none", ecolor="black", capsize=3)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(0, 1.02)
