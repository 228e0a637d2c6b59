"""What the REPL prints: C++ with what changed in it, the cut flow beside the one before, histograms, lists of blocks.

In: answers and views. Out: text on the standard output, coloured and cut to size on a terminal, whole and plain elsewhere. Nothing is computed that the view does not have.
"""

from __future__ import annotations

import shutil
import sys

from dsl4bes.cli.repl.program import pieces
from dsl4bes.cli.repl.session import Answer, Session
from dsl4bes.cli.show import print_diagnostics, printable, wants_colour
from dsl4bes.preview.session import NO_EVENTS
from dsl4bes.preview.view import FlowLine, HistogramView, MethodView, View

#: Lines of a block's C++ that a terminal is given at once.
_MOST_LINES = 40
_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def show_answer(session: Session, answer: Answer) -> None:
    """Everything that a change of the program brings with it: words and C++ at once, numbers as soon as they are there."""
    print_diagnostics(answer.said, stream=sys.stdout)
    if not answer.kept:
        say("not kept: the program is as it was" + (" (`:edit` takes the entry up again)" if session.refused else ""))
        return
    for name in answer.replaced:
        say(f"`{name}` is replaced")
    for method in answer.view.methods:
        if method.diff and not method.assumed and not answer.another:
            _show_method(method)
    sys.stdout.flush()
    show_numbers(session, answer.before)


def _show_method(method: MethodView) -> None:
    """A new method as a whole, of an old one what changed."""
    if all(line.startswith(("+", "@")) for line in method.diff):
        print(highlighted(_cut(method.text, method.name), "cpp"), end="")
        return
    for line in method.diff:
        colour = _COLOURS.get(line[:1], "") if wants_colour(sys.stdout) else ""
        print(f"{colour}{line}\x1b[0m" if colour else line)


def _cut(text: str, name: str) -> str:
    lines = text.splitlines(keepends=True)
    if not sys.stdout.isatty() or len(lines) <= _MOST_LINES:
        return text
    return "".join(lines[:_MOST_LINES]) + f"// ... {len(lines) - _MOST_LINES} more lines: `:cpp {name}`\n"


def show_numbers(session: Session, before: View | None = None) -> None:
    """Cut flow and the histogram that changed first, if there are events; an interrupt leaves the program without numbers."""
    try:
        view = session.count()
    except KeyboardInterrupt:
        say("\ninterrupted: the program is kept, without numbers (`:flow` counts again)")
        return
    if view is None or view.cut_flow is None:
        if view is not None and view.ok and view.words != NO_EVENTS:
            say(f"no cut flow: {view.words}")
        return
    old = before if before is not None and before.events_name == view.events_name else None
    show_flow(view, old)
    changed = [each for each in view.histograms if old is None or each not in old.histograms]
    if changed:
        show_histogram(changed[0])
        others = [each.name for each in view.histograms if each is not changed[0]]
        if others:
            say(f"`:hist NAME` shows {', '.join(others)}")


def show_flow(view: View, before: View | None) -> None:
    """The cut flow with fractions, and what the numbers were where they are others now."""
    assert view.cut_flow is not None
    was = {(line.region, line.key): line.passed for line in (before.cut_flow or ())} if before is not None else {}
    rows = [("cut", "events", "of all", ""), ("events", str(view.events), "", "")]
    region = ""
    for line in view.cut_flow:
        if line.region != region:
            region = line.region
            rows.append((f"region {printable(region)}", "", "", ""))
        rows.append(_row(line, view.events, was.get((line.region, line.key), line.passed)))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for name, events, share, old in rows:
        print(f"{name.ljust(widths[0])}  {events.rjust(widths[1])}  {share.rjust(widths[2])}  {old}".rstrip())
    if view.without:
        say(f"{', '.join(f'`{name}`' for name in view.without)} without code: every event passes there (`dsl4bes compile` asks a model, `accept` takes yours)")
    kept = f", {view.reused} steps from the cache" if view.reused else ""
    say(f"{view.events_name}, {view.seconds:.2f} s{kept}")


def _row(line: FlowLine, events: int, was: int) -> tuple[str, str, str, str]:
    label = "  " * line.part + printable(line.label) + (f" ({line.candidates} candidates)" if line.candidates is not None else "")
    share = f"{100 * line.passed / events:.2f} %" if events and not line.part else ""
    return label, str(line.passed), share, f"(was {was})" if was != line.passed else ""


def show_histogram(histogram: HistogramView) -> None:
    """A histogram as wide as the terminal, with its axis and unit."""
    from dsl4bes.run.plots import as_text

    assert histogram.filled is not None
    print(printable(as_text(histogram.filled, max(20, min(100, shutil.get_terminal_size().columns - 4)))), end="")


def show_blocks(session: Session) -> None:
    """The blocks by number, with the events that are left after each."""
    found = pieces(session.text)
    if not found:
        say("no block yet" if not session.text.strip() else "the program does not parse: `:show` has its text")
    flow = session.view.cut_flow if session.view is not None else None
    for number, piece in enumerate(found, 1):
        here = [line for line in flow or () if line.span is not None and not line.part and piece.start <= line.span.start < piece.end]
        left = f"  {here[-1].passed} events" if here else ""
        print(f"{number:3}  {printable(piece.name)}{left}")


def show_program(session: Session) -> None:
    """The text with numbers of lines, as messages have them."""
    if session.text:
        lines = highlighted(session.text, "bes").splitlines()
        width = len(str(len(lines)))
        print("\n".join(f"{number:{width}} {line}" if sys.stdout.isatty() else line for number, line in enumerate(lines, 1)))


def highlighted(text: str, language: str) -> str:
    """The text in colour if the standard output is a terminal."""
    if not text or not wants_colour(sys.stdout):
        return text
    from pygments import highlight
    from pygments.formatters import TerminalFormatter
    from pygments.lexers import CppLexer

    from dsl4bes.syntax.highlight import BesLexer

    return highlight(text, BesLexer() if language == "bes" else CppLexer(), TerminalFormatter())


def say(words: str) -> None:
    """A line of the REPL itself; names of files and blocks in it are made safe for a terminal."""
    print(printable(words), flush=True)
