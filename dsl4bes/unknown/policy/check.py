"""The passes of the policy in order: text → tokens → tree → forms → meaning → flow → words.

In: the text of a body and its `Names`. Out: a `Verdict` with all findings. A pass that cannot trust what came before it does not run; the body is refused then
in any case. Nothing is compiled or run, and no text makes this raise.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.context import IN, Context, Unreadable
from dsl4bes.unknown.policy.finding import Finding, Verdict, in_order
from dsl4bes.unknown.policy.flow import flow
from dsl4bes.unknown.policy.forms import forms
from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.statements import meaning
from dsl4bes.unknown.policy.tables import CONSTANTS, MATHS, ORDERS, SPECIAL, STD_MATHS, methods
from dsl4bes.unknown.policy.text import clean, decode
from dsl4bes.unknown.policy.tokens import Token, brackets, tokens
from dsl4bes.unknown.policy.tree import Tree
from dsl4bes.unknown.policy.types import DOUBLE, LORENTZ, SIMPLE, THREE, vector_of

_WORDS = frozenset(
    {"if", "else", "for", "return", "break", "continue", "const", "true", "false", "unsigned", "static_cast", "std", "CLHEP", IN,
     "vector", "pair", "first", "second", "begin", "end", *CONSTANTS, *MATHS, *STD_MATHS, *SPECIAL, *ORDERS}
    | {word for name in SIMPLE for word in name.replace("::", " ").split()}
    | {method.name for of in (LORENTZ, THREE, vector_of(DOUBLE)) for method in methods(of)}
)  # fmt: skip

#: Refused statements that may have returned: what is said about paths around them would be a guess.
_PATHS = frozenset({Rule.FORM, Rule.FUNCTION, Rule.LOOP, Rule.JUMP, Rule.EXCEPTION})


def check(text: bytes | str, names: Names) -> Verdict:
    """Whether this body may be compiled; `verdict.code` is then the text to compile."""
    decoded, findings = decode(text)
    if findings:
        return Verdict("", tuple(findings))
    code, findings = clean(decoded)
    found = tokens(code)
    findings += brackets(found)
    tree = Tree(code, found, names.structs)
    refused, spans = forms(tree)
    if tree.whole and tree.body is not None and not findings:
        context = Context(tree, names, spans)
        try:
            meaning(context, tree.body)
            findings += context.findings
            if _PATHS.isdisjoint(item.rule for item in refused):
                findings += flow(tree, tree.body)
        except Unreadable as error:
            findings += [*context.findings, tree.finding(error.node, Rule.SYNTAX, "this cannot be read")]
        if not (findings or tree.findings or refused):
            findings += _strangers(found, names, context.words)
    return Verdict(code, in_order([*findings, *tree.findings, *refused]))


def allowed_words(names: Names) -> frozenset[str]:
    """Every word that a body may have besides its own variables."""
    rows = {member for row in names.structs.values() for member in row}
    return _WORDS | {*names.members, *names.structs, *rows}


def _strangers(found: list[Token], names: Names, own: set[str]) -> list[Finding]:
    """Words of an accepted body that are no variable and not allowed: the last check, which trusts no tree."""
    known = allowed_words(names) | own
    strange = [token for token in found if token.kind in ("word", "quoted", "other") and token.text not in known]
    return [Finding(Rule.UNKNOWN_NAME, token.line, token.column, f"`{token.text}` is not allowed") for token in strange]
