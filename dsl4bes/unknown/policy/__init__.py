"""The policy of unknown blocks: which C++ a body may be made of (RULES.md). Text in, verdict out; nothing is compiled or run.

In: the text of a body (any bytes, from anyone) and the `Names` of its view. Out: a `Verdict`: every `Finding` with its place, and the code that was
checked, which is the text to compile. What is not allowed by name is refused; no text makes a check raise. Needs the extra `[llm]` (tree-sitter).
"""

from dsl4bes.unknown.policy.check import check
from dsl4bes.unknown.policy.finding import Finding, Verdict
from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.reference import allowed_calls
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tree import ParserMissing
from dsl4bes.unknown.policy.words import for_model, for_user

__all__ = ["Finding", "Names", "ParserMissing", "Rule", "Verdict", "allowed_calls", "check", "for_model", "for_user"]
