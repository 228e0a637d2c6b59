"""Giving another name to a list, fit, value, cut, region or parameter of a program.

In: a document, an offset, the new name. Out: `Edits`, or a `Refusal` that says why. The places are those that the compiler resolved (`bindings.py`). The program with the new name is compiled before it is
given: it must make the same steps, up to the name (`same.py`), else it is refused; so a name that somebody else needs (an included file, the products of a decay) is never changed.
"""

from __future__ import annotations

import re

from dsl4bes.constructs import registry
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.model import Severity
from dsl4bes.editing.bindings import Form, Sort, Target, Use
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edit, Edits, Refusal, applied
from dsl4bes.editing.lexemes import KEYWORDS, Kind
from dsl4bes.editing.same import same_but
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.program import Program
from dsl4bes.ir.walk import objects
from dsl4bes.resolve import functions
from dsl4bes.resolve.lists import RESERVED
from dsl4bes.source import Span


def renameable(document: Document, offset: int) -> Use | Refusal:
    """The name at an offset that could be changed."""
    use = document.bindings.at(offset)
    if use is None:
        broken = next((item for item in document.diagnostics if item.severity is Severity.ERROR), None)
        return Refusal("no name that this program makes stands here" if broken is None else _errors(document))
    if use.target.place is None:
        return Refusal(f"`{use.target.name}` is the standard one and is made nowhere: write its block first")
    if use.target.place.file != document.source:
        return Refusal(f"`{use.target.name}` is made in {use.target.place.file.name}: change it there")
    if not document.compilation.ok:
        return Refusal(_errors(document))
    if document.compilation.expanded.file.fragment:
        return Refusal(f"this file has parameters and is made to be included: other programs may name `{use.target.name}`")
    return use


def rename(document: Document, offset: int, new: str) -> Edits | Refusal:
    """The edits that give the name at an offset another one."""
    use = renameable(document, offset)
    if isinstance(use, Refusal):
        return use
    target = use.target
    if new == target.name:
        return Edits(())
    fault = _fault(target, new)
    if fault:
        return Refusal(fault)
    try:
        edits = tuple(_edits(document, target, new))
    except _Refused as refused:
        return Refusal(str(refused))
    words = (target.name, new, target.block or target.name)
    return _tried(document, edits, words)


class _Refused(Exception):
    """A place that cannot be written otherwise."""


def _errors(document: Document) -> str:
    item = next(item for item in document.diagnostics if item.severity is Severity.ERROR)
    where = "" if item.primary is None else f" (line {item.primary.span.place.line}: {item.message})"
    return f"the program has errors, so not every use is known: mend them first{where}"


def _fault(target: Target, new: str) -> str:
    """What is wrong with the new name itself."""
    if target.sort is Sort.CUT:
        if not new.strip() or any(sign in new for sign in '"\\\r\n') or not new.isprintable():
            return "the name of a cut is a text without quotes and backslashes"
        return ""
    if not is_name(new):
        return f"`{new}` is no name: letters, digits and `_`, a letter first"
    if new in KEYWORDS or (target.sort in (Sort.LIST, Sort.VALUE) and (new in RESERVED or new in functions.FUNCTIONS or new in functions.EVENT)):
        return f"`{new}` means something in the language"
    return ""


def _edits(document: Document, target: Target, new: str) -> list[Edit]:
    """One edit for each use; a name that a block has by default becomes a label, and one that becomes the default a label no more."""
    drops = _drops(document, target, new)
    block = drops[1] if drops is not None else public_name(new) if target.sort is Sort.CUT else new
    found: list[Edit] = []
    for use in document.bindings.of(target):
        if use.defines and drops is not None:
            found.append(Edit(drops[0], ""))
        elif use.defines and target.implicit:
            found.append(_labelled(document, use.span, new))
        elif use.defines and _identified(document, use.span) is not None:
            found.append(_named(document, use.span, new))
        elif use.form is Form.BLOCK:
            found.append(Edit(use.span, public_name(block)))
        elif use.span.text != target.name:
            raise _Refused(f"`{use.span.text}` in line {use.span.place.line} cannot be changed with it")
        else:
            found.append(Edit(use.span, new))
    return found


def _labelled(document: Document, word: Span, new: str) -> Edit:
    """A label for a block that has none."""
    following = document.text[word.end : word.end + 1]
    if following == "(":
        empty = document.text[word.end + 1 :].lstrip().startswith(")")
        return Edit(Span(word.end + 1, word.end + 1, word.file), f":{new}" if empty else f":{new}, ")
    return Edit(Span(word.end, word.end, word.file), f"(:{new})")


def _identified(document: Document, name: Span) -> Span | None:
    """The span of a list that `identify :pip` names by its species; None for a name of the user's own."""
    line = document.structure.line_at(name.start)
    if line is None or line.word != "identify" or name.text not in IDENTIFIED:
        return None
    before = [lexeme.text for lexeme in line.lexemes if lexeme.end < name.start]
    return None if before[-2:-1] == ["as"] else name


def _named(document: Document, name: Span, new: str) -> Edit:
    """`as: :new` behind the species."""
    line = document.structure.line_at(name.start)
    symbols = [lexeme for lexeme in line.lexemes if lexeme.kind is Kind.SYMBOL and lexeme.text[1:] in IDENTIFIED] if line is not None else []
    if len(symbols) > 1:
        raise _Refused("`identify` names several lists in this line: give each its own line first")
    if line is not None and any(lexeme.is_("as") for lexeme in line.lexemes):
        raise _Refused("`identify` has an `as:` in this line already")
    return Edit(Span(name.end, name.end, name.file), f", as: :{new}")


def _drops(document: Document, target: Target, new: str) -> tuple[Span, str] | None:
    """The label to leave out where the new name is that which the block has without one, and the block's name then; None if it stays."""
    line = None if target.place is None or target.implicit else document.structure.line_at(target.place.start)
    if line is None or target.place is None:
        return None
    at = next((place for place, lexeme in enumerate(line.lexemes) if lexeme.start == target.place.start - 1), None)
    if at is None:
        return None
    words = line.lexemes
    if line.word == "identify":
        kept = at > 3 and words[at - 1].is_(":") and words[at - 2].is_("as") and words[at - 3].is_(",") and any(word.text == f":{new}" for word in words[: at - 2])
        return (document.span(words[at - 3].start, words[at].end), new) if kept else None
    construct = registry.find(line.word)
    default = "" if construct is None else construct.default_list or ("" if construct.label_required else construct.keyword)
    if new != default or construct is None or at < 1 or at + 1 >= len(words) or not words[at - 1].is_("("):
        return None
    if words[at + 1].is_(")"):
        return document.span(words[at - 1].start, words[at + 1].end), construct.keyword
    return (document.span(words[at].start, words[at + 2].start), construct.keyword) if words[at + 1].is_(",") and at + 2 < len(words) else None


def _tried(document: Document, edits: tuple[Edit, ...], words: tuple[str, ...]) -> Edits | Refusal:
    """The edits, if the program that they make does the same as before."""
    new = Document(document.source.name, applied(document.text, edits), loader=document.loader, bodies=document.bodies)
    before, after = document.compilation.program, new.compilation.program
    if before is None or after is None:
        item = next(item for item in new.diagnostics if item.severity is Severity.ERROR)
        return Refusal(f"the program would not compile any more: {item.message}")
    if not same_but(before, after, words):
        return Refusal("the program would not do the same any more: another part of it goes by this name")
    if _in_code(after, words[:1]):
        return Refusal(f"the code of a custom block may name `{words[0]}`: change it there first")
    return Edits(edits)


def _in_code(program: Program, words: tuple[str, ...]) -> bool:
    """Whether code that is not part of the program has one of the words."""
    texts = [step.body.text for step in objects((program.blocks, program.regions)) if isinstance(step, Custom)]
    return any(re.search(rf"\b{re.escape(word)}[0-9]*\b", text) for text in texts for word in words)
