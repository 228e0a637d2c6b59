"""Records what a real model says as a teacher, for the tests of `dataset build --teacher`: `python -m finetune.record_teacher FOLDER URL MODEL CASSETTE`.

In: a data set that was built (its pairs are what is asked about), the address of a server or the folder of a model (which then answers in this process), the name of the model, the file to write. Out: the cassette with six answers at most, and a line for each. Record again when the prompts of `dsl4bes/dataset/teacher/words.toml` have changed a lot.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.shown import shown
from dsl4bes.dataset.teacher.lessons import Lesson, lessons
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.backends.protocol import Request
from dsl4bes.unknown.backends.recorded import RecordedBackend
from dsl4bes.unknown.settings import Settings

ANSWERS, TOKENS, SEED = 6, 300, 1


def asked(pairs: list[Pair]) -> list[Lesson]:
    """The lessons of the recording, which the tests use too."""
    return lessons(pairs, SEED, ANSWERS)


def short(request: Request) -> Request:
    """The request with a short answer: the machine may be a small one."""
    return request.model_copy(update={"max_tokens": TOKENS})


def main(folder: str, url: str, model: str, name: str, most: int = ANSWERS) -> None:
    here = Path(url).is_dir()
    values = {"backend": "transformers" if here else "openai", "url": "" if here else url, "model": url if here else model, "read_timeout": 3600.0, "total_timeout": 7200.0, "retries": 0, "at_once": 1}
    backend = RecordedBackend(Path(name), model, "", open_backend(Settings({**Settings().values, **values}, {}), Path.cwd()))
    for lesson in asked(shown(Path(folder)).pairs)[:most]:
        found = backend.complete(short(lesson.request), lambda sample, text: None)
        print(f"{found.completion_tokens} tokens, {found.seconds:.0f} s, {found.answers[0].finish.value}: {found.answers[0].text[:100]!r}", flush=True)


if __name__ == "__main__":
    folder, url, model, name, *most = sys.argv[1:]
    main(folder, url, model, name, int(most[0]) if most else ANSWERS)
