"""What `compile` does for blocks without code: asks the configured model, pins what passed, keeps the rest aside.

In: a program whose only errors are such blocks. Out: a lock file with more entries, or the best attempt of each block with its ladder in a folder beside the program. Nothing is asked
where the user said so (`--frozen`, `--offline`, CI), and nothing a model wrote is used before the ladder took it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.ladder import climbing, compiler_of, lock_of, refuse
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import ERRORS, Stop
from dsl4bes.diagnostics.codes import unknown as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.settings import Settings
    from dsl4bes.unknown.writing.program import Outcome

#: What is said where a block lacks code and no model may be asked.
NOT_ASKED = "no model was asked, because of --frozen, --offline or CI: run `dsl4bes compile` without it where one is configured, and commit the lock file"
_LACKS = (codes.CODE_MISSING, codes.CODE_STALE)


def frozen(flag: bool, offline: bool) -> bool:
    """Whether no model may be asked: said so, or on a machine of continuous integration (`CI` is set)."""
    return flag or offline or os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def lacks_code_only(compilation: Compilation) -> bool:
    """Whether blocks without usable code are all that is wrong."""
    wrong = [item.code for item in compilation.bag if item.severity.value == "error"]
    return bool(wrong) and all(code in _LACKS for code in wrong)


def write_missing(source: SourceFile, include: Iterable[str], update: Sequence[str], quiet: bool, events: Sequence[str] = ()) -> bool:
    """Ask the model for the blocks of a program that lack code or are named, and try them on `events` (files; else the usual sample); True if the lock file changed, False if no model is configured."""
    settings = _settings(source.name)
    if not settings.backend:
        if update:
            raise refuse("no model is configured, and `--update` needs one", "write a table `[model]` into dsl4bes.toml (`dsl4bes doctor` says what there is)")
        return False
    with climbing():  # from here on the extra [llm] is needed
        return _write(source, settings, include, update, events, _quiet if quiet else _say)


def _write(source: SourceFile, settings: Settings, include: Iterable[str], update: Sequence[str], events: Sequence[str], say: Callable[[str], None]) -> bool:
    """Have a model write what is missing; ends the command if a block could not be written."""
    from dsl4bes.unknown.candidates import Candidates
    from dsl4bes.unknown.lock import ENDING
    from dsl4bes.unknown.samples import sample
    from dsl4bes.unknown.writing.program import ALL, to_write, write_blocks

    lock = lock_of(source.name)
    compile_ = compiler_of(source, include)
    candidates = Candidates(lock, lenient=True)
    found = compile_(candidates, "")
    if found.bag.has_errors:
        print_diagnostics(found.bag, stream=sys.stderr, total=True)
        raise Stop(ERRORS)
    for name in update:
        if name != ALL and name not in candidates.order:
            raise refuse(f"no block `{name}` is written by a model", f"there are {', '.join(candidates.order) or 'none'}")
    names = to_write(candidates, update)
    if not names:
        return False
    failed = False
    for outcome in write_blocks(names, lock, compile_, lambda program: sample(program, events, say), settings, Path(source.name).parent, say):
        if outcome.entry is None:
            failed = True
            _keep_aside(outcome, source.name)
            continue
        files.write(source.name + ENDING, lock.text(Path(source.name).name))
        say(f"{outcome.name}: pinned ({outcome.entry.origin['agreement']} behave alike); `dsl4bes review {source.name}` shows it")
    if failed:
        raise Stop(ERRORS)
    return True


def _settings(program: str) -> Settings:
    from dsl4bes.unknown.settings import read_settings

    bag = Bag()
    settings = read_settings(Path(program), bag)
    print_diagnostics(bag, stream=sys.stderr)
    if bag.has_errors:
        raise Stop(ERRORS)
    return settings


def _keep_aside(outcome: Outcome, program: str) -> None:
    """Say why a block has no code; the best attempt and its ladder are kept, for the user to finish by hand."""
    from dsl4bes.cli.attempts import attempt, keep
    from dsl4bes.unknown.writing.answer import body_of

    print(safe(f"error: `{outcome.name}` could not be written: {outcome.reason}"), file=sys.stderr)
    best = outcome.written.best
    if best is None:
        return
    if best.climb.refused:
        last = best.climb.rungs[-1]
        print(safe(f"  {last.name}: {(last.words.splitlines() or [''])[0]}"), file=sys.stderr)
    try:
        where = keep(program, outcome.name, attempt(outcome.name, len(outcome.written.drafts), best.climb.rungs, body_of(best.answer.text)))
    except OSError as error:
        print(safe(f"  help: the best attempt could not be kept: {error.strerror or error}"), file=sys.stderr)
        return
    path = Path(program).parent / where
    print(safe(f'  help: the best attempt is in {path}; correct it, name it in the block (`code "{where}"`), and run `dsl4bes accept`'), file=sys.stderr)


def _say(words: str) -> None:
    print(safe(words), file=sys.stderr)


def _quiet(words: str) -> None:
    """Nothing is said."""
