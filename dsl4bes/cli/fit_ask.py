"""`dsl4bes fit --ask`: a fit from words, by a model that the language, ROOT and the sandbox hold.

In: a question that names its data, the model of the settings. Out: a program with one or more `fit` blocks, written and run, its results shown; where no answer is one, a macro that ran and converged, with what it printed and drew; else the attempts, for the user to go on with. No file of somebody else is
replaced without `--force`. What a model wrote runs confined or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import files, model_flags
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, stop_in_order
from dsl4bes.diagnostics.codes import asking
from dsl4bes.diagnostics.codes import fitted as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.fitting.asked.data import Named
    from dsl4bes.fitting.asked.macros.climb import Climbed
    from dsl4bes.fitting.asked.roads import Found
    from dsl4bes.root.find import Root

_NEEDS = ("uproot", "pydantic")


@dataclass(frozen=True, slots=True)
class Place:
    """Where things go: the program's file, the folder of results; where data are looked for."""

    file: str
    output: str
    folders: Sequence[Path]
    force: bool
    seconds: float

    @property
    def macro(self) -> str:
        """Where a whole macro goes. ROOT calls the function of its name."""
        return os.path.splitext(self.file)[0] + ".C"


def ask_and_run(question: str, place: Place, flags: Mapping[str, Any], *, no_grammar: bool, as_json: bool, quiet: bool) -> int:
    """From words to a result; the exit status."""
    bag = Bag()
    told: dict[str, Any] = {}
    try:
        asked = _asked(question, place, flags, no_grammar, quiet, bag)
        if asked is not None:
            found, data, root = asked
            told = _numbers(found)
            if found.block.valid:
                told |= _keep_program(found, data, root, place, quiet, bag)
            elif found.climbed is not None and found.climbed.passed:
                told |= _keep_macro(found.climbed, data, root, place, quiet, bag)
            else:
                told |= _keep_attempts(found, place, bag)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    status = ERRORS if bag.has_errors else CLEAN
    if as_json:
        _print_json(told, bag)
        return status
    print_diagnostics([item for item in bag if not (quiet and item.severity.value == "note")], stream=sys.stderr)
    if told and not quiet:
        print(safe(f"note: {_summary(told)}"), file=sys.stderr)
    return status


def _asked(question: str, place: Place, flags: Mapping[str, Any], no_grammar: bool, quiet: bool, bag: Bag) -> tuple[Found, Named, Root] | None:
    """What came of the question; None if the settings are faulty. What could fail is looked at before a model is asked."""
    from importlib.util import find_spec

    missing = [name for name in _NEEDS if find_spec(name) is None]
    if missing:
        raise Trouble(codes.NO_FIT_WRITTEN, f"`fit --ask` needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed", 'python -m pip install "dsl4bes[fits,llm]"')
    from dsl4bes.fitting.asked.data import named
    from dsl4bes.fitting.asked.roads import ask_fit
    from dsl4bes.root.find import find_root
    from dsl4bes.unknown.asking.question import cleaned
    from dsl4bes.unknown.backends.choose import open_backend
    from dsl4bes.unknown.settings import read_settings

    for file in (place.file, place.macro):
        _writable(file, place.force)
    text = cleaned(question)
    data = named(text, place.folders)
    settings = read_settings(None, bag, flags=model_flags.given(flags))
    if bag.has_errors:
        return None
    root = find_root()
    backend = open_backend(settings, Path.cwd())
    stop_in_order()
    constrained = bool(backend.takes_grammar and settings["typed"] and not no_grammar)
    found = ask_fit(text, data, backend, settings, root, constrained=constrained, told=None if quiet else lambda words: print(safe(words), file=sys.stderr, flush=True))
    return found, data, root


def _writable(file: str, force: bool) -> None:
    if os.path.isdir(file):
        raise Trouble(asking.ANSWER_EXISTS, f"`{file}` is a folder", "name a file: dsl4bes fit peak.bes --ask ...")
    if os.path.lexists(file) and not force:
        raise Trouble(asking.ANSWER_EXISTS, f"`{file}` exists; nothing was asked", "name another file, or add --force to replace it")
    folder = os.path.dirname(file) or "."
    if not os.path.isdir(folder):
        raise Trouble(asking.ANSWER_EXISTS, f"there is no folder `{folder}`", "make it, or name another file")


def _keep_program(found: Found, data: Named, root: Root, place: Place, quiet: bool, bag: Bag) -> dict[str, Any]:
    """Write the program, run it where its results stay, and show them."""
    from dsl4bes.cli.fit import as_data, report, run_fits
    from dsl4bes.driver import compile_source
    from dsl4bes.fitting.located import placed
    from dsl4bes.source import SourceFile

    program = found.block.attempt.program
    _writable(place.file, place.force)  # it may have come into being while the model wrote
    files.write(place.file, program)
    made = compile_source(SourceFile(place.file, program), until="ir")
    assert made.program is not None
    fits = [placed(fit, data.files) for fit in made.program.fits]
    runs = run_fits(fits, os.path.basename(place.file), root, Path(place.output), place.folders, place.force, quiet, seconds=place.seconds, readable=tuple(data.files.values()))
    if not quiet:
        sys.stdout.write(safe(program) + "\n")
    report(runs, quiet)
    for number in found.block.attempt.lacking:
        bag.add(codes.FIT_LACKS, f"the question says {number}, and the fit does not speak of it", help=f"compare `{place.file}` with what you asked for, line by line")
    return {"program": place.file, "fits": [as_data(run) for run in runs]}


def _keep_macro(climbed: Climbed, data: Named, root: Root, place: Place, quiet: bool, bag: Bag) -> dict[str, Any]:
    """Write the macro, run it once more beside the data, and keep what it draws."""
    from dsl4bes.fitting.asked.macros.confined import run_beside
    from dsl4bes.fitting.asked.macros.program import of_code, program_of
    from dsl4bes.fitting.kept import Kept

    program = program_of(climbed.taken.answer)
    assert program is not None
    _writable(place.macro, place.force)
    pictures: dict[str, bytes] = {}
    run = run_beside(of_code(program.code), data.files, root, pictures=pictures)
    files.write(place.macro, program.code)
    kept = Kept(Path(place.output))
    foreign = kept.foreign(sorted(pictures))
    if foreign and not place.force:
        bag.add(codes.FOREIGN_FILE, f"`{kept.folder / foreign[0]}` was not made by this command, or was changed since", help="choose another folder with `-o`, or overwrite it with `--force`")
    elif pictures:
        with kept:
            for name, content in pictures.items():
                (kept.folder / name).write_bytes(content)
            kept.add(kept.folder / name for name in pictures)
    if not quiet:
        sys.stdout.write(safe(run.stdout.rstrip("\n")) + "\n")
    bag.add(
        codes.NOT_A_FIT_BLOCK, f"no answer was a fit of the language; `{place.macro}` is a macro that ran and converged on these data ({climbed.agreed} of {climbed.passed} that did print the same numbers)",
        help="nothing but ROOT checked it: read every line before you use a number of it",
    )  # fmt: skip
    return {"macro": place.macro, "function": program.name, "printed": run.stdout, "pictures": [str(kept.folder / name) for name in sorted(pictures)]}


def _keep_attempts(found: Found, place: Place, bag: Bag) -> dict[str, Any]:
    """Nothing ran to a valid result: what came nearest is kept for the user, and why it is none is said."""
    attempt, climbed = found.block.attempt, found.climbed
    assert climbed is not None
    folder = Path(os.path.splitext(place.file)[0] + "_attempt")
    folder.mkdir(exist_ok=True)
    written = {"attempt.bes": attempt.program, "attempt.txt": climbed.taken.answer}
    for name, text in written.items():
        if text:
            files.write(str(folder / name), text)
    said = "; ".join(item.message for item in attempt.diagnostics if item.severity.value == "error")
    bag.add(codes.NO_FIT_WRITTEN, f"no answer is a fit that runs and converges: {said[:300]}; the macro: {climbed.taken.refused[:300]}", help=f"the best attempts are in `{folder}`; ask in other words, name start values, or ask a larger model")
    return {"attempt": str(folder)}


def _numbers(found: Found) -> dict[str, Any]:
    block, climbed = found.block, found.climbed
    return {
        "model": block.outcome.model, "grammar": block.outcome.constrained, "answers": len(block.outcome.attempts), "rounds": block.outcome.rounds, "valid": block.valid, "agreed": block.agreed,
        "missing": list(block.attempt.lacking) if block.valid else [], **({"drafts": climbed.drafts, "drafts_passed": climbed.passed, "drafts_agreed": climbed.agreed} if climbed is not None else {}),
        "tokens": found.tokens, "seconds": round(found.seconds, 3),
    }  # fmt: skip


def _summary(told: Mapping[str, Any]) -> str:
    how = f"{told['answers']} fit blocks in {told['rounds']} round{'s' if told['rounds'] > 1 else ''}"
    if told["valid"]:
        how += f", {told['valid']} valid, {told['agreed']} of them the same fit"
    if "drafts" in told:
        how += f"; {told['drafts']} macros, {told['drafts_passed']} ran"
    wrote = told.get("program") or told.get("macro")
    return f"written by {told['model']} ({how}; {told['seconds']:.0f} s)" + (f"; wrote {wrote}: read every line before you use it" if wrote else "")


def _print_json(told: Mapping[str, Any], bag: Bag) -> None:
    from json import dumps

    from dsl4bes.diagnostics.render.json import as_data

    print(dumps({**told, "diagnostics": [as_data(item) for item in bag]}, indent=2, ensure_ascii=False))
