"""Lowering of the primitives that make lists and values: collection, select, merge, identify, define, require, match.

In: a primitive and the `Block` context of its method. Out: the step its template prints. One function per primitive, named after it.
Fits are lowered in `fits.py`, output in `outputs.py`.
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.expressions import negated, text
from dsl4bes.cpp.names import comment
from dsl4bes.cpp.quoting import quoted
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import (
    CollectionStep,
    DefineStep,
    Guard,
    IdentifyStep,
    MatchStep,
    MergeStep,
    RequireStep,
    SelectStep,
)
from dsl4bes.cpp.symbols import hypothesis
from dsl4bes.ir.expr import And, Constant, Expr
from dsl4bes.ir.primitives import Collection, Define, Identify, Match, Merge, Require, Select, Source
from dsl4bes.ir.types import ListKind


def collection(step: Collection, build: Builder) -> CollectionStep:
    """Every entry of a part of EvtRecTrackCol."""
    return CollectionStep(
        mark=build.mark(step),
        target=build.symbols.list(step.target),
        again=build.fills(step.target),
        charged=step.source is Source.CHARGED,
    )


def guards(condition: Expr, scope: Scope) -> tuple[Guard, ...]:
    """A condition as one guard per operand of its `and`, each with the statements it needs; a constant true gives none."""
    if isinstance(condition, And):
        return tuple(guard for operand in condition.operands for guard in guards(operand, scope))
    if isinstance(condition, Constant) and condition.value is True:
        return ()
    inner = scope.inner()
    rejected = negated(condition, inner)
    return (Guard(condition=rejected, before=tuple(inner.statements), comment=source_text(condition)),)


def source_text(node: Expr) -> str:
    """The text a node was written as, for a comment; empty for what nobody wrote or what spans lines."""
    if node.span is None:
        return ""
    written = quoted(node.span, node)
    return comment(written) if "\n" not in written and len(written) <= 60 else ""


def select(step: Select, build: Builder) -> SelectStep:
    """A filter: one `continue` per condition."""
    scope = build.scope()
    source = build.symbols.list(step.source)
    index, variable = scope.names.index(), scope.names.new(step.binder.name)
    scope.variables[step.binder] = variable
    return SelectStep(
        mark=build.mark(step),
        target=build.symbols.list(step.target),
        again=build.fills(step.target),
        list=source,
        index=index,
        variable=variable,
        guards=guards(step.condition, scope),
    )


def merge(step: Merge, build: Builder) -> MergeStep:
    """The entries of several lists, each once."""
    build.symbols.includes.add("<algorithm>")
    return MergeStep(
        mark=build.mark(step),
        target=build.symbols.list(step.target),
        again=build.fills(step.target),
        lists=tuple(build.symbols.list(source) for source in step.sources),
    )


def identify(step: Identify, build: Builder) -> IdentifyStep:
    """ParticleID for every track of a list."""
    return IdentifyStep(
        mark=build.mark(step),
        list=build.symbols.list(step.source),
        index=build.names.inner().index(),
        method=build.symbols.pid(step.spec),
    )


def define(step: Define, build: Builder) -> DefineStep:
    """A named value, computed where it stands."""
    scope = build.scope()
    value = text(step.value, scope)
    target = build.define(step)
    return DefineStep(mark=build.mark(step), target=target, value=value, before=tuple(scope.statements))


def require(step: Require, build: Builder) -> RequireStep:
    """A cut on the event."""
    scope = build.scope()
    when = text(step.when, scope) if step.when is not None else ""
    if step.veto:
        reject = text(step.condition, scope)
        reject = f"({when}) && ({reject})" if when else reject
    else:
        reject = negated(step.condition, scope)
        reject = f"({when}) && {reject}" if when else reject
    return RequireStep(
        mark=build.mark(step), reject=reject, cut=build.cut(step.cut), before=tuple(scope.statements)
    )


def match(step: Match, build: Builder) -> MatchStep:
    """The entry nearest in direction."""
    scope = build.scope()
    to = text(step.to, scope)
    index, variable = scope.names.index(), scope.names.new(step.binder.name)
    scope.variables[step.binder] = variable
    build.symbols.use("absent", "better")
    if step.source.kind is ListKind.SHOWERS:
        build.symbols.use("shower_p4")
        momentum = f"shower_p4(ctx.at({variable}))"
    else:
        build.symbols.use("kalman_p4")
        momentum = f"kalman_p4(ctx.at({variable}), {hypothesis(step.source.species)})"
    return MatchStep(
        mark=build.mark(step),
        target=build.symbols.list(step.target),
        again=build.fills(step.target),
        list=build.symbols.list(step.source),
        index=index,
        variable=variable,
        guards=guards(step.condition, scope),
        momentum=momentum,
        to=to,
        cut=build.cut(step.cut) if step.cut is not None else "",
        nearest=scope.temporary("nearest"),
        smallest=scope.temporary("smallest"),
        before=tuple(scope.statements),
    )
