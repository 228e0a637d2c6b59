"""`dsl4bes fit --ask`: a fit from words, by a model that the language, ROOT and the sandbox hold.

In: a question that names its data, the model of the settings. Out: a program with one or more `fit` blocks, written and run, its results shown; where no answer is one, a macro that ran and converged, with what it printed and drew; else the attempts, for the user to go on with. No file of somebody else is
replaced without `--force`. What a model wrote runs confined or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import files, model_flags
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, Stop, stop_in_order
from dsl4bes.cli.values import installed
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
    status = CLEAN
    try:
        asked = _asked(question, place, flags, no_grammar, quiet, bag)
        if asked is not None:
            found, data, root = asked
            told = _numbers(found)
            if found.block.valid:
                kept, status = _keep_program(found, data, root, place, quiet, bag)
                told |= kept
            elif found.climbed is not None and found.climbed.passed:
                told |= _keep_macro(found.climbed, data, root, place, quiet, bag)
            else:
                told |= _keep_attempts(found, place, bag)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    status = ERRORS if bag.has_errors else status
    if as_json:
        _print_json(told, bag)
        return status
    print_diagnostics([item for item in bag if not (quiet and item.severity.value == "note")], stream=sys.stderr)
    if told and not quiet:
        print(safe(f"note: {_summary(told)}"), file=sys.stderr)
    return status


def _asked(question: str, place: Place, flags: Mapping[str, Any], no_grammar: bool, quiet: bool, bag: Bag) -> tuple[Found, Named, Root] | None:
    """What came of the question; None if the settings are faulty. What could fail is looked at before a model is asked."""
    installed(_NEEDS, "`fit --ask`", "fits,llm", codes.NO_FIT_WRITTEN)
    from dsl4bes.fitting.asked.data import named
    from dsl4bes.fitting.asked.roads import ask_fit
    from dsl4bes.root.find import find_root
    from dsl4bes.unknown.asking.question import cleaned
    from dsl4bes.unknown.backends.choose import open_backend
    from dsl4bes.unknown.settings import read_settings

    for file in (place.file, place.macro):
        files.answer_goes_to(file, place.force)
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


def _keep_program(found: Found, data: Named, root: Root, place: Place, quiet: bool, bag: Bag) -> tuple[dict[str, Any], int]:
    """Write the program, run it where its results stay, and show them; what is told, and the exit status. The program is kept whatever becomes of its run."""
    from dsl4bes.cli.fit import as_data, report, run_fits
    from dsl4bes.driver import compile_source
    from dsl4bes.fitting.located import placed
    from dsl4bes.source import SourceFile

    program = found.block.attempt.program
    files.answer_goes_to(place.file, place.force)  # it may have come into being while the model wrote
    files.write(place.file, program)
    made = compile_source(SourceFile(place.file, program), until="ir")
    assert made.program is not None
    for number in found.block.attempt.lacking:
        bag.add(codes.FIT_LACKS, f"the question says {number}, and the fit does not speak of it", help=f"compare `{place.file}` with what you asked for, line by line")
    if not quiet:
        sys.stdout.write(safe(program) + "\n")
    fits = [placed(fit, data.files) for fit in made.program.fits]
    try:
        runs = run_fits(fits, os.path.basename(place.file), root, Path(place.output), place.folders, place.force, quiet, seconds=place.seconds, readable=tuple(data.files.values()))
    except Stop as stop:  # the reason was printed
        return {"program": place.file, "fits": []}, stop.status
    return {"program": place.file, "fits": [as_data(run) for run in runs]}, report(runs, quiet)


def _keep_macro(climbed: Climbed, data: Named, root: Root, place: Place, quiet: bool, bag: Bag) -> dict[str, Any]:
    """Write the macro, run it once more beside the data, and keep what it draws."""
    from dsl4bes.fitting.asked.macros.confined import run_beside
    from dsl4bes.fitting.asked.macros.program import called, program_of
    from dsl4bes.fitting.asked.macros.ran import ran
    from dsl4bes.fitting.kept import Kept

    answered = program_of(climbed.taken.answer)
    assert answered is not None
    program = called(answered, os.path.splitext(os.path.basename(place.macro))[0])
    files.answer_goes_to(place.macro, place.force)
    pictures: dict[str, bytes] = {}
    run = run_beside(program, data.files, root, pictures=pictures)
    if ran(run)[0] is not None:  # the name of the file is one that the program cannot have for a function
        program, run = answered, run_beside(answered, data.files, root, pictures=pictures)
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
    written = {name: text for name, text in (("attempt.bes", attempt.program), ("attempt.txt", climbed.taken.answer)) if text}
    folder = _of_attempts(os.path.splitext(place.file)[0] + "_attempt")
    for name, text in written.items():
        files.write(str(folder / name), text)
    said = "; ".join(item.message for item in attempt.diagnostics if item.severity.value == "error")
    bag.add(codes.NO_FIT_WRITTEN, f"no answer is a fit that runs and converges: {said[:300]}; the macro: {climbed.taken.refused[:300]}", help=f"the best attempts are in `{folder}`; ask in other words, name start values, or ask a larger model")
    return {"attempt": str(folder)}


def _of_attempts(name: str) -> Path:
    """A new folder: what the user mends in an earlier one is left as it is."""
    for number in count(1):
        folder = Path(name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            continue
    raise AssertionError("numbers have no end")


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
