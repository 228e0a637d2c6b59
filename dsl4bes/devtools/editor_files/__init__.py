"""Files for editors that are made from the language: words for highlighting, a grammar, snippets.

In: the registry, the tables of functions, lists, units and particles. Out: texts of committed files (`FILES`: path → how it is made). `python -m dsl4bes.devtools.generate` writes them;
nothing here is in the way of a compilation.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.devtools.editor_files import lexer_words, scripts, snippets, textmate

FILES: dict[str, Callable[[], str]] = {
    "dsl4bes/syntax/words.py": lexer_words.module,
    "dsl4bes/editors/vscode/syntaxes/bes.tmLanguage.json": textmate.grammar,
    "dsl4bes/editors/vscode/snippets/bes.json": snippets.vscode,
    "dsl4bes/editors/vim/syntax/bes.vim": scripts.vim,
    "dsl4bes/editors/emacs/bes-words.el": scripts.emacs,
}
