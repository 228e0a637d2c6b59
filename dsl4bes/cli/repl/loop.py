"""The loop of the REPL: read an entry, obey or add it, show what came of it.

In: a program and events to begin with. Out: text on the standard output, until the end of the input or `:quit`. Ctrl-C drops what is typed or stops what runs, and never ends the
session; what a command refuses is a line of text. No state is kept here.
"""

from __future__ import annotations

import sys

from dsl4bes.cli.repl.commands import begun, obey, open_program
from dsl4bes.cli.repl.offers import offers
from dsl4bes.cli.repl.reader import is_command, reader
from dsl4bes.cli.repl.session import Session
from dsl4bes.cli.repl.show import say, show_answer
from dsl4bes.cli.show import printable
from dsl4bes.cli.status import Stop


class Loop:
    """A session and where its entries come from."""

    def __init__(self) -> None:
        self.terminal = sys.stdin.isatty()
        self.session = Session(log=lambda line: say(f"({line} ...)"), careful=self.terminal)

    def run(self, file: str = "", load: str = "") -> None:
        """Read entries until the end."""
        if self.terminal:
            say("dsl4bes: type or paste a block; :help for help, :quit to leave")
        if load:
            self._guarded(f":load {load}")
        if file:
            self._begin(file)
        source = reader(lambda text, cursor: offers(self.session, text, cursor), self._status)
        while True:
            try:
                entry = source.read(begun(self.session))
            except KeyboardInterrupt:
                self.session.editing = None
                say("")
                continue
            except EOFError:
                if self._leave():
                    return
                continue
            if self._guarded(entry):
                return

    def _status(self) -> str:
        """A line about the session, below what is typed."""
        view, events = self.session.view, self.session.events
        words = [self.session.path + ("*" if self.session.unsaved else "") if self.session.path else "not saved" if self.session.unsaved else ":help"]
        words.append(events.words if events is not None else "no events (:load)")
        if view is not None and view.flow is not None:
            words.append(f"{view.flow.selected} selected")
        return printable("  |  ".join(words))

    def _begin(self, file: str) -> None:
        from dsl4bes.cli.files import read
        from dsl4bes.diagnostics.model import Bag

        bag = Bag()
        open_program(self.session, read(file, bag), bag)

    def _guarded(self, entry: str) -> bool:
        """Obey or add an entry; True ends the session. An interrupt stops the work and leaves the program as it was."""
        try:
            if is_command(entry):
                return obey(self.session, entry)
            self.session.warned = False
            if entry.strip():
                show_answer(self.session, self.session.add(entry))
        except KeyboardInterrupt:
            say("\ninterrupted: the program is as it was")
        except Stop:
            pass  # a command that ends with a status has said why
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours costs the entry, and not the program that was typed
            from dsl4bes.cli.app import unforeseen

            unforeseen(error, ["repl"])
        finally:
            sys.stdout.flush()
        return False

    def _leave(self) -> bool:
        """The end of the input: a terminal is asked once whether the program may be lost."""
        if not self.terminal:
            return True
        say("")
        return self._guarded(":quit")
