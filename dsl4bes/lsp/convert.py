"""Answers of the language services → types of the protocol.

In: completions, hovers, symbols ... with `Span`s, and the positions of their texts. Out: lsprotocol's types. No service is called here and nothing is decided but which of the protocol's kinds comes nearest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from dsl4bes.diagnostics.model import Diagnostic, Severity
from dsl4bes.diagnostics.places import outermost
from dsl4bes.editing.actions import Action
from dsl4bes.editing.completion import Completion, CompletionKind
from dsl4bes.editing.edits import Edit
from dsl4bes.editing.folding import Fold
from dsl4bes.editing.hints import Hint, HintKind
from dsl4bes.editing.hover import Hover
from dsl4bes.editing.signature import Signature
from dsl4bes.editing.symbols import Symbol, SymbolKind
from dsl4bes.editing.tokens import Token, TokenKind
from dsl4bes.lsp.buffers import uri_of
from dsl4bes.lsp.positions import Files, Positions, units
from dsl4bes.source import Span

_SEVERITY = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning, Severity.NOTE: types.DiagnosticSeverity.Information}
_COMPLETIONS = {
    CompletionKind.BLOCK: types.CompletionItemKind.Class, CompletionKind.FIELD: types.CompletionItemKind.Property, CompletionKind.COUNT: types.CompletionItemKind.Property,
    CompletionKind.VALUE: types.CompletionItemKind.EnumMember, CompletionKind.KEY: types.CompletionItemKind.Property, CompletionKind.FUNCTION: types.CompletionItemKind.Function,
    CompletionKind.LIST: types.CompletionItemKind.Variable, CompletionKind.FIT: types.CompletionItemKind.Variable, CompletionKind.MEMBER: types.CompletionItemKind.Field,
    CompletionKind.CONSTANT: types.CompletionItemKind.Constant, CompletionKind.PARTICLE: types.CompletionItemKind.Value, CompletionKind.UNIT: types.CompletionItemKind.Unit,
    CompletionKind.SHAPE: types.CompletionItemKind.Function, CompletionKind.FILE: types.CompletionItemKind.File, CompletionKind.KEYWORD: types.CompletionItemKind.Keyword,
    CompletionKind.SNIPPET: types.CompletionItemKind.Snippet,
}  # fmt: skip
_SYMBOLS = {
    SymbolKind.BLOCK: types.SymbolKind.Class, SymbolKind.CUT: types.SymbolKind.Event, SymbolKind.LIST: types.SymbolKind.Array, SymbolKind.VALUE: types.SymbolKind.Constant,
    SymbolKind.FIELD: types.SymbolKind.Property, SymbolKind.FILE: types.SymbolKind.File,
}  # fmt: skip
#: What colours themes know, by the kinds of words; the place in this table is the number in the protocol.
_TOKENS = {
    TokenKind.KEYWORD: "keyword", TokenKind.BLOCK: "class", TokenKind.FIELD: "property", TokenKind.KEY: "parameter", TokenKind.LIST: "variable", TokenKind.FIT: "struct",
    TokenKind.VALUE: "variable", TokenKind.MEMBER: "property", TokenKind.FUNCTION: "function", TokenKind.OPTION: "enumMember", TokenKind.UNIT: "type", TokenKind.NUMBER: "number",
    TokenKind.TEXT: "string", TokenKind.COMMENT: "comment", TokenKind.OPERATOR: "operator",
}  # fmt: skip
_NAMES = list(dict.fromkeys(_TOKENS.values()))
LEGEND = types.SemanticTokensLegend(token_types=_NAMES, token_modifiers=["declaration"])


def diagnostic(item: Diagnostic, files: Files) -> types.Diagnostic:
    """A finding; one in an included file stands at the line that includes it, and says where it is."""
    message = item.message if not item.help else f"{item.message}\n{item.help}"
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    if item.primary is not None:
        own = item.primary.span
        shown = own if own.file.via is None else outermost(own)
        if shown is not own:
            message = f"{own}: {message}"
        place = files.range(shown) if shown.file == files.own else place
        if item.primary.text:
            message = f"{message}\n({item.primary.text})"
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, files.range(label.span)), label.text or "see here")
        for label in item.related
        if (uri := uri_of(label.span.file.name)) is not None
    ]
    return types.Diagnostic(place, message, _SEVERITY[item.severity], item.code.id, source="dsl4bes", related_information=related or None)


def completion(each: Completion, place: int, at: Positions, snippets: bool) -> types.CompletionItem:
    """A completion; `place` in the list keeps the order that the services gave."""
    text = each.snippet if snippets and each.snippet is not None else each.text
    form = types.InsertTextFormat.Snippet if snippets and each.snippet is not None else types.InsertTextFormat.PlainText
    return types.CompletionItem(
        each.label, kind=_COMPLETIONS[each.kind], detail=each.detail or None, documentation=markdown(each.documentation) if each.documentation else None,
        sort_text=f"{place:05d}", filter_text=each.text.split("\n")[0], insert_text_format=form, text_edit=types.TextEdit(at.range(each.replace.start, each.replace.end), text),
    )  # fmt: skip


def markdown(text: str) -> types.MarkupContent:
    """A text in Markdown."""
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def hover(found: Hover, at: Positions) -> types.Hover:
    """A hover."""
    return types.Hover(markdown(found.markdown), at.range(found.span.start, found.span.end))


def signature(found: Signature) -> types.SignatureHelp:
    """How a function is called."""
    parameters = [types.ParameterInformation((units(found.label[:start]), units(found.label[:end]))) for start, end in found.parameters]
    label = types.SignatureInformation(found.label, markdown(f"{found.gives}: {found.documentation}" if found.gives else found.documentation), parameters)
    return types.SignatureHelp([label], 0, found.active)


def symbol(found: Symbol, at: Positions) -> types.DocumentSymbol:
    """A line of the outline."""
    children = [symbol(child, at) for child in found.children]
    return types.DocumentSymbol(found.name, _SYMBOLS[found.kind], at.range(found.span.start, found.span.end), at.range(found.place.start, found.place.end), found.detail or None, children=children)


def fold(found: Fold) -> types.FoldingRange:
    """A fold."""
    return types.FoldingRange(found.first, found.last, kind=types.FoldingRangeKind.Comment if found.comment else types.FoldingRangeKind.Region)


def tokens(found: Iterable[Token], at: Positions) -> types.SemanticTokens:
    """All tokens, each by its distance from the one before."""
    data: list[int] = []
    line = character = 0
    for token in found:
        begin, end = at.position(token.start), at.position(token.end)
        if begin.line != end.line:
            continue  # no word goes over lines
        data += (begin.line - line, begin.character - (character if begin.line == line else 0), end.character - begin.character, _NAMES.index(_TOKENS[token.kind]), int(token.defines))
        line, character = begin.line, begin.character
    return types.SemanticTokens(data)


def hint(found: Hint, at: Positions) -> types.InlayHint:
    """A note behind a word; the comparison and unit of a number are set like words of their own."""
    before = found.kind in (HintKind.DEFAULT, HintKind.EVENTS, HintKind.UNIT)
    kind = types.InlayHintKind.Parameter if found.kind is HintKind.SIGN else types.InlayHintKind.Type
    return types.InlayHint(at.position(found.offset), found.text, kind, tooltip=markdown(found.tip) if found.tip else None, padding_left=before, padding_right=not before)


def edits(found: Sequence[Edit], at: Positions) -> list[types.TextEdit]:
    """Edits of one text."""
    return [types.TextEdit(at.range(edit.span.start, edit.span.end), edit.text) for edit in found]


def workspace_edit(found: Sequence[Edit], uri: str, version: int, at: Positions, versioned: bool) -> types.WorkspaceEdit:
    """Edits of one text, for this version of it if the client can tell versions."""
    if not versioned:
        return types.WorkspaceEdit(changes={uri: edits(found, at)})
    document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, edits(found, at))])


def action(found: Action, uri: str, version: int, at: Positions, versioned: bool, shown: types.Diagnostic | None) -> types.CodeAction:
    """A code action with its edits."""
    edit = workspace_edit(found.edits, uri, version, at, versioned)
    return types.CodeAction(found.title, types.CodeActionKind.QuickFix, [shown] if shown is not None else None, found.preferred or None, edit=edit)


def location(span: Span, own: str, files: Files) -> types.Location | None:
    """A place in this text or in another file; None for a file that no editor can open."""
    uri = own if span.file == files.own else uri_of(span.file.name)
    return None if uri is None else types.Location(uri, files.range(span))
