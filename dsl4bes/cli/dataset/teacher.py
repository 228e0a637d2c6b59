"""The model of `--teacher`: from an address to who answers.

In: the address and the name of the model as given, the file of its answers. Out: a `Teacher`, or a `Trouble` that says what is missing. The key comes from the environment alone; nothing is asked here but which models there are.
"""

from __future__ import annotations

from pathlib import Path

from dsl4bes.dataset.teacher.answers import Teacher
from dsl4bes.diagnostics.codes.backends import NO_MODEL
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.diagnostics.model import Bag, Severity
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.settings import read_settings
from dsl4bes.unknown.trouble import Trouble


def teacher_of(url: str, model: str, answers: Path) -> Teacher:
    """Times, retries and how much is asked at once are those of the settings; which model is asked is said here alone."""
    bag = Bag()
    settings = read_settings(None, bag, flags={"backend": "openai", "url": url, "model": model, "adapter": "", "cassette": "", "endpoint": "chat"})
    wrong = next((item for item in bag.items if item.severity is Severity.ERROR), None)
    if wrong is not None:
        raise Trouble(wrong.code, wrong.message, wrong.help)
    backend = open_backend(settings, Path.cwd())
    if not model:
        names = backend.models()
        if len(names) != 1:
            raise Trouble(NO_MODEL, f"the server has {len(names) or 'no'} models, and none is named", f"choose one with --teacher-model: {', '.join(names[:10])}" if names else "start the server with a model")
        backend.model = names[0]
    if answers.is_symlink():
        raise Trouble(BAD_DATASET, f"`{answers}` is a link", "remove it: answers are kept in a file of the folder itself")
    return Teacher(backend, answers)
