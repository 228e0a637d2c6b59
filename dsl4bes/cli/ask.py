"""`dsl4bes ask`: a program from words, by a model that a grammar and the checks hold to the language.

In: a question in English or Chinese. Out: the best program on the standard output or in a new file; what is wrong with it on the standard error, exit status 1 then. A program with
errors is never written to a file, and no file is replaced without `--force`. Nothing of an answer is run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import files, model_flags
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS
from dsl4bes.diagnostics.codes import asking as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.unknown.asking.attempt import Attempt
    from dsl4bes.unknown.asking.rounds import Outcome

_MOST_INPUT = 1 << 20
_OF_CODE = ("agreement", "larger")  #: settings of the code of blocks alone


def _work(question: str, output: str | None, force: bool, as_json: bool, quiet: bool, grammar: bool, no_grammar: bool, **flags: Any) -> int:
    if grammar:
        return _print_grammar()
    bag = Bag()
    outcome = None
    try:
        if output is not None:
            files.answer_goes_to(output, force)
        outcome = _asked(question, model_flags.given(flags), no_grammar, quiet or as_json, bag)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    if outcome is None:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json else sys.stderr)
        return ERRORS
    best = outcome.best
    bag.items += best.diagnostics
    if outcome.missing:
        _say_missing(outcome, bag)
    written = _written(best, output, force, bag)
    if as_json:
        _print_json(outcome, written, bag)
    else:
        if not written:
            sys.stdout.write(safe(best.program) if best.errors else best.program)
            sys.stdout.flush()
        print_diagnostics([item for item in bag if not (quiet and item.severity.value == "note")], stream=sys.stderr, total=True)
        if not quiet:
            if outcome.stopped:
                print(safe(f"note: no further round: {outcome.stopped}"), file=sys.stderr)
            print(safe(f"note: {_summary(outcome)}" + (f"; wrote {written}" if written else "")), file=sys.stderr)
    return ERRORS if bag.has_errors else CLEAN


def _asked(question: str, flags: dict[str, str], no_grammar: bool, silent: bool, bag: Bag) -> Outcome | None:
    """The outcome; None if the settings are at fault."""
    from dsl4bes.unknown.asking.question import cleaned
    from dsl4bes.unknown.backends.choose import open_backend
    from dsl4bes.unknown.settings import read_settings

    if question == "-":
        question = sys.stdin.buffer.read(_MOST_INPUT).decode("utf-8", "replace")
    question = cleaned(question)
    settings = read_settings(None, bag, flags=flags)
    if bag.has_errors:
        return None
    backend = open_backend(settings, Path.cwd())
    from dsl4bes.unknown.asking.rounds import ask

    def told(number: int, best: Attempt) -> None:
        if not silent:
            state = "no errors" if not best.errors else f"{best.errors} error{'s' if best.errors > 1 else ''} in the best answer"
            print(f"round {number + 1}: {state}", file=sys.stderr)

    constrained = backend.takes_grammar and settings["typed"] and not no_grammar
    if not constrained and not silent:
        print("note: without a grammar: answers are checked, and asked for again", file=sys.stderr)
    return ask(question, backend, settings, constrained=constrained, on_round=told)


def _written(best: Attempt, output: str | None, force: bool, bag: Bag) -> str:
    """Write a program without errors; returns the name of the file, empty if none was written."""
    if output is None or best.errors:
        return ""
    try:
        files.answer_goes_to(output, force)  # it may have come into being while the model wrote
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
        return ""
    try:
        files.write(output, best.program)
    except OSError as error:  # the program goes to the standard output then
        bag.add(codes.ANSWER_EXISTS, f"`{output}` cannot be written: {error.strerror or error}", help="the program is printed instead")
        return ""
    return output


def _say_missing(outcome: Outcome, bag: Bag) -> None:
    names = ", ".join(f"`{name}`" for name in outcome.missing)
    message = f"the question names {names}, and the program does not speak of {'them' if len(outcome.missing) > 1 else 'it'}"
    bag.add(codes.ANSWER_LACKS, message, help="compare the program with what you asked for, line by line")


def _summary(outcome: Outcome) -> str:
    best = outcome.best
    how = "by grammar and checks" if outcome.constrained else "by checks"
    return (
        f"written by {outcome.model} ({how}; answer {best.sample + 1} of round {best.round + 1}, {len(outcome.attempts)} answers in {outcome.rounds} "
        f"round{'s' if outcome.rounds > 1 else ''}, {outcome.seconds:.0f} s): read every line before you use it"
    )


def _print_json(outcome: Outcome, written: str, bag: Bag) -> None:
    from json import dumps

    from dsl4bes.diagnostics.render.json import as_data

    best = outcome.best
    data = {
        "program": best.program, "file": written, "errors": best.errors, "model": outcome.model, "grammar": outcome.constrained, "answers": len(outcome.attempts),
        "rounds": outcome.rounds, "tokens": outcome.tokens, "seconds": round(outcome.seconds, 3), "missing": list(outcome.missing),
        "diagnostics": [as_data(item) for item in bag],
    }  # fmt: skip
    print(dumps(data, indent=2, ensure_ascii=False))


def _print_grammar() -> int:
    from dsl4bes.unknown.asking.decoder_grammar import decoder_grammar, decoder_text

    text = decoder_text()
    sys.stdout.write(text)
    found = decoder_grammar()
    print(f"note: {len(found.rules)} rules, {len(text.encode()):,} bytes", file=sys.stderr)
    return CLEAN


COMMAND = Command(
    "ask",
    "Ask a model for a program, in words.",
    (
        Parameter("question", default="", help="What to select, in English or Chinese; `-` is the standard input.", metavar="WORDS"),
        Parameter("output", ("-o", "--output"), None, "Write the program into this file (default: the standard output)."),
        Parameter("force", ("--force",), False, "Replace the file if it exists."),
        Parameter("as_json", ("--json",), False, "Print JSON: program, diagnostics, rounds, tokens."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only the program, errors and warnings."),
        Parameter("grammar", ("--grammar",), False, "Print the grammar of the decoder and its size; ask nothing."),
        Parameter("no_grammar", ("--no-grammar",), False, "For servers that know no grammars: only check, and ask again."),
        *model_flags.parameters(without=_OF_CODE),
    ),
    _work,
)
