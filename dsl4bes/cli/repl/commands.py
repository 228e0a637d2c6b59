"""The commands of the REPL: words that begin with a colon.

In: the session and what stands behind the word. Out: text on the standard output, files where one was asked for. A file of the user's is replaced only where the command says `!`, or where
this session wrote or read what stands in it. `True` ends the session.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from dsl4bes.cli.repl.program import pieces
from dsl4bes.cli.repl.session import Answer, Session
from dsl4bes.cli.repl.show import (
    highlighted,
    say,
    show_answer,
    show_blocks,
    show_histogram,
    show_numbers,
    show_program,
)
from dsl4bes.cli.show import print_diagnostics, printable
from dsl4bes.diagnostics.model import Bag
from dsl4bes.preview.session import NOT_COUNTED
from dsl4bes.preview.view import View


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was typed: `argument` behind the word, `force` if it had a `!`."""

    session: Session
    argument: str
    force: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A word, what stands behind it, one line of help, and what it does."""

    word: str
    argument: str
    help: str
    work: Callable[[Asked], object]


def obey(session: Session, line: str) -> bool:
    """Obey a line that begins with a colon; True ends the session."""
    word, _, argument = line.strip()[1:].strip().partition(" ")
    force = word.endswith("!")
    word = _SHORT.get(word.rstrip("!"), word.rstrip("!"))
    command = COMMANDS.get(word)
    if command is None:
        from dsl4bes.constructs.words import did_you_mean

        say(f"there is no command `:{word}`: {did_you_mean(word, [*COMMANDS], '`:help` lists them')}")
        return False
    session.editing = None  # an entry was begun, and something else was typed
    return command.work(Asked(session, argument.strip(), force)) is True


def _help(_: Asked) -> None:
    say("Type or paste a block; it is compiled when its last `end` is there. A block of the same name takes the place of the old one.")
    width = max(len(f"{each.word} {each.argument}") for each in COMMANDS.values())
    for each in COMMANDS.values():
        say(f"  :{f'{each.word} {each.argument}'.ljust(width)}  {each.help}")
    say("Enter ends an entry when nothing is missing, Alt-Enter in any case; Tab completes, arrows recall, Ctrl-X Ctrl-E opens your editor, Ctrl-C drops an entry.")


def _show(asked: Asked) -> None:
    show_program(asked.session)


def _blocks(asked: Asked) -> None:
    show_blocks(asked.session)


def _cpp(asked: Asked) -> None:
    view = asked.session.view
    methods = view.methods if view is not None else ()
    chosen = [each for each in methods if not asked.argument or asked.argument in (each.name, each.keyword)]
    if not chosen:
        say(f"no block `{asked.argument}`: there are {', '.join(each.name for each in methods)}" if methods else "no C++: " + _why(asked.session))
    print(highlighted("\n".join(each.text for each in chosen), "cpp"), end="", flush=True)


def _why(session: Session) -> str:
    return "the program has errors" if session.text.strip() else "there is no block yet"


def _flow(asked: Asked) -> None:
    view = _counted(asked.session)
    if view is None or view.cut_flow is None or view.flow is None:
        say(f"no cut flow: {view.words if view is not None else _why(asked.session)}{_LOAD if asked.session.events is None else ''}")
        return
    from dsl4bes.run.efficiency import as_text

    print(printable(as_text(view.flow)), end="")
    say(view.events_name)
    for remark in view.remarks:
        say(f"  {remark}")


def _counted(session: Session) -> View | None:
    """The view; its numbers are made again if they were interrupted."""
    return session.count() if session.view is not None and session.view.words == NOT_COUNTED else session.view


_LOAD = '; `:load FILE`, `:load toy "J/psi -> rho(770)0 pi0"` or `:load sample` loads some'


def _hist(asked: Asked) -> None:
    view = _counted(asked.session)
    if view is None or view.cut_flow is None:
        say(f"no histogram: {view.words if view is not None else _why(asked.session)}{_LOAD if asked.session.events is None else ''}")
        return
    wanted = asked.argument.strip('"')
    chosen = [each for each in view.histograms if not wanted or each.name == wanted]
    if not chosen:
        names = ", ".join(each.name for each in view.histograms)
        say(f"no histogram `{wanted}`: there are {names}" if names else "the program has no `histogram` block")
    for each in chosen:
        show_histogram(each)


def _events(asked: Asked) -> None:
    events = asked.session.events
    say(f"no events are loaded{_LOAD}" if events is None else events.words)


def _load(asked: Asked) -> None:
    from dsl4bes.cli.repl.loading import events_of
    from dsl4bes.run.errors import RunError

    try:
        events = events_of(asked.argument, say)
    except RunError as error:
        say(f"error: {error}" + (f"\n  help: {error.advice}" if error.advice else ""))
        return
    asked.session.take(events)
    say(events.words)
    show_numbers(asked.session)


def _open(asked: Asked) -> None:
    from dsl4bes.cli.files import read

    session = asked.session
    if asked.argument in ("", "-"):  # the standard input is where entries come from
        say("name a file: `:open selection.bes`")
        return
    if session.careful and session.unsaved and not asked.force:
        say("the program is not saved: `:save FILE` keeps it, `:open! FILE` forgets it")
        return
    open_program(session, read(os.path.expanduser(asked.argument), bag := Bag()), bag)


def open_program(session: Session, source: object, bag: Bag) -> None:
    """Take a program that was read, or say why there is none."""
    from dsl4bes.source import SourceFile

    print_diagnostics(bag)
    if not isinstance(source, SourceFile):
        return
    answer = session.open(source)
    print_diagnostics(answer.said)
    say(f"{source.name}: {counted(len(pieces(session.text)))} (`:blocks` lists them, `:cpp` shows their C++)")
    show_numbers(session)


def _save(asked: Asked) -> None:
    from dsl4bes.cli.files import write

    session = asked.session
    path = os.path.expanduser(asked.argument) or session.path
    if not path:
        say("name a file: `:save selection.bes`")
    elif not asked.force and not _ours(session, path):
        say(f"{path} exists and is left as it is; `:save! {path}` replaces it")
    else:
        try:
            write(path, session.text)
        except OSError as error:
            say(f"error: {path} cannot be written: {error.strerror or error}")
            return
        session.path, session.stored = path, session.text
        say(f"wrote {path}")


def _ours(session: Session, path: str) -> bool:
    """Whether a file is not there, or still holds what this session read from it or wrote to it."""
    if not os.path.lexists(path):
        return True
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return path == session.path and stream.read() == session.stored
    except (OSError, UnicodeDecodeError):
        return False


def _package(asked: Asked) -> None:
    from dsl4bes.cli.package import package_folder, write_package

    view, folder = asked.session.view, os.path.expanduser(asked.argument) or "."
    if view is None or not view.ok:
        say("no package: " + _why(asked.session))
        return
    try:
        written = write_package(view.compilation.everything, folder, asked.force)
    except OSError as error:
        say(f"error: {folder} cannot be written: {error.strerror or error}")
        return
    for path in written.refused:
        say(f"error: `{path}` was edited by hand; it is left as it is (`:package! {folder}` overwrites it)")
    say(f"{os.path.join(folder, package_folder(view.compilation.everything))}: {len(written.changed)} files written, {len(written.same)} unchanged")


def _explain(asked: Asked) -> None:
    from dsl4bes.reference.lookup import explanation, near

    if not asked.argument:
        say("explain what? `:explain photons.energy`")
        return
    for word in asked.argument.split():
        say((explanation(word) or f"nothing here is called `{word[:60]}`{near(word[:60])}").rstrip())


def _fit(asked: Asked) -> None:
    from dsl4bes.cli.repl.fits import run

    run(asked.session, [name.strip('"') for name in asked.argument.split()])


def _undo(asked: Asked) -> None:
    _travelled(asked.session, asked.session.undo(), "nothing to undo")


def _redo(asked: Asked) -> None:
    _travelled(asked.session, asked.session.redo(), "nothing to redo")


def counted(blocks: int) -> str:
    return f"{blocks} block{'s' if blocks != 1 else ''}"


def _travelled(session: Session, answer: Answer | None, nothing: str) -> None:
    if answer is None:
        say(nothing)
        return
    show_answer(session, answer)
    say(f"the program has {counted(len(pieces(answer.view.compilation.source.text)))}")


def _edit(asked: Asked) -> None:
    """The next entry begins with the text of the block, and takes its place."""
    at = _number(asked) if asked.argument else None
    if asked.argument and at is None:
        return
    if at is None and not asked.session.refused:
        say("no entry was refused; `:edit N` takes up block N (`:blocks`)")
    asked.session.editing, asked.session.resuming = at, at is None


def begun(session: Session) -> str:
    """The text that the next entry begins with."""
    if session.editing is not None:
        piece = pieces(session.text)[session.editing]
        return piece.without_frame(session.text)
    if session.resuming:
        session.resuming = False
        return session.refused
    return ""


def _drop(asked: Asked) -> None:
    at = _number(asked)
    if at is not None:
        show_answer(asked.session, asked.session.drop(at))


def _number(asked: Asked) -> int | None:
    """The number of a block, from 0; None after saying that there is none."""
    count = len(pieces(asked.session.text))
    if asked.argument.isdecimal() and 1 <= int(asked.argument) <= count:
        return int(asked.argument) - 1
    say(f"a block is named by its number, 1 to {count} (`:blocks`)" if count else "there is no block yet")
    return None


def _clear(asked: Asked) -> None:
    asked.session.clear()
    say("the program is empty; `:undo` brings it back")


def _quit(asked: Asked) -> bool:
    if asked.session.careful and asked.session.unsaved and not asked.force:
        say("the program is not saved: `:save FILE` keeps it, `:quit!` (or `:quit` again) leaves it")
        asked.session.warned, warned = True, asked.session.warned
        return warned
    return True


_SHORT = {"q": "quit", "exit": "quit", "h": "help", "?": "help", "w": "save", "o": "open", "history": "blocks"}
_TABLE = (
    Command("blocks", "", "the blocks by number, with the events left", _blocks),
    Command("edit", "[N]", "change block N, or the entry that was refused", _edit),
    Command("drop", "N", "take block N out", _drop),
    Command("undo", "", "back to the program before", _undo),
    Command("redo", "", "forth again", _redo),
    Command("show", "", "the program so far", _show),
    Command("cpp", "[BLOCK]", "its C++, of one block or of all", _cpp),
    Command("load", "EVENTS", 'files, `toy "DECAY" N`, or `sample`: events for cut flow and histograms', _load),
    Command("events", "", "which events are loaded", _events),
    Command("flow", "", "the cut flow with its errors", _flow),
    Command("hist", "[NAME]", "a histogram, or all", _hist),
    Command("fit", "[NAME]", "run the fits of the program in ROOT", _fit),
    Command("open", "FILE", "read a program (`:open!` forgets the one that is not saved)", _open),
    Command("save", "[FILE]", "write the program (`:save!` replaces a file)", _save),
    Command("package", "FOLDER", "write the BOSS package (`:package!` over files edited by hand)", _package),
    Command("explain", "WORD", "what a word of the language means", _explain),
    Command("clear", "", "begin anew", _clear),
    Command("help", "", "this list", _help),
    Command("quit", "", "leave (or Ctrl-D)", _quit),
)
COMMANDS = {each.word: each for each in _TABLE}
