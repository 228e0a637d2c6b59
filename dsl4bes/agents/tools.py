"""What each tool does, as functions from plain values to data that JSON can hold.

In: a program as it was given, words, numbers. Out: dictionaries. Findings are codes, places and fixes, never prose alone; a program with errors is an answer and no failure. No protocol is known here.
"""

from __future__ import annotations

from typing import Any

from dsl4bes.agents.places import Given
from dsl4bes.agents.refused import NotAllowed

#: Findings in one answer; the first ones are often the cause of the rest.
MAX_FINDINGS = 50
MAX_WORD = 200
#: Characters of a C++ file; large algorithms have 200,000.
MAX_CPP = 1_000_000


def _compiled(program: Given, until: str, profile: str | None = None) -> Any:
    from dsl4bes.driver import compile_source

    return compile_source(program.source, until=until, loader=program.loader, bodies=program.bodies, profile=profile)


def findings(bag: Any) -> dict[str, Any]:
    """Findings as data: code, severity, message, place, help, fixes."""
    from dsl4bes.diagnostics.render.json import as_data

    items = list(bag)
    errors = sum(item.severity.value == "error" for item in items)
    return {"ok": not errors, "errors": errors, "diagnostics": [as_data(item) for item in items[:MAX_FINDINGS]], "left_out": max(0, len(items) - MAX_FINDINGS)}


def check(program: Given) -> dict[str, Any]:
    """Everything wrong or doubtful with a program."""
    return findings(_compiled(program, "ir").bag)


def fix(program: Given) -> dict[str, Any]:
    """The program with the safe fixes applied, and what is left."""
    from dataclasses import replace

    from dsl4bes.diagnostics.fixes import apply
    from dsl4bes.source import SourceFile

    done = apply(program.source, _compiled(program, "ir").bag)
    mended = replace(program, source=SourceFile(program.source.name, done.text))
    return {"text": done.text, "applied": done.applied, **check(mended)}


def formatted(program: Given) -> dict[str, Any]:
    """The canonical form of a program."""
    from dsl4bes.constructs.style import with_signs
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.syntax.parser import parse
    from dsl4bes.syntax.printer import print_program

    bag = Bag()
    tree = parse(program.source, bag)
    found = findings(bag)
    return {**found, "text": None if tree is None or not found["ok"] else print_program(tree, with_signs)}


def compiled(program: Given, profile: str) -> dict[str, Any]:
    """The files of the package as texts; nothing is written."""
    made = _compiled(program, "text", profile or None)
    found = findings(made.bag)
    return {**found, "files": dict(made.everything) if found["ok"] else {}}


def described(program: Given, language: str) -> dict[str, Any]:
    """The selection in words, as text and as sentences with their blocks."""
    from dsl4bes.reports import written
    from dsl4bes.reports.describe import describe

    made = _compiled(program, "ir")
    found = findings(made.bag)
    if made.program is None or not found["ok"]:
        return {**found, "text": None}
    said = describe(made.program, "zh" if language == "zh" else "en")
    return {**found, "text": written.as_text(said), "description": written.as_json(said, program.source.name)}


def draft(text: str, header: str, options: str, name: str) -> dict[str, Any]:
    """A draft from a hand-written algorithm: the program, what was recognised, what was not, with lines of the C++."""
    from dsl4bes.importing.api import NothingFound, imported
    from dsl4bes.importing.reader import ParserMissing

    if max(len(text), len(header), len(options)) > MAX_CPP:
        raise NotAllowed(f"`text`, `header` and `options` have at most {MAX_CPP:,} characters each")
    try:
        made = imported(name or "algorithm.cxx", text, header=header, options=options)
    except (NothingFound, ParserMissing) as error:
        raise NotAllowed(str(error)) from error
    return {
        "ok": made.valid, "text": made.text, "errors": list(made.errors),
        "recognised": [{"statement": row.text, "is": row.words, "confidence": row.confidence.name.lower(), "lines": [[each.first, each.last] for each in row.lines]} for row in made.rows],
        "not_understood": [{"first": hole.lines.first, "last": hole.lines.last, "why": hole.why} for hole in made.holes],
    }  # fmt: skip


def explained(word: str) -> dict[str, Any]:
    """What is known about a word: text and data."""
    from dsl4bes.reference.lookup import entries, explanation, near

    if not word.strip() or len(word) > MAX_WORD:
        raise NotAllowed(f"`word` is a word of at most {MAX_WORD} characters")
    text = explanation(word.strip())
    return {"known": text is not None, "text": text or f"nothing is called `{word.strip()}`{near(word.strip())}", "entries": entries(word.strip()) if text is not None else {}}


def language(topic: str) -> dict[str, Any]:
    """The words of the language with one line each, or those that a topic names."""
    from dsl4bes.reference.vocabulary import vocabulary

    words, asked = vocabulary(), topic.lower().split()
    if len(topic) > MAX_WORD:
        raise NotAllowed(f"`topic` has at most {MAX_WORD} characters")
    found: dict[str, dict[str, str]] = {}
    for kind in ("blocks", "functions", "units", "shapes"):
        lines = {name: _line(entry) for name, entry in words[kind].items()}
        found[kind] = {name: line for name, line in lines.items() if all(part in f"{name} {line}".lower() for part in asked)}
    return {"found": found, "more": "`explain` has the fields of a block; the resource dsl4bes://reference is the whole reference"}


def _line(entry: Any) -> str:
    text = entry if isinstance(entry, str) else next((str(entry[key]) for key in ("doc", "summary", "meaning", "usage") if isinstance(entry, dict) and entry.get(key)), "")
    return text.split("\n")[0][:200]


def examples(name: str) -> dict[str, Any]:
    """Names and words of all examples, or one with its program."""
    from dsl4bes.unknown.asking.shots import shots

    known = {shot.name: shot for shot in shots() if shot.whole}
    if not name:
        return {"examples": {each.name: each.words.split(". ")[0] for each in known.values()}}
    if name not in known:
        raise NotAllowed(f"there is no example `{name[:MAX_WORD]}`; there are {', '.join(known)}")
    return {"name": name, "words": known[name].words, "text": known[name].source}
