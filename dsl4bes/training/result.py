"""What a run came to: numbers from its log, and the card of its adapter.

In: the lines of `train.jsonl`, what the run was made of. Out: `Result`; Markdown for the folder of the adapter. Nothing is measured here, and nothing that is not in the log is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dsl4bes.dataset.record import Kind
from dsl4bes.training.folder import Made
from dsl4bes.training.recipe import Lora

_LAST = 20  #: steps of which the last training loss is the mean


@dataclass(frozen=True, slots=True)
class Result:
    """Losses in nat per token of the answers; `before` and `after` are those of held-out families, None if none were watched."""

    steps: int
    pairs: int
    tokens: int
    seconds: float
    loss: float
    before: float | None
    after: float | None
    best: float | None
    best_step: int | None

    @property
    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def result(lines: Sequence[Mapping[str, Any]], made: Made) -> Result:
    """Of a log with at least one step."""
    steps = [each for each in lines if "loss" in each]
    watched = [each for each in lines if "validation" in each]
    last = steps[-_LAST:]
    best = min(watched, key=lambda each: each["validation"], default=None)
    return Result(
        steps=len(steps), pairs=made.pairs, tokens=sum(each["tokens"] for each in steps), seconds=round(sum(each["seconds"] for each in steps), 1), loss=round(sum(each["loss"] for each in last) / len(last), 4),
        before=next((each["validation"] for each in watched if each["step"] == 0), None), after=watched[-1]["validation"] if watched else None,
        best=best["validation"] if best else None, best_step=best["step"] if best else None,
    )  # fmt: skip


def card(found: Result, made: Made, lora: Lora, kinds: Mapping[str, int], too_long: int) -> str:
    """The README of an adapter."""
    data, training = made.recipe["data"], made.recipe["training"]
    layers = "all linear layers" if not lora.layers else "layers " + ", ".join(lora.layers)
    how = (
        f"Rank {lora.rank}, alpha {lora.alpha:g}, dropout {lora.dropout:g}, {layers}; {training['epochs']} epochs, learning rate {training['learning_rate']:g} (cosine), {training['batch']} x {training['accumulation']} rows of at most "
        f"{training['longest']} tokens a step, weights in {made.precision}, seed {training['seed']}. Loss on answers only."
    )
    alone = " Blocks were asked without worked examples: set `examples = 0` in `dsl4bes.toml`." if Kind.METHOD.value in kinds else ""
    chinese = [f"Chinese: {data['chinese']:.0%} of them.", ""] if data["chinese"] is not None else []
    lines = [
        "---", f"base_model: {made.base}", "library_name: peft", "pipeline_tag: text-generation", "tags: [lora, BESIII, DSL4BES]", "---", "",
        f"# LoRA adapter for {made.base}", "",
        made.recipe["about"].strip() or "Trained by `dsl4bes finetune`.", "",
        how, "",
        "## Data", "", f"{made.pairs:,} pairs of the data set `{made.data_digest}` (`dsl4bes dataset build`; its card says what was verified, and the licence of each answer)." + (f" {too_long:,} longer ones were left out." if too_long else ""), "",
        "| kind | pairs |", "|--|--|", *(f"| {kind} | {count:,} |" for kind, count in kinds.items()), "",
        *chinese,
        "## Numbers", "", "| | |", "|--|--|", f"| steps, tokens | {found.steps:,}, {found.tokens:,} |", f"| time | {found.seconds / 3600:.2f} h |", f"| loss at the end (mean of {_LAST} steps) | {found.loss:.4f} |",
        *([f"| loss of held-out families, base | {found.before:.4f} |", f"| the same, with the adapter | {found.after:.4f} |"] if found.before is not None and found.after is not None else []),
        *([f"| lowest held-out loss | {found.best:.4f} at step {found.best_step} |"] if found.best is not None else []), "",
        "A loss says how well answers are foreseen, not whether they run: `dsl4bes evaluate` says that.", "",
        "## Use", "", f"`dsl4bes serve {made.base} --adapters THIS_FOLDER`. The prompt template is that of the base model, SHA-256 `{made.template[:16]}…`; with another one the adapter is refused (`dsl4bes.json`).{alone}", "",
        "## Licence", "", "That of the base model; the adapter adds no other terms. Code that it writes is to be read before it is used.", "",
    ]  # fmt: skip
    return "\n".join(lines)
