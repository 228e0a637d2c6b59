"""Reading entries from a terminal with prompt_toolkit: several lines, colours, completion with documentation, history, the external editor.

In: keys. Out: entries, as `reader.Reader` has them. Enter ends an entry when nothing is missing and the cursor is on its last line, else it begins an indented line; Alt-Enter ends it
in any case. Imported only where a terminal is read.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application.current import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import DynamicLexer, PygmentsLexer
from prompt_toolkit.styles import Style

from dsl4bes.cli.repl.offers import Offer
from dsl4bes.cli.repl.reader import MORE, PROMPT, depth, is_command
from dsl4bes.cli.show import printable
from dsl4bes.syntax.highlight import BesLexer

#: Lines of documentation that are shown below the entry.
_LINES = 5
_INDENT = "    "


class TerminalReader:
    """Entries of a terminal."""

    def __init__(self, offers: Callable[[str, int], Iterable[Offer]], status: Callable[[], str]) -> None:
        self._status = status
        lexer = PygmentsLexer(BesLexer)
        self._session: PromptSession[str] = PromptSession(
            PROMPT, multiline=True, prompt_continuation=MORE, completer=_Completer(offers), complete_in_thread=True, complete_while_typing=True, history=_history(),
            auto_suggest=AutoSuggestFromHistory(), key_bindings=_bindings(), bottom_toolbar=self._below, enable_open_in_editor=True, tempfile_suffix=".bes",
            lexer=DynamicLexer(lambda: None if is_command(get_app().current_buffer.text) else lexer), style=Style.from_dict({"bottom-toolbar": "noreverse"}),
        )  # fmt: skip

    def read(self, begun: str = "") -> str:
        text = self._session.prompt(default=begun.rstrip("\n"))
        return text.strip() if is_command(text) else text + "\n"

    def _below(self) -> str:
        """Documentation of what would be taken, or the state of the session."""
        state = get_app().current_buffer.complete_state
        if state is None or not state.completions:
            return self._status()
        chosen = state.current_completion or state.completions[0]
        return "\n".join(_documentation(chosen, get_app().output.get_size().columns))


def _documentation(chosen: Completion, width: int) -> list[str]:
    text = getattr(chosen, "documentation", "") or chosen.display_meta_text
    paragraphs = (" ".join(line for line in part.splitlines() if not line.startswith("```")) for part in text.split("\n\n"))
    lines = [row for part in paragraphs for row in textwrap.wrap(part.replace("`", "").replace("*", ""), max(20, width - 1))]
    return [printable(line) for line in lines[:_LINES]] or [""]


class _Documented(Completion):
    documentation: str = ""


class _Completer(Completer):
    def __init__(self, offers: Callable[[str, int], Iterable[Offer]]) -> None:
        self._offers = offers

    def get_completions(self, document: Document, complete_event: Any) -> Iterator[Completion]:
        if not complete_event.completion_requested and not document.get_word_before_cursor():
            return  # nothing is begun: offers are shown when they are asked for
        for offer in self._offers(document.text, document.cursor_position):
            made = _Documented(offer.text, offer.start - document.cursor_position, display=offer.label, display_meta=offer.detail)
            made.documentation = offer.documentation
            yield made


def _bindings() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None  # the completion is taken, the line goes on
            return
        document = buffer.document
        if is_command(document.text) or (depth(document.text) <= 0 and document.on_last_line):
            buffer.validate_and_handle()
            return
        if document.current_line.strip() == "end":
            _place_end(event)
        missing = max(0, depth(buffer.document.text_before_cursor))
        buffer.insert_text("\n" + _INDENT * missing)

    @keys.add("d")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("d")
        if event.current_buffer.document.current_line.strip() == "end":
            _place_end(event)

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return keys


def _place_end(event: KeyPressEvent) -> None:
    """An `end` goes under the block that it closes."""
    buffer = event.current_buffer
    document = buffer.document
    above = "\n".join(document.lines[: document.cursor_position_row])
    line = document.current_line
    wanted = _INDENT * max(0, depth(above) - 1) + "end"
    if line != wanted and document.is_cursor_at_the_end_of_line:
        buffer.delete_before_cursor(len(line))
        buffer.insert_text(wanted)


def _history() -> History:
    """Entries of earlier sessions, in the user's data folder (DSL4BES_DATA moves it); those of this one alone where it cannot be written."""
    folder = os.environ.get("DSL4BES_DATA")
    if not folder:
        from platformdirs import user_data_dir

        folder = user_data_dir("dsl4bes")
    path = os.path.join(folder, "repl_history")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
