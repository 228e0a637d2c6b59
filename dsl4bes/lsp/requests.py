"""The handlers of the server: one function for each request, each a call of a service and of `convert.py`.

In: a `Server`. Out: the same with its handlers. No logic of the language is here.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder

from dsl4bes.editing import (
    actions,
    completion,
    folding,
    hints,
    hover,
    layout,
    navigate,
    rename,
    signature,
    symbols,
    tokens,
)
from dsl4bes.editing.bindings import Use
from dsl4bes.editing.edits import Refusal
from dsl4bes.lsp import commands, convert
from dsl4bes.lsp.results import last_run
from dsl4bes.lsp.server import Failed, Server, guarded


def add_to(server: Server) -> None:
    """Register everything."""
    _texts(server)
    _disk(server)
    _answers(server)
    _places(server)
    _whole(server)
    _changes(server)
    _fixes(server)
    _commands(server)


def _texts(server: Server) -> None:
    """What the client tells about its texts; these keep the order of the messages."""

    @server.feature(types.INITIALIZE)
    def begin(server: Server, params: types.InitializeParams) -> None:
        ability = params.capabilities
        server.buffers.encoding = str(getattr(chosen := ServerCapabilitiesBuilder.choose_position_encoding(ability), "value", chosen))
        item = ability.text_document.completion.completion_item if ability.text_document and ability.text_document.completion else None
        server.snippets = bool(item and item.snippet_support)
        edit = ability.workspace.workspace_edit if ability.workspace else None
        server.versioned = bool(edit and edit.document_changes)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
        text = params.text_document
        for uri in [text.uri, *server.buffers.put(text.uri, text.version, text.text)]:
            server.soon(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if not params.content_changes or server.buffers.get(uri) is None:  # of a text that was closed: nobody would close it again
            return
        for other in [uri, *server.buffers.put(uri, params.text_document.version, params.content_changes[-1].text)]:
            server.soon(other)


def _disk(server: Server) -> None:
    """What the client tells about files on disk."""

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
        for uri in server.buffers.forget():
            server.soon(uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def written(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
        for uri in server.buffers.forget():
            server.soon(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.hold(uri)
        for other in server.buffers.close(uri):
            server.soon(other)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def _answers(server: Server) -> None:
    """What is shown at the cursor."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", ":", '"', "(", ",", " "]))
    @guarded
    def complete(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, _ = here
        found = completion.complete(document, at.offset(params.position))
        return types.CompletionList(False, [convert.completion(each, place, at, server.snippets) for place, each in enumerate(found)])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @guarded
    def about(server: Server, params: types.HoverParams) -> types.Hover | None:
        here = server.at(params)
        found = None if here is None else hover.hover(here[0], here[1].offset(params.position))
        return None if here is None or found is None else convert.hover(found, here[1])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ","]))
    @guarded
    def call(server: Server, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        here = server.at(params)
        found = None if here is None else signature.signature(here[0], here[1].offset(params.position))
        return None if found is None else convert.signature(found)


def _places(server: Server) -> None:
    """Where a name is made and used."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @guarded
    def definition(server: Server, params: types.DefinitionParams) -> list[types.Location] | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, opened = here
        files = server.files(document, at)
        found = (convert.location(span, opened.uri, files) for span in navigate.definition(document, at.offset(params.position)))
        return [place for place in found if place is not None]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    @guarded
    def references(server: Server, params: types.ReferenceParams) -> list[types.Location] | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, opened = here
        offset = at.offset(params.position)
        use = document.bindings.at(offset)
        uses = [] if use is None else [each for each in document.bindings.of(use.target) if params.context.include_declaration or not each.defines]
        return [types.Location(opened.uri, at.range(each.span.start, each.span.end)) for each in uses]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    @guarded
    def highlight(server: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        here = server.at(params)
        if here is None:
            return None
        return [types.DocumentHighlight(here[1].range(span.start, span.end)) for span in navigate.references(here[0], here[1].offset(params.position))]


def _whole(server: Server) -> None:
    """What is shown of a whole text."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    @guarded
    def outline(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        here = server.at(params)
        return None if here is None else [convert.symbol(each, here[1]) for each in symbols.symbols(here[0])]

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    @guarded
    def folds(server: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        here = server.at(params)
        return None if here is None else [convert.fold(each) for each in folding.folds(here[0])]

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, convert.LEGEND)
    @guarded
    def colours(server: Server, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        here = server.at(params)
        return None if here is None else convert.tokens(tokens.tokens(here[0]), here[1])

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    @guarded
    def notes(server: Server, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, _ = here
        run = last_run(document.source.name)
        start, end = at.offset(params.range.start), at.offset(params.range.end)
        found = hints.hints(document, None if run is None else run.counts())
        return [convert.hint(each, at) for each in found if start <= each.offset <= end]


def _changes(server: Server) -> None:
    """What changes a text: the client does it, with the edits that it is given."""

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    @guarded
    def whole(server: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        return _laid_out(server, params, None)

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    @guarded
    def part(server: Server, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        return _laid_out(server, params, params.range)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    @guarded
    def renameable(server: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        here = server.at(params)
        found = None if here is None else rename.renameable(here[0], here[1].offset(params.position))
        if isinstance(found, Refusal):
            raise Failed(found.words)
        return None if here is None or not isinstance(found, Use) else types.PrepareRenamePlaceholder(here[1].range(found.span.start, found.span.end), found.target.name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    @guarded
    def renamed(server: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, opened = here
        found = rename.rename(document, at.offset(params.position), params.new_name)
        if isinstance(found, Refusal):
            raise Failed(found.words)
        return convert.workspace_edit(found.edits, opened.uri, opened.version, at, server.versioned)


def _fixes(server: Server) -> None:
    """What can be done about findings."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
    @guarded
    def mend(server: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        here = server.at(params)
        if here is None:
            return None
        document, at, opened = here
        files = server.files(document, at)
        span = document.span(at.offset(params.range.start), at.offset(params.range.end))
        found = []
        for each in actions.actions(document, span):
            shown = None if each.diagnostic is None else convert.diagnostic(each.diagnostic, files)
            found.append(convert.action(each, opened.uri, opened.version, at, server.versioned, shown))
        return found


def _laid_out(server: Server, params: Any, part: types.Range | None) -> list[types.TextEdit] | None:
    here = server.at(params)
    if here is None:
        return None
    document, at, _ = here
    found = layout.formatted(document, None if part is None else document.span(at.offset(part.start), at.offset(part.end)))
    if isinstance(found, Refusal):
        raise Failed(found.words)
    return convert.edits(found.edits, at)


def _commands(server: Server) -> None:
    @server.command(commands.CPP)
    def cpp(server: Server, uri: str = "") -> Any:
        document = server.buffers.document(uri)
        if document is None:
            raise Failed(f"no open program has the URI `{uri}`")
        return commands.cpp(document)

    @server.command(commands.CUT_FLOW)
    def cut_flow(server: Server, uri: str = "") -> Any:
        document = server.buffers.document(uri)
        if document is None:
            raise Failed(f"no open program has the URI `{uri}`")
        return commands.cut_flow(document)
