"""The rules that recognise syntax faults, in the order they are tried: a special one before a general one."""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.syntax.faults import brackets, chains, lines, signs, values
from dsl4bes.syntax.faults.place import Finding, Place

Rule = Callable[[Place], "Finding | None"]

RULES_IN_ORDER: tuple[Rule, ...] = (
    signs.foreign_operator,
    signs.bare_decay,
    signs.bare_particle,
    lines.missing_end,
    lines.extra_end,
    lines.text_after_do,
    chains.limit_before_field,
    values.symbol_of_number,
    lines.line_start,
    values.reserved_word,
    lines.formula_as_line,
    lines.continued_line,
    values.incomplete_number,
    values.single_equals,
    chains.chained,
    values.known_state,
    brackets.closing_bracket,
    brackets.detached_bracket,
    brackets.index_brackets,
    values.method_call,
    values.percent_operator,
    values.open_range,
    values.missing_value,
    values.misplaced_comma,
    values.missing_comma,
)
