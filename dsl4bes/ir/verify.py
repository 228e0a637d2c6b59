"""Structural rules of the IR: what every pass may rely on (valid before, valid after).

In: a `Program`. Out: nothing; `InvalidProgram` names the first rule that is broken. These are faults of the compiler, never of the user.
Checked: a list is filled before it is read, fits and values are made before they are used, loop variables are used inside their loop,
conditions are flags, `not` stands over what is always there, names of blocks, cuts and numbers are unique.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import (
    Choice,
    FitKind,
    FitSymbol,
    FromCandidate,
    FromList,
    FromPart,
    FromSecondary,
    FromTag,
    FromTagged,
    FromVertex,
    Missing,
)
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import (
    NOMINAL,
    Combination,
    FittedVertex,
    KinematicFit,
    Listed,
    Others,
    Pairs,
    Scope,
    SecondaryVertexFit,
    Tags,
)
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import (
    Collection,
    Define,
    FillHistogram,
    FillTruth,
    FillTuple,
    Identify,
    Match,
    Merge,
    Primitive,
    Products,
    ReadTruth,
    Require,
    Select,
)
from dsl4bes.ir.program import Block, Program, blocks_of, cuts_of, steps_of
from dsl4bes.ir.truth import GeneratedRole, InProcess, Process
from dsl4bes.ir.types import Kind, ListSymbol
from dsl4bes.ir.uses import at
from dsl4bes.ir.walk import objects


class InvalidProgram(AssertionError):
    """A program that breaks a rule of the IR."""


@dataclass
class _State:
    lists: set[ListSymbol] = field(default_factory=set)
    fits: set[FitSymbol] = field(default_factory=set)
    defines: set[str] = field(default_factory=set)
    inside: set[FitSymbol] = field(default_factory=set)  #: combinations one candidate of which is meant here
    where: str = ""
    processes: set[Process] = field(default_factory=set)

    def copy(self) -> _State:
        return _State(set(self.lists), set(self.fits), set(self.defines), set(self.inside), self.where, set(self.processes))

    def need(self, condition: bool, text: str) -> None:
        if not condition:
            raise InvalidProgram(f"{self.where}: {text}")


def verify(program: Program) -> None:
    """Raise `InvalidProgram` if a rule of the IR is broken."""
    state = _State()
    _blocks(program.always, state)
    state.need(not state.lists and not state.fits, "a list or fit of an event that may have no reconstruction")
    _blocks(program.blocks, state)
    scopes: dict[str | None, _State] = {None: state}
    for region in program.regions:
        state.need(
            region.parent in scopes, f"region {region.name} goes on from {region.parent}, which is not there"
        )
        scopes[region.name] = scopes[region.parent].copy()
        _blocks(region.blocks, scopes[region.name])
    _blocks(program.outputs, state.copy())
    _unique(program)


def _unique(program: Program) -> None:
    top = blocks_of(program)
    inner = [block for step in steps_of(top) if isinstance(step, Scope) for block in step.blocks]
    blocks = [*top, *inner]
    for what, names in (
        ("block", [block.name for block in blocks]),
        ("cut", [cut.key for _, cut in cuts_of(top)]),
        ("property", [parameter.property_name for parameter in program.parameters]),
        ("variation", [variation.key for variation in program.variations]),
    ):
        for name in set(names):
            if names.count(name) > 1:
                raise InvalidProgram(f"two of a {what} are called {name}")
    known = {parameter.name for parameter in program.parameters}
    for node in objects(top):
        if isinstance(node, Parameter) and node.name not in known:
            raise InvalidProgram(f"the parameter {node.name} is not in the table")
    for variation in program.variations:
        for name in variation.values:
            if name not in known:
                raise InvalidProgram(f"the variation {variation.key} changes {name}, which is not in the table")


def _blocks(blocks: tuple[Block, ...], state: _State) -> None:
    for block in blocks:
        for number, step in enumerate(block.steps, 1):
            state.where = f"block {block.name}, step {number} ({type(step).__name__})"
            _step(step, state)


def _step(step: Primitive, state: _State) -> None:
    if isinstance(step, Collection):
        state.lists.add(step.target)
    elif isinstance(step, (Select, Match)):
        state.need(step.source in state.lists, f"list {step.source.name} is not filled yet")
        state.need(step.binder.list == step.source, "the loop does not run over the source")
        _flag(step.condition, state, (step.binder,))
        if isinstance(step, Match):
            _expression(step.to, state, ())
        state.lists.add(step.target)
    elif isinstance(step, Merge):
        for source in step.sources:
            state.need(source in state.lists, f"list {source.name} is not filled yet")
        state.lists.add(step.target)
    elif isinstance(step, Products):
        state.need(step.fit in state.fits, f"fit {step.fit.name} is not made yet")
        found = [at(step.fit, path) for path in step.roles]
        state.need(bool(found) and all(role is not None and role.species is not None for role in found), f"{step.fit.name} has no such particles")
        state.lists.add(step.target)
    elif isinstance(step, Others):
        state.need(step.source in state.lists, f"list {step.source.name} is not filled yet")
        state.need(step.fit in state.fits and step.fit.kind in (FitKind.DTAG, FitKind.DOUBLE_TAG), f"{step.fit.name} is no D tag")
        state.need(not step.fit.several or step.fit in state.inside, f"one candidate of {step.fit.name} is meant")
        state.lists.add(step.target)
    elif isinstance(step, Identify):
        state.need(step.source in state.lists, f"list {step.source.name} is not filled yet")
        state.need(
            bool(step.spec.hypotheses) and bool(step.spec.systems),
            "an identification without systems or hypotheses",
        )
    elif isinstance(step, Define):
        _expression(step.value, state, ())
        state.defines.add(step.name)
    elif isinstance(step, Require):
        _flag(step.condition, state, ())
        if step.when is not None:
            _flag(step.when, state, ())
    elif isinstance(step, Custom):
        _view(step, state)
    elif isinstance(step, Combination):
        _combination(step, state)
    elif isinstance(step, Scope):
        state.need(step.symbol in state.fits and step.symbol.several, f"{step.symbol.name} has no candidates to go through")
        within = state.copy()
        within.inside |= {step.symbol, *step.symbol.sides}
        _blocks(step.blocks, within)
    elif isinstance(step, FillTuple):
        bound = () if step.per is None else (step.per,)
        for column in step.columns:
            _expression(column.value, state, bound)
        for array in step.arrays:
            _expression(array.values, state, bound)
    elif isinstance(step, ReadTruth):
        state.processes.update(step.processes)
    elif isinstance(step, FillTruth):
        state.need(set(step.processes) <= state.processes, "a process that was not looked for")
        state.need((step.root == 0) == (step.maximum is None), "arrays without a limit")
        for column in step.columns:
            _expression(column.value, state, ())
    elif isinstance(step, FillHistogram):
        state.need(len(step.axes) == len(step.values), "axes and values differ in number")
        for value in step.values:
            _expression(value, state, ())
    else:
        state.need(False, "an unknown step")


def _combination(step: Combination, state: _State) -> None:
    names = [role.name for role in step.symbol.roles]
    state.need(len(set(names)) == len(names), "two roles have one name")
    for role in step.symbol.roles:
        if isinstance(role.source, FromTag):
            state.need(isinstance(step, Tags) and (role.species is None) == (role.name == NOMINAL), f"{role.name} is of no D tag")
            continue
        if isinstance(role.source, FromList):
            state.need(isinstance(step, Listed), f"{role.name} is of no list of BOSS")
            for among in (role.source.among, role.source.conjugate):
                state.need(among is None or among in state.lists, f"{role.name} is looked for in a list that is not filled yet")
            continue
        if isinstance(role.source, Missing):
            pass
        elif isinstance(role.source, (FromCandidate, FromPart)):
            source = role.source
            if isinstance(source, FromPart):
                leaf = at(source.fit, source.path)
                state.need(leaf is not None and leaf.species is role.species is not None, f"{source.fit.name} has no {source.path} of this kind")
            state.need(source.fit in state.fits and bool(source.fit.particle), f"{source.fit.name} makes no particle yet")
            state.need(not source.each or source.fit.several, f"{source.fit.name} has one candidate")
            state.need(source.each or not source.fit.several or source.fit in state.inside, f"one candidate of {source.fit.name} is meant")
            state.need(not source.each or step.max_candidates is not None, "candidates without a limit")
        elif isinstance(role.source, FromTagged):
            tag = role.source.fit
            state.need(isinstance(step, KinematicFit) and tag in state.fits and tag.kind is FitKind.DTAG, f"{role.name} is of no D tag")
            state.need(not tag.several or tag in state.inside, f"one candidate of {tag.name} is meant")
            state.need(not role.source.part or any(each.name == role.source.part and each.species is role.species for each in tag.roles), f"{tag.name} has no such part")
        elif isinstance(role.source, (FromVertex, FromSecondary)):
            state.need(role.source.fit in state.fits, f"fit {role.source.fit.name} is not made yet")
        else:
            state.need(role.source in state.lists, f"list {role.source.name} is not filled yet")
        virtual = isinstance(role.source, (FromSecondary, FromCandidate, Missing)) or (isinstance(role.source, FromTagged) and not role.source.part)
        state.need(virtual == (role.species is None), f"{role.name} is neither a track or shower nor a composite particle")
        state.need(role.momenta is None or role.momenta in state.fits, f"the momenta of {role.name} are not made yet")
        if role.conjugate is not None:
            state.need(role.conjugate in state.lists, f"list {role.conjugate.name} is not filled yet")
        for photons in (role.radiated, role.radiated_conjugate):
            state.need(photons is None or (photons in state.lists and isinstance(step, KinematicFit)), f"the photons of {role.name} are not known")
        state.need((role.radiated_conjugate is not None) == (role.radiated is not None and role.conjugate is not None), f"{role.name} radiates in one chain")
    chain = {role.conjugate is None for role in step.symbol.roles if isinstance(role.source, ListSymbol)}
    state.need(len(chain) < 2, "a conjugate chain with gaps")
    for role in step.symbol.roles:
        either = isinstance(role.source, FromList) or (isinstance(role.source, (FromSecondary, FromCandidate, FromPart)) and role.source.fit.both_chains)
        state.need(not role.follows or either, f"{role.name} follows a chain that nothing says")
    if isinstance(step, KinematicFit):
        unseen = {each.role for each in step.unmeasured if not each.direction}
        state.need(unseen == {role.name for role in step.symbol.roles if isinstance(role.source, Missing)}, "a missing role without a mass")
    if isinstance(step, SecondaryVertexFit):
        state.need(bool(step.symbol.particle) and step.symbol.particle not in names, "the decaying particle has no name")
        if isinstance(step.production, FittedVertex):
            state.need(step.production.fit in state.fits, f"fit {step.production.fit.name} is not made yet")
    for side in step.symbol.sides:
        state.need(side in state.fits and side.several and side.kind is FitKind.DTAG, f"{side.name} has no candidates to pair")
    for composite in step.symbol.composites:
        state.need(set(composite.roles) <= set(names), f"{composite.name} has roles that the fit lacks")
    state.need(step.symbol.several == (step.choose.choice is Choice.ALL or step.choose.per_chain or (isinstance(step, Tags) and bool(step.groups)) or isinstance(step, Pairs)), "candidates are kept that nobody expects")
    state.fits.add(step.symbol)
    own = state.copy()
    own.inside |= {step.symbol, *step.symbol.sides}
    for cut in (*step.before, *step.after):
        _flag(cut.condition, own, ())
    if step.choose.key is not None:
        _expression(step.choose.key, own, ())


def _flag(node: ir.Expr, state: _State, bound: tuple[ir.Binder, ...]) -> None:
    state.need(node.type.kind is Kind.FLAG, "a condition that is no flag")
    _expression(node, state, bound)


def _expression(root: ir.Expr, state: _State, bound: tuple[ir.Binder, ...]) -> None:
    """References of an expression; `bound` are the loop variables around it."""
    todo: list[tuple[ir.Expr, tuple[ir.Binder, ...]]] = [(root, bound)]
    while todo:
        node, inside = todo.pop()
        _references(node, state, inside)
        if isinstance(node, ir.Each):
            for binder in node.binders:
                state.need(binder.list in state.lists, f"list {binder.list.name} is not filled yet")
            todo.append((node.body, (*inside, *node.binders)))
            continue
        if isinstance(node, ir.Group):
            state.need(node.binder.list in state.lists, f"list {node.binder.list.name} is not filled yet")
            inside = (*inside, node.binder)
        if isinstance(node, ir.Not):
            present = not isinstance(node.operand, (ir.Compare, ir.And, ir.Or))
            state.need(present, "`not` over a comparison")
        todo += [(child, inside) for child in children(node)]


def _view(step: Custom, state: _State) -> None:
    """What the code of a block sees is there, and it has code."""
    state.need(bool(step.body.text.strip()), "a custom block without code")
    for member in (*step.view.members, *(member for group in step.view.groups for member in group.members)):
        _expression(member.value, state, ())
    for each in step.view.lists:
        state.need(each.list in state.lists, f"list {each.list.name} is not filled yet")
        for member in each.members:
            _expression(member.value, state, (each.binder,))


def _references(node: ir.Expr, state: _State, bound: tuple[ir.Binder, ...]) -> None:
    if isinstance(node, ir.Variable):
        state.need(
            any(node.binder is binder for binder in bound),
            f"the variable {node.binder.name} is used outside of its loop",
        )
    elif isinstance(node, (ir.Pick, ir.ListSize)):
        state.need(node.list in state.lists, f"list {node.list.name} is not filled yet")
    elif isinstance(node, ir.Among):
        for symbol in node.lists:
            state.need(symbol in state.lists, f"list {symbol.name} is not filled yet")
    elif isinstance(node, (ir.Product, ir.FitValue)):
        state.need(node.fit in state.fits, f"fit {node.fit.name} is not made yet")
        if node.within is not None:
            _references(node.within, state, bound)
            source = next((role.source for role in node.within.fit.roles if role.name == node.within.role), None)
            state.need(isinstance(source, FromCandidate) and source.fit is node.fit, f"{node.within.role} is no candidate of {node.fit.name}")
        counted = isinstance(node, ir.FitValue) and node.quantity in (ir.FitQuantity.CANDIDATES, ir.FitQuantity.PASSED, ir.FitQuantity.NDF)
        one = not node.fit.several or node.fit in state.inside or node.within is not None
        state.need(one or counted, f"one candidate of {node.fit.name} is meant where there are several")
        if isinstance(node, ir.Product):
            names = [role.name for role in node.fit.roles] + [
                composite.name for composite in node.fit.composites
            ]
            flown = node.fit.kind is FitKind.SECONDARY_VERTEX
            names += [node.fit.particle] if node.fit.particle and (node.fitted or not flown) else []
            state.need(node.role in names, f"fit {node.fit.name} has no {node.role}")
            state.need(node.fitted or not unseen_in(node.fit, node.role), f"{node.role} of {node.fit.name} is not measured")
    elif isinstance(node, (InProcess, GeneratedRole)):
        state.need(node.process in state.processes, f"the process {node.process.name} was not looked for")
    elif isinstance(node, ir.ValueRef):
        state.need(node.define.name in state.defines, f"the value {node.define.name} is not made yet")
    elif isinstance(node, ir.Call):
        state.need(
            len(node.arguments) == len(node.function.arguments),
            f"{node.function.name} with the wrong number of arguments",
        )
        for argument, kind in zip(node.arguments, node.function.arguments, strict=True):
            state.need(argument.type.kind is kind, f"{node.function.name} of a {argument.type.kind.value}")
    elif isinstance(node, ir.Compare):
        dimensions = (node.left.type.dimension, node.right.type.dimension)
        state.need(dimensions[0] == dimensions[1], f"a comparison of {dimensions[0]} with {dimensions[1]}")


def unseen_in(fit: FitSymbol, role: str) -> bool:
    """Whether a role of a fit, or a part of a composite, is missing: it has no momentum as measured."""
    parts = next((composite.roles for composite in fit.composites if composite.name == role), (role,))
    return any(each.name in parts and isinstance(each.source, Missing) for each in fit.roles)


def children(node: ir.Expr) -> list[ir.Expr]:
    """The expressions directly inside one."""
    found: list[ir.Expr] = []
    for name in (
        "operand",
        "left",
        "right",
        "particle",
        "p4",
        "frame",
        "condition",
        "then",
        "otherwise",
        "over",
        "body",
    ):
        value = getattr(node, name, None)
        if isinstance(value, ir.Expr):
            found.append(value)
    for name in ("operands", "arguments", "terms"):
        found += getattr(node, name, ())
    return found
