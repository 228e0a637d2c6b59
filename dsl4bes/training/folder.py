"""The folder of a run: what was begun, checkpoints, the log.

In: a folder, what a run is made of (`Made`). Out: files written whole or not at all; the last checkpoint that is whole. A run is continued only if it is the same: recipe, data, base and template by their digests. Nothing of torch is needed here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_TRAINING, OTHER_TEMPLATE
from dsl4bes.unknown.trouble import Trouble

RUN, LOG, CHECKPOINTS, ADAPTER, MERGED, EXPORT = "run.json", "train.jsonl", "checkpoints", "adapter", "merged", "export"
PROGRESS = "progress.json"


@dataclass(frozen=True)
class Made:
    """All that a run is made of. `base_digest`: of the weights, or of the name of a model in the hub's cache. `threads` are taken again when a run goes on (sums depend on them), `versions` are only told."""

    recipe: dict[str, Any]
    recipe_digest: str
    base: str
    base_digest: str
    template: str
    precision: str
    data_digest: str
    chosen: str
    pairs: int
    steps: int
    threads: int
    versions: dict[str, str] = field(default_factory=dict)


_COMPARED = {
    "recipe_digest": "another recipe", "base_digest": "another base model", "precision": "another number type", "data_digest": "another data set", "chosen": "other pairs of the data set", "steps": "another number of steps"
}  # fmt: skip


class RunFolder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def adapter(self) -> Path:
        return self.folder / ADAPTER

    def claim(self) -> None:
        """A `Trouble` if the folder holds anything but a run."""
        try:
            if self.folder.exists() and not (self.folder / RUN).exists() and any(self.folder.iterdir()):
                raise Trouble(BAD_TRAINING, f"`{self.folder}` holds files, and no run of a training", "name a new or empty folder with -o; --force does not remove what is no run")
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Trouble(BAD_TRAINING, f"`{self.folder}` cannot be used: {error.strerror or error}", "name another folder with -o") from None

    def _remove(self) -> None:
        """What a run made, and nothing else."""
        for name in (CHECKPOINTS, ADAPTER, MERGED, EXPORT):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in (LOG, RUN):
            (self.folder / name).unlink(missing_ok=True)

    def begun(self) -> Made | None:
        """What the run in this folder is made of; None if none was begun."""
        path = self.folder / RUN
        if not path.exists():
            return None
        try:
            return Made(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise Trouble(BAD_TRAINING, f"`{path}` cannot be read", "begin the run anew with --force, or name another folder with -o") from None

    def begin(self, made: Made, force: bool = False) -> None:
        """Note what the run is made of, or check that it is the one that was begun; with `force` that one is removed, which is late enough to be sure of the new one."""
        if force:
            self._remove()
        before = self.begun()
        if before is None:
            write_whole(self.folder / RUN, json.dumps(asdict(made), indent=1, ensure_ascii=False) + "\n")
            return
        if before.template != made.template:
            raise Trouble(
                OTHER_TEMPLATE, f"the run in `{self.folder}` was begun with the prompt template {before.template[:12]}, and the model now has {made.template[:12]}",
                "take the model as it was, or begin anew with --force",
            )  # fmt: skip
        for name, words in _COMPARED.items():
            if getattr(before, name) != getattr(made, name):
                raise Trouble(BAD_TRAINING, f"the run in `{self.folder}` was begun with {words}", "name another folder with -o, or begin anew with --force")

    def last(self) -> Path | None:
        """The newest checkpoint; what was not finished is removed."""
        place = self.folder / CHECKPOINTS
        if not place.is_dir():
            return None
        for part in place.glob(".part-*"):
            shutil.rmtree(part, ignore_errors=True)
        found = sorted(path for path in place.glob("step-*") if (path / PROGRESS).is_file())
        return found[-1] if found else None

    def add_checkpoint(self, step: int, write: Callable[[Path], None], keep: int) -> None:
        """A checkpoint that `write` fills; older ones go once it is there."""
        place = self.folder / CHECKPOINTS
        target = place / f"step-{step:06d}"
        if target.exists():
            return
        self._whole(target, write)
        for old in sorted(place.glob("step-*"))[:-keep]:
            shutil.rmtree(old, ignore_errors=True)

    def put(self, name: str, write: Callable[[Path], None]) -> Path:
        """A folder of the run, filled by `write`, in the place of an older one."""
        target = self.folder / name
        self._whole(target, write)
        return target

    def _whole(self, target: Path, write: Callable[[Path], None]) -> None:
        part = target.parent / f".part-{target.name}"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            write(part)
            for path in part.iterdir():
                _flush(path)
            if target.exists():
                shutil.rmtree(target)
            os.replace(part, target)
            _flush(target.parent)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            raise Trouble(BAD_TRAINING, f"`{target}` cannot be written: {error.strerror or error}", "make room; then the same command goes on") from None


class Log:
    """`train.jsonl`: a line for each step and each evaluation. A run that goes on takes back what came after its checkpoint, so that no step is there twice."""

    def __init__(self, path: Path, from_step: int) -> None:
        self.path = path
        kept = [each for each in read_log(path) if each["step"] <= from_step]
        self._evaluated = {each["step"] for each in kept if "validation" in each}
        write_whole(path, "".join(json.dumps(each) + "\n" for each in kept))
        self._file = path.open("a", encoding="utf-8")

    def add(self, **values: Any) -> None:
        self._file.write(json.dumps(values) + "\n")
        self._file.flush()

    def has_validation(self, step: int) -> bool:
        """An evaluation at this step, of an earlier sitting."""
        return step in self._evaluated

    def close(self) -> None:
        self._file.close()


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines that are whole."""
    return list(_whole_lines(path))


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue  # the end of a line that was being written when the run was killed
        if isinstance(found, dict) and isinstance(found.get("step"), int):
            yield found


def write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _flush(path: Path) -> None:
    """To the disk itself: a name must not be there before its content."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
