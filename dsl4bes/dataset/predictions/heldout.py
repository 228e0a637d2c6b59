"""Draws the tasks of prediction that models are judged by: `python -m dsl4bes.dataset.predictions.heldout` writes `heldout/predictions/tasks.jsonl`.

In: the selections that are kept apart, a fixed seed. Out: four events of each selection, of as many fates as there are, English and Chinese in turn; asked in ways that training does not use. Run once: the file is committed, and what it says stays.
"""

from __future__ import annotations

import json

import numpy as np

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.predictions.events import events
from dsl4bes.dataset.predictions.sheet import Sheet, sheets
from dsl4bes.dataset.predictions.wording import event
from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.dataset.repairs.programs import canonical
from dsl4bes.driver import check_source
from dsl4bes.heldout.prediction_tasks import TASKS, HeldOutProgram, PredictionTask, programs
from dsl4bes.heldout.verdict_line import ACCEPTED, REJECTED

SEED = 20_240_613
_EVENTS, _DRAWS = 4, 4  #: events of a selection; draws that are looked at for them
_ASKED = {
    Language.ENGLISH: (
        "the program and the event are known; determine the outcome. Think in the order of the cut flow (@CUTS@) and write `@REJECTED@<cut>` or `@ACCEPTED@` as the final line.\n\nSelection code:\n\n@PROGRAM@\n\nEvent record:\n\n@EVENT@",
        "Event record:\n\n@EVENT@\n\nSelection code:\n\n@PROGRAM@\n\nAt which of @CUTS@ does this event stop? Final line: `@REJECTED@<cut>`, or `@ACCEPTED@` for an event that stops nowhere.",
    ),
    Language.CHINESE: (
        "程序和事例均已知，请判定结果。按 cut flow（@CUTS@）的顺序思考，最后一行写 `@REJECTED@<cut>` 或 `@ACCEPTED@`。\n\n选择代码：\n\n@PROGRAM@\n\n事例记录：\n\n@EVENT@",
        "事例记录：\n\n@EVENT@\n\n选择代码：\n\n@PROGRAM@\n\n该事例止于 @CUTS@ 中的哪一项？最后一行：`@REJECTED@<cut>`；若未被任何一项拦下，写 `@ACCEPTED@`。",
    ),
}


def tasks() -> list[PredictionTask]:
    """All of them."""
    found = []
    for at, (name, program) in enumerate(programs().items()):
        rng = np.random.default_rng([SEED, at])
        text = canonical(program.text)
        for number, sheet in enumerate(_chosen(text, program, rng)):
            language = tuple(Language)[(at + number) % 2]
            found.append(PredictionTask(name=f"{name}/{number + 1}", language=language.value, program=text, question=_question(text, sheet, language, number // 2), cuts=sheet.cuts, rejected=sheet.rejected))
    return found


def _chosen(text: str, program: HeldOutProgram, rng: np.random.Generator) -> list[Sheet]:
    """Events of fates in turn, the rarer ones first."""
    made = check_source(text)
    if made.program is None or made.bag.has_errors:
        raise ValueError(f"a held-out selection does not check: {next(iter(made.bag)).message}\n{text}")
    fates: dict[str, list[Sheet]] = {}
    for draw in range(_DRAWS):
        for decay in program.decays:
            for sheet in sheets(made.program, events(decay, SEED, draw)):
                if sheet.clear and sheet.decided == sheet.rejected:
                    fates.setdefault(sheet.rejected, []).append(sheet)
    order = sorted(fates, key=lambda fate: (len(fates[fate]), fate))
    taken: list[Sheet] = []
    while len(taken) < _EVENTS:
        fate = order[len(taken) % len(order)]
        taken.append(fates[fate].pop(int(rng.integers(len(fates[fate])))))
    return taken


def _question(program: str, sheet: Sheet, language: Language, phrasing: int) -> str:
    cuts = (", " if language is Language.ENGLISH else "、").join(f"`{cut}`" for cut in sheet.cuts)
    filled = {"PROGRAM": fenced(program, "bes"), "EVENT": event(sheet, language, as_table=False), "CUTS": cuts, "REJECTED": REJECTED[language.value], "ACCEPTED": ACCEPTED[language.value]}
    text = _ASKED[language][phrasing % 2]
    for name, value in filled.items():
        text = text.replace(f"@{name}@", value)
    return BOSS_OPENINGS[language] + text


def main() -> None:
    """Write the file of the tasks."""
    TASKS.write_text("".join(json.dumps(task.model_dump(mode="json"), ensure_ascii=False) + "\n" for task in tasks()), encoding="utf-8")


if __name__ == "__main__":
    main()
