"""The curves of a run: loss of each step and its running mean, held-out loss, learning rate.

In: the lines of `train.jsonl`. Out: a PNG. Matplotlib is needed, and no display.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

_MEAN = 20  #: steps of the running mean


def picture(lines: Sequence[dict[str, Any]]) -> bytes:
    """The same bytes for the same lines and the same matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    steps = [each for each in lines if "loss" in each]
    watched = [each for each in lines if "validation" in each]
    figure = Figure(figsize=(7.5, 5.5), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    numbers, losses = [each["step"] for each in steps], [each["loss"] for each in steps]
    above.plot(numbers, losses, ".", markersize=3, color="0.7", label="training, each step")
    above.plot(numbers, running_mean(losses, _MEAN), color="tab:blue", label=f"training, mean of {_MEAN} steps")
    if watched:
        above.plot([each["step"] for each in watched], [each["validation"] for each in watched], "o-", color="tab:orange", label="held-out families")
    above.set_ylabel("loss of the answers [nat/token]")
    above.legend(frameon=False)
    below.plot(numbers, [each["rate"] for each in steps], color="tab:green")
    below.set_ylabel("learning rate")
    below.set_xlabel("step")
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=130, metadata={"Software": None})
    return out.getvalue()


def running_mean(values: Sequence[float], width: int) -> list[float]:
    """The mean of the last `width` values at each place.

    >>> running_mean([1.0, 3.0, 5.0], 2)
    [1.0, 2.0, 4.0]
    """
    return [sum(values[max(0, at + 1 - width) : at + 1]) / min(width, at + 1) for at in range(len(values))]
