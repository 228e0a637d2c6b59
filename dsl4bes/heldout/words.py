"""What the held-out tasks say, and the programs they hold, for whoever must keep it out of something.

In: the files of the tasks. Out: names of tasks with their words, one entry for each phrasing; names with programs. The programs are not compiled for this.
"""

from __future__ import annotations

import re

from dsl4bes.heldout import prediction_tasks, repair_tasks
from dsl4bes.heldout.block_tasks import FOLDER
from dsl4bes.heldout.word_tasks import load as word_tasks
from dsl4bes.unknown.toml_text import loads

_DESCRIBE = re.compile(r'describe\s+"((?:\\.|[^"\\])*)"')


def words() -> tuple[tuple[str, str], ...]:
    """Tasks by name, each with what it asks for."""
    found = []
    for path in sorted(FOLDER.glob("*/*.toml")):
        text = _DESCRIBE.search(loads(path.read_text(encoding="utf-8"))["block"])
        assert text is not None, path
        found.append((path.stem, text.group(1)))
    found += [(each.name, each.words) for each in word_tasks()]
    found += [(f"repairs/{name}", about) for name, about in {task.name.partition("/")[0]: task.about for task in repair_tasks.load()}.items()]
    return tuple(found)


def programs() -> tuple[tuple[str, str], ...]:
    """Programs of tasks, which no training may hold: the right ones of repairs, the selections of predictions."""
    repairs = {task.name.partition("/")[0]: task.right for task in repair_tasks.load()}
    predictions = {name: each.text for name, each in prediction_tasks.programs().items()}
    return tuple((f"{kind}/{name}", text) for kind, of in (("repairs", repairs), ("predictions", predictions)) for name, text in of.items())
