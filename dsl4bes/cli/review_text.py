"""`dsl4bes review` for a terminal: what a person reads before a lock file is committed.

In: blocks, what came of them, whether there is colour. Out: text. Words, code and origins are somebody else's: all of them are made printable first, and colour is put around that. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from dsl4bes.cli.show import printable
from dsl4bes.diagnostics.render.style import paint
from dsl4bes.unknown.review.blocks import State

if TYPE_CHECKING:
    from dsl4bes.unknown.review.blocks import Block
    from dsl4bes.unknown.review.decide import Decided, Event, Flow
    from dsl4bes.unknown.review.values import Entry, Plain

_LABEL = 11  #: columns of the words on the left
_MOST_ENTRIES = 12  #: of a list, for each event
_ROLES = {State.FRESH: "good", State.STALE: "doubtful", State.NOT_ACCEPTED: "doubtful", State.TAMPERED: "bad", State.MISSING: "bad"}
_WHO = {"hand": "a hand", "model": "a model"}


def short(blocks: Mapping[str, Block]) -> str:
    """One line a block."""
    return "".join(f"{printable(name)}: {block.state.value}{f': {printable(block.help)}' if block.why else ''}\n" for name, block in blocks.items())


def report(blocks: Mapping[str, Block], found: Mapping[str, Decided], reasons: Mapping[str, str], colour: bool) -> str:
    """Everything of every block."""
    return "\n".join("".join(f"{line}\n" for line in _block(block, found.get(name), reasons.get(name, ""), colour)) for name, block in blocks.items())


def _block(block: Block, found: Decided | None, reason: str, colour: bool) -> Iterator[str]:
    yield f"{paint(printable(block.name), 'strong', colour)}  {printable(block.place)}  {paint(block.state.value, _ROLES[block.state], colour)}"
    if block.why:
        yield from _field("why", block.why)
        yield from _field("to do", block.help)
    yield from _field("words", block.task.describe or "none: what it does is in its name alone")
    yield from _field("from", ", ".join(block.takes) or "everything in scope")
    for value, words in block.values:
        yield from _field(value.name, f"{words}   in.{value.name}, {value.type}", always=True)
    yield from _sees(block)
    yield from _written(block)
    yield from _code(block.code, colour)
    if found is not None:
        yield from _events(found, block)
    elif reason:
        yield from _field("not run", reason)


def _field(label: str, text: str, always: bool = False) -> Iterator[str]:
    """A label and its text; further lines below it."""
    lines = printable(text).splitlines() or ([""] if always else [])
    for number, line in enumerate(lines):
        yield f"  {printable(label) if number == 0 else '':<{_LABEL}} {line}".rstrip()


def _sees(block: Block) -> Iterator[str]:
    """The members that the code reads; own values are above."""
    own = {value.name for value, _ in block.values}
    task = block.reads
    structs = dict(task.structs)
    label = "reads"
    for value in task.values:
        if value.name in own:
            continue
        yield from _field(label, f"{value.name:<12} {value.meaning}")
        label = ""
        for member in structs.get(value.entry, ()):
            yield from _field("", f"  .{member.name:<11} {member.meaning}")
    if label and block.code:
        yield from _field(label, "nothing of the event")


def _written(block: Block) -> Iterator[str]:
    """Author, model and sampling, the ladder, and how sure it is."""
    if block.author is not None:
        file = f", {block.file}" if block.file else ""
        yield from _field("written by", f"{_WHO[block.author.value]}{file}")
    if block.entry is None or block.author is None:
        return
    for key in ("model", "adapter", "prompt", "sampling"):
        yield from _field(key, block.origin.get(key, ""))
    if block.author.value == "model":
        agreement = block.agreement
        yield from _field("confidence", f"{agreement.alike} of {agreement.drafts} drafts behave like this one" if agreement else "not known: the entry has no number of drafts")
        yield from _field("disputed", block.origin.get("disputed", "") or "no event of the sample: all drafts that passed behave alike")
    label = "ladder"
    for rung, words in block.entry.ladder.items():
        yield from _field(label, f"{rung:<8} {words}")
        label = ""


def _code(code: str, colour: bool) -> Iterator[str]:
    text = printable(code)
    if not text:
        return
    yield "  code"
    lines = _highlighted(text) if colour else text.rstrip("\n").split("\n")
    width = len(str(len(lines)))
    yield from (f"    {number:>{width}}  {line}".rstrip() for number, line in enumerate(lines, 1))


def _highlighted(code: str) -> Sequence[str]:
    from pygments import highlight
    from pygments.formatters import TerminalFormatter
    from pygments.lexers import CppLexer

    return highlight(code, CppLexer(stripnl=False), TerminalFormatter()).rstrip("\n").split("\n")


def _events(found: Decided, block: Block) -> Iterator[str]:
    yield from _field("cut flow", _flow(found.flow))
    yield from _field("events", f"{found.reached} of {found.events} come to it, {found.stay} stay, {found.rejected} are rejected")
    if found.unsteady:
        yield from _field("", "an event got another answer the second time, or with the checks of the library: the code reads what it should not")
    if found.reached and found.stay in (0, found.reached):
        yield from _field("", f"it {'keeps' if found.stay else 'rejects'} every event of the sample: nothing shows that it decides what it should")
    if block.disputed:
        yield from _field("", f"{len(found.disputed)} of the {len(block.disputed)} named disputed events are among them")
    yield from _field("", f"no values: {found.without}" if found.without else "")
    for event in found.shown:
        yield from _event(event)


def _flow(flow: Flow) -> str:
    where = f"the end of {flow.region}" if flow.region else "the end"
    return f"{flow.line or 'all events'} {flow.before} -> {flow.name} {flow.after} -> {where} {flow.end}"


def _event(event: Event) -> Iterator[str]:
    marks = f"{'stays' if event.stays else 'rejected'}{', disputed: other drafts behave differently here' if event.disputed else ''}"
    yield f"    run {event.run}, event {event.event}: {marks}"
    if event.seen is None:
        return
    for name, value in event.seen.values.items():
        yield f"      {printable(name)} = {_number(value)}"
    for name, entries in event.seen.lists.items():
        yield from _table(printable(name), entries)


def _table(name: str, entries: Sequence[Entry]) -> Iterator[str]:
    """The entries of a list, a line each."""
    columns = list(entries[0]) if entries else []
    yield f"      {name}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
    if not columns:
        return
    rows = [[str(number), *(_number(entry[column]) for column in columns)] for number, entry in enumerate(entries[:_MOST_ENTRIES])]
    head = ["", *columns]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        yield f"        {'  '.join(f'{cell:>{width}}' for cell, width in zip(row, widths, strict=True))}"
    if len(entries) > _MOST_ENTRIES:
        yield f"        and {len(entries) - _MOST_ENTRIES} more"


def _number(value: Plain) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_number(part) for part in value)})"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "absent" if isnan(value) else f"{value:.5g}"
