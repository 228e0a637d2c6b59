"""IR programs written by hand for the tests of the C++ back end; the tutorial selection is in `semantics_samples`.

In: nothing. Out: `ir.Program` objects: the program of DESIGN.md section 2, and one that contains every primitive, every kind of
expression and every function, with names that are hostile to C++. They stand on their own, without the resolver.
"""

from __future__ import annotations

import semantics_samples as s

from dsl4bes.ir import candidates as ir_candidates
from dsl4bes.ir import expr as x
from dsl4bes.ir import fits as ir_fits
from dsl4bes.ir import nodes as ir_nodes
from dsl4bes.ir import primitives as ir
from dsl4bes.ir.functions import FUNCTIONS
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Analysis, Block, Program, Region
from dsl4bes.ir.truth import (
    GeneratedP4,
    GeneratedRole,
    Group,
    InProcess,
    MotherOf,
    OneDecay,
    Process,
    TruthOf,
    Written,
)
from dsl4bes.ir.types import ANGLE, ENERGY, Kind, ListKind, ListSymbol, Origin, Species, Type, View
from dsl4bes.source import SourceFile, Span

VECTOR = Type(Kind.VECTOR)

PID_TEXT = """\
# 10. test pid selection
event_selection.pid(method="probability") do
    prob_cut 0.001
    identify :prp, "from_kaon_and_pion"
    identify :prm, "from_kaon_and_pion"
    nprp ">=1"
    nprm ">=1"
end
"""


def pid_program() -> Program:
    """DESIGN.md section 2: protons by probability, with the assumed block of charged tracks."""
    source = SourceFile("pid.bes", PID_TEXT)
    make = s.Maker()
    tracks, good = s.charged_tracks(make, net_charge=False)
    tracks = Block(tracks.name, tracks.construct, tracks.steps[:2], None, True)
    block, _, _ = s.pid(make, good, Species.P, ("prp", "prm"), rivals=(Species.K, Species.PI))
    start = PID_TEXT.index("event_selection")
    span = Span(start, len(PID_TEXT) - 1, source)
    block = Block(block.name, block.construct, block.steps, span)
    analysis = Analysis("Pid", "Pid", "7.0.x", None, Parameter("analysis.crossing_angle", 0.022, ANGLE))
    return Program(analysis, (tracks, block), (), (), tuple(make.parameters), (), "pid.bes")


# --- everything -----------------------------------------------------------------------------------------------------


class Everything:
    """Builds a program in which each primitive, expression and function occurs at least once."""

    def __init__(self, hostile: bool) -> None:
        self.make = s.Maker()
        self.hostile = hostile
        self.blocks: list[Block] = []
        self.always: list[Block] = []

    def name(self, word: str) -> str:
        """`word`, or something that no C++ compiler would take."""
        return f'{word} "\\*/??/\n\u03c8 {word}' if self.hostile else word

    def number(self, name: str, value: float) -> x.ParameterRef:
        return s.ParameterRef(type=s.NUM, parameter=self.make.parameter(name, value))

    def block(self, name: str, *steps: ir.Primitive) -> None:
        self.blocks.append(Block(self.name(name), "custom", steps))


def everything(hostile: bool = False, profile: str = "7.0.x") -> Program:
    """The program; `hostile` gives lists, cuts, columns and titles names with quotes, comments, trigraphs and non-ASCII."""
    e = Everything(hostile)
    make = e.make
    tracks, good = s.charged_tracks(make)
    showers, gam = s.photons(make)
    identified, pip, pim = s.pid(make, good)
    e.blocks += [tracks, showers, identified]
    _likelihood(e, good)
    vertex_block, vertex = s.vertex_fit(make, pip, pim, chi2=100.0)
    e.blocks.append(vertex_block)
    fit4c_block, fit4c = s.kinematic_fit(make, "fit4c", vertex, gam, mass_before=(0.1, 0.2))
    kaons_block, kaons = s.kinematic_fit(make, "kaons", vertex, gam, optional=True, species=Species.K)
    e.blocks += [fit4c_block, kaons_block]
    free = _free_fit(e, pip, pim, gam)
    flights = _flights(e, vertex, pip, pim)
    _candidates(e, fit4c, pip, pim)
    _tags(e, good)
    _listed(e, gam)
    merged = ListSymbol(e.name("either"), ListKind.TRACKS, Species.PI)
    e.block("merge", ir.Merge(target=merged, sources=(pip, pim)))
    probe = _match(e, merged, fit4c)
    truths = _truth(e, pip, gam, fit4c)
    defines = _values(e, fit4c, good, gam, merged)
    computed = [*defines.values(), *truths, *_functions(e, pip, gam, fit4c), *flights]
    _cuts(e, good, gam, fit4c, kaons, defines, probe, merged)
    outputs = _outputs(e, fit4c, free, gam, merged, computed)
    regions = _regions(e, gam)
    ecms = Parameter("analysis.ecms", 3.097, ENERGY, "GeV")
    angle = Parameter("analysis.crossing_angle", 0.022, ANGLE, "rad")
    analysis = Analysis("Every", "Everything", profile, ecms, angle, (e.name("a.dst"),), "every.root", 100)
    parameters = (
        ecms,
        angle,
        *make.parameters,
        Parameter("flags.use", True, doc=e.name("a flag")),
        Parameter("texts.t", e.name("x")),
    )
    return Program(analysis, tuple(e.blocks), outputs, regions, parameters, (), e.name("every.bes"), tuple(e.always))


def _candidates(e: Everything, fit: ir_candidates.FitSymbol, pip: ListSymbol, pim: ListSymbol) -> None:
    """Pairs put together, every one kept, photons of a fit with the momenta it gave them, and a cut and a row for each candidate."""
    photons = ListSymbol(e.name("of fit4c"), ListKind.SHOWERS, Species.GAMMA)
    roles = (
        ir_candidates.Role(e.name("plus"), Species.PI, 1, pip, conjugate=pim), ir_candidates.Role(e.name("minus"), Species.PI, -1, pim, conjugate=pip),
        ir_candidates.Role(e.name("hard"), Species.GAMMA, 0, photons, conjugate=photons, momenta=fit),
    )  # fmt: skip
    symbol = ir_candidates.FitSymbol(e.name("pair"), ir_candidates.FitKind.COMBINATION, roles, particle=e.name("sum"), several=True)
    total = x.Product(type=s.P4, fit=symbol, role=symbol.particle, fitted=True)
    heavy = s.compare(s.call("m", total), ">", e.number("pair.mass", 0.1))
    photons_of = ir.Products(target=photons, fit=fit, roles=("gam1", "gam2"))
    step = ir_fits.Combine(
        symbol=symbol, cut=ir.Cut(e.name("pair"), "found"), before=(ir_candidates.CandidateCut(ir.Cut(e.name("pair"), e.name("mass")), heavy),),
        choose=ir_candidates.Choose(ir_candidates.Choice.MAXIMUM, s.call("p", total), per_chain=True), max_photons=e.make.parameter("pair.max_photons", 20),
    )  # fmt: skip
    e.block("pairs", photons_of, step)
    fast = ir.Require(cut=ir.Cut(e.name("fast")), condition=s.compare(s.call("p", total), ">", e.number("fast_1", 0.01)))
    left = x.FitValue(type=s.NUM, fit=symbol, quantity=x.FitQuantity.CANDIDATES)
    row = ir.FillTuple(name=e.name("pairs"), columns=(ir.Column(e.name("n"), left), ir.Column("m", s.call("m", total), "GeV")), candidate=True)
    inside = Block(e.name("each pair"), "custom", (fast, row))
    e.block("for", ir_fits.Scope(symbol=symbol, blocks=(inside,)))


def _tags(e: Everything, good: ListSymbol) -> None:
    """Two lists of D tags and their pairs, one tag alone and the tracks it leaves; events without any go on."""

    def tags(word: str, *, several: bool) -> ir_fits.Tags:
        name, kaon = e.name(word), ir_fits.TagPart(e.name("k"), Species.K)
        pions = tuple((ir_fits.TagPart(e.name(f"pi{n}"), Species.PI),) for n in (1, 2))
        photons = tuple(ir_fits.TagPart(e.name(f"g{n}"), Species.GAMMA) for n in (1, 2))
        roles = (*(ir_candidates.Role(part.role, part.species, 0, ir_candidates.FromTag()) for part in (kaon, photons[0])), ir_candidates.Role(ir_fits.NOMINAL, None, 0, ir_candidates.FromTag()))
        symbol = ir_candidates.FitSymbol(name, ir_candidates.FitKind.DTAG, roles, optional=True, particle=e.name("meson"), several=several)
        near = s.call("abs", x.FitValue(type=s.NUM, fit=symbol, quantity=x.FitQuantity.DELTA_E))
        mode = ir_fits.TagMode(201, e.name("D+"), 1.86966, (((kaon,),), pions, (photons,)))
        return ir_fits.Tags(
            symbol=symbol, cut=ir.Cut(name, "found"), choose=ir_candidates.Choose(ir_candidates.Choice.MINIMUM, near), modes=(mode,),
            identified=Parameter("flags.use", True, doc=e.name("a flag")), groups=(x.FitQuantity.MODE, x.FitQuantity.CHARM) if several else (),
        )  # fmt: skip

    one, other, alone = tags("tag", several=True), tags("other", several=True), tags("alone", several=False)
    symbol = ir_candidates.FitSymbol(
        e.name("both"), ir_candidates.FitKind.DOUBLE_TAG, (), optional=True, particle=e.name("sum of both"), several=True, sides=(one.symbol, other.symbol)
    )
    far = s.call("abs", x.FitValue(type=s.NUM, fit=symbol, quantity=x.FitQuantity.MBC))
    pairs = ir_fits.Pairs(symbol=symbol, cut=ir.Cut(e.name("both"), "found"), choose=ir_candidates.Choose(ir_candidates.Choice.MINIMUM, far), groups=(x.FitQuantity.MODE,))
    left = ListSymbol(e.name("left by the tag"), ListKind.TRACKS)
    e.block("tags", one, other, pairs, alone, ir_fits.Others(target=left, source=good, fit=alone.symbol))


def _listed(e: Everything, gam: ListSymbol) -> None:
    """Candidates of BOSS's list, those that are both photons of ours; two of them put together, with a cut on a product of a product, and one fitted."""
    photon = e.name("soft")
    photons = tuple(ir_candidates.Role(name, Species.GAMMA, 0, ir_candidates.FromList(gam)) for name in (e.name("hard of BOSS"), photon))
    meson = ir_candidates.FitSymbol(e.name("meson of BOSS"), ir_candidates.FitKind.LISTED, photons, optional=True, particle=e.name("pi0 of BOSS"), several=True)
    heavy = s.compare(x.FitValue(type=s.NUM, fit=meson, quantity=x.FitQuantity.MASS), ">", e.number("meson.mass", 0.01))
    listed = ir_fits.Listed(
        symbol=meson, cut=ir.Cut(e.name("meson"), "found"), before=(ir_candidates.CandidateCut(ir.Cut(e.name("meson"), "mass"), heavy),),
        choose=ir_candidates.Choose(ir_candidates.Choice.ALL), entries=ir_fits.BossList.PI0, pdgid=111,
    )  # fmt: skip
    names = e.name("first meson"), e.name("second meson")
    roles = tuple(ir_candidates.Role(name, None, 0, ir_candidates.FromCandidate(meson, True), 0) for name in names)
    both = ir_candidates.FitSymbol(e.name("two mesons"), ir_candidates.FitKind.COMBINATION, roles, optional=True, particle=e.name("sum of mesons"))
    inner = x.Product(type=s.P4, fit=both, role=names[0], fitted=True)
    hard = x.Product(type=s.PARTICLE, fit=meson, role=photon, fitted=False, within=inner)
    energy = s.call("e", x.P4Of(type=s.P4, particle=hard))
    most = e.make.parameter("mesons.max_candidates", 5)
    combined = ir_fits.Combine(
        symbol=both, cut=ir.Cut(e.name("mesons"), "found"), choose=ir_candidates.Choose(ir_candidates.Choice.MINIMUM, energy),
        max_photons=e.make.parameter("mesons.max_photons", 20), max_candidates=most,
    )  # fmt: skip
    e.block("mesons", listed, combined)


GENERATED = Type(Kind.GENERATED, origin=Origin.GENERATED, maybe=True)


def _truth(e: Everything, pip: ListSymbol, gam: ListSymbol, fit: ir_candidates.FitSymbol) -> list[ir.Define]:
    """The tree of all events with two processes, and every expression of generated particles."""
    pi0 = Written(111, 111, e.name("pi0"), (Written(22, 22, "gam1"), Written(22, 22, "gam2")))
    inclusive = Process(e.name("signal"), Written(443, 443, "jpsi", (Written(211, -211, "pip"), Written(-211, 211, "pim"), pi0)), False)
    chain = Process(e.name("chain"), Written(443, 443, "jpsi", (Written(213, -213, "rhop"), Written(-211, 211, "pim"))), True)
    written = GeneratedRole(type=GENERATED, process=inclusive, role=e.name("pi0"))
    momentum = s.call("p", GeneratedP4(type=s.P4, particle=written))
    columns = (ir.Column(e.name("p_pi0"), momentum, "GeV"), ir.Column("of", InProcess(type=s.FLAG, process=chain)))
    fill = ir.FillTruth(
        name=e.name("truth"), root=443, maximum=e.make.parameter("truth.max", 6), processes=(inclusive, chain), columns=columns
    )
    e.always.append(Block(e.name("always"), "mc_truth", (ir.ReadTruth(processes=(inclusive, chain)), fill)))
    angle, difference = e.make.parameter("truth.angle", 0.2), e.make.parameter("truth.difference", 0.5)
    track = TruthOf(type=GENERATED, particle=x.Pick(type=s.PARTICLE, list=pip, rank=None), angle=angle, difference=difference)
    shower = TruthOf(type=GENERATED, particle=x.Product(type=s.PARTICLE, fit=fit, role="gam1", fitted=True), angle=angle)
    above = MotherOf(type=GENERATED, particle=shower)
    values = {
        "pdgid": s.call("pdgid", track),
        "above": s.call("pdgid", above),
        "momentum": s.call("e", GeneratedP4(type=s.P4, particle=shower)),
        "together": OneDecay(type=s.FLAG, terms=(track, shower), species=(211, 0), groups=(Group(443, (0, 1)), Group(0, (1,), True))),
    }
    defines = [ir.Define(name=e.name(f"truth_{name}"), value=value) for name, value in values.items()]
    e.block("matches", *defines)
    return defines


def _flights(e: Everything, vertex: ir_candidates.FitSymbol, pip: ListSymbol, pim: ListSymbol) -> list[ir.Define]:
    """Secondary vertices with a conjugate chain and from a fitted vertex, a fit of their particles; what can be read of them."""
    kinds = (ir_candidates.FitKind.SECONDARY_VERTEX, ir_candidates.FitKind.KINEMATIC)
    tracks = ((pip, pim), (pim, pip))
    roles = tuple(ir_candidates.Role(e.name(f"t{i}"), one.species, one.charge, one, conjugate=two) for i, (one, two) in enumerate(tracks))
    near = ir_candidates.FitSymbol(e.name("near"), kinds[0], roles, optional=True, particle=e.name("v0"))
    far = ir_candidates.FitSymbol(e.name("far"), kinds[0], roles, optional=True, particle=e.name("v0"))
    productions = ((near, ir_fits.InteractionPoint()), (far, ir_fits.FittedVertex(vertex)))
    for number, (symbol, production) in enumerate(productions):
        step = ir_fits.SecondaryVertexFit(
            symbol=symbol, cut=ir.Cut(e.name("flight"), f"fit{number}"), choose=ir_candidates.Choose(ir_candidates.Choice.MINIMUM, _of(symbol, x.FitQuantity.LENGTH)),
            settings=s.settings(e.make, f"flight{number}", 500.0, 10, 1e-2), production=production,
            vertex=s.settings(e.make, f"flight{number}.vertex", 1000.0, 10, 1e-3), error=e.make.parameter(f"flight{number}.error", 1e6),
        )  # fmt: skip
        e.block(f"flight{number}", step)
    both = (ir_candidates.Role(e.name("one"), None, 0, ir_candidates.FromSecondary(near)), ir_candidates.Role(e.name("plus"), pip.species, 1, pip))
    pair = ir_candidates.FitSymbol(e.name("flown"), kinds[1], both, optional=True)
    fit = ir_fits.KinematicFit(
        symbol=pair, cut=ir.Cut(e.name("flown"), "fit"), choose=ir_candidates.Choose(ir_candidates.Choice.MINIMUM, _of(pair, x.FitQuantity.CHI2)),
        settings=s.settings(e.make, "flown", 200.0), fitter=ir_fits.Fitter.CLASSIC, constraints=(ir_fits.ThreeMomentum(),),
        max_photons=e.make.parameter("flown.max_photons", 20),
    )  # fmt: skip
    e.block("flown", fit)
    read = [_of(near, quantity) for quantity in (x.FitQuantity.VERTEX_CHI2, x.FitQuantity.LENGTH_SIGMA, x.FitQuantity.CTAU)]
    p4s = [x.Product(type=s.P4, fit=fit_, role=role, fitted=True) for fit_, role in ((near, near.particle), (pair, both[0].name))]
    values = [*read, *(s.call("m", each) for each in p4s)]
    steps = [ir.Define(name=f"flown_{number}", value=value) for number, value in enumerate(values)]
    e.block("flight numbers", *steps)
    return steps


def _of(symbol: ir_candidates.FitSymbol, quantity: x.FitQuantity) -> x.Expr:
    return x.FitValue(type=s.NUM, fit=symbol, quantity=quantity)


def _likelihood(e: Everything, good: ListSymbol) -> None:
    spec = ir.PidSpec(
        ir.PidMethod.LIKELIHOOD,
        tuple(ir.PidSystem),
        (Species.E, Species.MU, Species.PI, Species.K, Species.P),
    )
    b = x.Binder("while", good)
    conditions = tuple(
        s.compare(
            x.PidValue(type=s.NUM, spec=spec, particle=s.variable(b), quantity=q, species=Species.E),
            ">",
            s.constant(-99.0),
        )
        for q in x.PidQuantity
    )
    target = ListSymbol("class", ListKind.TRACKS, Species.E)
    select = ir.Select(target=target, source=good, binder=b, condition=s.either(*conditions))
    e.block("likelihood", ir.Identify(source=good, spec=spec), select)


def _free_fit(e: Everything, pip: ListSymbol, pim: ListSymbol, gam: ListSymbol) -> ir_candidates.FitSymbol:
    """All constraints, the classic fitter, particles from lists, two groups, a maximum as the choice."""
    photons = tuple(ir_candidates.Role(f"g{i}", Species.GAMMA, 0, gam, i // 2) for i in range(4))
    roles = (ir_candidates.Role("pip", Species.PI, 1, pip), ir_candidates.Role("pim", Species.PI, -1, pim), *photons)
    pair = (ir_candidates.Composite("pi0", ("g0", "g1")), ir_candidates.Composite("other", ("g2", "g3")))
    symbol = ir_candidates.FitSymbol(e.name("free"), ir_candidates.FitKind.KINEMATIC, roles, pair, True, (pair,))
    constraints = (
        ir_fits.ThreeMomentum(),
        ir_fits.TotalEnergy(tuple(r.name for r in roles)),
        ir_fits.Mass(("g0", "g1"), e.make.parameter("free.mass", 0.135)),
        ir_fits.EqualMass(("g0", "g1"), ("g2", "g3")),
    )
    key = s.mass_of(s.product(symbol, "pi0"), s.product(symbol, "pip", False))
    step = ir_fits.KinematicFit(
        symbol=symbol, cut=ir.Cut(e.name("free"), "fit"), choose=ir_candidates.Choose(ir_candidates.Choice.MAXIMUM, key), settings=s.settings(e.make, "free", 200.0),
        fitter=ir_fits.Fitter.CLASSIC, constraints=constraints, max_photons=e.make.parameter("free.max_photons", 4),
    )  # fmt: skip
    e.block("free", step)
    return symbol


def _match(e: Everything, source: ListSymbol, fit: ir_candidates.FitSymbol) -> ListSymbol:
    target = ListSymbol(e.name("probe"), ListKind.TRACKS, Species.PI)
    b = x.Binder("t", source)
    condition = s.compare(s.call("charge", s.variable(b)), ">", s.constant(0.0))
    to = x.Boost(type=s.P4, p4=s.product(fit, "pip"), frame=x.Beam(type=s.P4))
    match = ir.Match(
        target=target,
        source=source,
        to=to,
        binder=b,
        condition=condition,
        cut=ir.Cut(e.name("probe"), "found"),
    )
    e.block("probe", match)
    return target


def _values(
    e: Everything, fit: ir_candidates.FitSymbol, good: ListSymbol, gam: ListSymbol, merged: ListSymbol
) -> dict[str, ir.Define]:
    a, b = x.Binder("a", good), None
    b = x.Binder("b", good, a)
    pair = x.Each(type=s.LISTED, binders=(a, b), body=s.mass_of(s.p4(s.variable(a)), s.p4(s.variable(b))))
    g, t = x.Binder("g", gam), x.Binder("t", merged)
    mixed = x.Each(
        type=s.LISTED, binders=(g, t), body=s.call("angle", s.p4(s.variable(g)), s.p4(s.variable(t)))
    )
    flags = x.Each(
        type=s.LISTED, binders=(g,), body=s.compare(s.call("e", s.p4(s.variable(g))), ">", s.constant(0.05))
    )
    defines: dict[str, ir.Define] = {}

    def define(name: str, value: x.Expr) -> None:
        defines[name] = ir.Define(name=e.name(name), value=value)

    for how in (x.Reduction.MIN, x.Reduction.MAX, x.Reduction.SUM, x.Reduction.COUNT):
        define(f"pair_{how.value}", x.Reduce(type=s.NUM, reduction=how, over=pair))
        define(f"mixed_{how.value}", x.Reduce(type=s.NUM, reduction=how, over=mixed))
    for how in (x.Reduction.ANY, x.Reduction.ALL):
        define(f"flag_{how.value}", x.Reduce(type=s.FLAG, reduction=how, over=flags))
    define("flag_count", x.Reduce(type=s.NUM, reduction=x.Reduction.COUNT, over=flags))
    define("total", x.P4Sum(type=s.P4, terms=(s.product(fit, "pip"), s.product(fit, "pi0"))))
    recoil = x.Binary(
        type=s.P4,
        operator=x.Arithmetic.SUB,
        left=x.Beam(type=s.P4),
        right=x.ValueRef(type=s.P4, define=defines["total"]),
    )
    define("recoil", s.call("m", recoil))
    mixed_species = x.P4Of(
        type=s.P4, particle=x.Pick(type=s.PARTICLE, list=good, rank=0), assigned=(merged, good)
    )
    define("assigned", s.call("p", mixed_species))
    e.block("values", *defines.values())
    return defines


def _functions(e: Everything, pip: ListSymbol, gam: ListSymbol, fit: ir_candidates.FitSymbol) -> list[ir.Define]:
    """Every function once: of a track, a shower, a fitted particle, an MDC track, numbers and nothing."""
    subjects = {
        "pick": x.Pick(type=s.PARTICLE, list=pip, rank=None),
        "shower": x.Pick(type=s.PARTICLE, list=gam, rank=1),
        "product": x.Product(type=s.PARTICLE, fit=fit, role="pim", fitted=True),
    }
    steps = []
    for function in FUNCTIONS.values():
        for word, subject in subjects.items():
            if function.name in ("m", "mass_variance") and word == "shower":
                continue  # the mass of a photon is the root of a rounding error
            arguments = []
            tracks = [subjects["shower"], subjects["pick"]]
            momenta = [s.p4(subject), s.product(fit, "pi0"), x.Beam(type=s.P4)]
            for position, kind in enumerate(function.arguments):
                one = tracks[position] if function.name == "emc_angle" else subject
                several = ir_nodes.momenta((s.p4(subject), s.group(gam)), None)
                value = {
                    Kind.P4: momenta[position % 3],
                    Kind.PARTICLE: one,
                    Kind.NUMBER: s.constant(3.0 if function.name == "fox_wolfram" else -0.5),
                    Kind.P4S: several,
                    Kind.VECTOR: s.call("thrust_axis", several),
                    Kind.GENERATED: TruthOf(type=GENERATED, particle=subject, angle=e.make.parameter(f"near.{word}", 0.3)),
                    Kind.TEXT: x.Constant(type=Type(Kind.TEXT), value="1..5, 9947"),
                }[kind]
                arguments.append(value)
            for view in View if function.arguments == (Kind.PARTICLE,) else (View.KALMAN,):
                call = x.Call(
                    type=Type(function.result), function=function, arguments=tuple(arguments), view=view
                )
                steps.append(ir.Define(name=f"{function.name}_{word}_{view.value}", value=call))
    e.block("functions", *steps)
    return steps


def _cuts(
    e: Everything, good: ListSymbol, gam: ListSymbol, fit: ir_candidates.FitSymbol, kaons: ir_candidates.FitSymbol, defines: dict[str, ir.Define],
    probe: ListSymbol, merged: ListSymbol,
) -> None:  # fmt: skip
    one, two = s.constant(1.0), s.constant(-2.0)
    arithmetic = one
    for operator in x.Arithmetic:
        arithmetic = x.Binary(
            type=s.NUM,
            operator=operator,
            left=x.Minus(type=s.NUM, operand=two),
            right=x.Minus(type=s.NUM, operand=arithmetic),
        )
    compared = tuple(
        s.compare(arithmetic, operator.value, e.number("cuts.a_1", 3.0)) for operator in x.Comparison
    )
    passed = x.FitValue(type=s.FLAG, fit=kaons, quantity=x.FitQuantity.PASSED)
    better = s.compare(
        x.FitValue(type=s.NUM, fit=fit, quantity=x.FitQuantity.CHI2),
        "<",
        x.FitValue(type=s.NUM, fit=kaons, quantity=x.FitQuantity.CHI2),
    )
    ndf = x.FitValue(type=s.NUM, fit=fit, quantity=x.FitQuantity.NDF)
    choice = x.IfElse(type=s.NUM, condition=passed, then=ndf, otherwise=x.ListSize(type=s.NUM, list=gam))
    among = x.Among(
        type=s.FLAG, particle=x.Pick(type=s.PARTICLE, list=probe, rank=None), lists=(good, merged)
    )
    flag = x.ValueRef(type=s.FLAG, define=defines["flag_any"])
    condition = s.either(
        s.both(*compared), better, x.Not(type=s.FLAG, operand=passed), s.compare(choice, ">", s.constant(float("-inf"))), among, flag,
        s.compare(s.constant(float("nan")), "!=", s.constant(float("inf"))),
    )  # fmt: skip
    e.block("loose", ir.Require(cut=ir.Cut(e.name("loose")), condition=condition, when=flag))
    e.block("vetoed", ir.Require(cut=ir.Cut(e.name("vetoed")), condition=s.both(), veto=False))
    e.block("asked", ir.Require(cut=ir.Cut(e.name("asked")), condition=s.either(), veto=True, when=passed))


def _outputs(
    e: Everything,
    fit: ir_candidates.FitSymbol,
    free: ir_candidates.FitSymbol,
    gam: ListSymbol,
    merged: ListSymbol,
    computed: list[ir.Define],
) -> tuple[Block, ...]:
    m_gg = s.mass_of(s.product(fit, "gam1"), s.product(fit, "gam2"))
    g, t, per = x.Binder("g", gam), x.Binder("t", merged), x.Binder("candidate", gam)
    energies = x.Each(type=s.LISTED, binders=(g,), body=s.call("e", s.p4(s.variable(g))))
    angles = x.Each(
        type=s.LISTED, binders=(g, t), body=s.call("angle", s.p4(s.variable(g)), s.p4(s.variable(t)))
    )
    again = x.Binder("g", gam)
    times = x.Each(type=s.LISTED, binders=(again,), body=s.call("time", s.variable(again)))
    columns = (
        ir.Column(e.name("chi2"), x.FitValue(type=s.NUM, fit=free, quantity=x.FitQuantity.CHI2), "GeV"),
        ir.Column("run", s.call("run")),
        ir.Column("int", x.FitValue(type=s.FLAG, fit=free, quantity=x.FitQuantity.PASSED)),
    )
    arrays = (
        ir.ArrayColumn(e.name("e_gam"), energies, e.make.parameter("tree.e_gam.max", 2), "GeV"),
        ir.ArrayColumn("angles", angles, e.make.parameter("tree.angles.max", 50), "rad"),
    )
    row = ir.FillTuple(name=e.name("tree"), columns=columns, arrays=arrays)
    rows = ir.FillTuple(
        name=e.name("rows"), columns=(ir.Column("e", s.call("e", s.p4(s.variable(per)))),), per=per
    )
    numbers = [define for define in computed if define.value.type.kind in (Kind.NUMBER, Kind.FLAG)]
    values = ir.FillTuple(
        name="values",
        columns=tuple(
            ir.Column(f"v{i}", x.ValueRef(type=define.value.type, define=define))
            for i, define in enumerate(numbers)
        ),
    )
    axis = ir.Axis(10, 0.0, 1.0, e.name("E (GeV); x"))
    one = ir.FillHistogram(
        name=e.name("one"), title=e.name("title"), axes=(axis,), values=(m_gg,), weight=s.constant(2.0)
    )
    each = ir.FillHistogram(name="each", title="each", axes=(axis,), values=(energies,))
    two = ir.FillHistogram(name="two", title="two", axes=(axis, axis), values=(energies, times))
    return (
        Block(e.name("tree"), "ntuple", (row, rows, values)),
        Block("histograms", "histogram", (one, each, two)),
        Block("empty", "custom", ()),
    )


def _again(e: Everything, gam: ListSymbol) -> Block:
    """Fills a list that the baseline has filled already: it must not have its entries twice."""
    showers = ListSymbol("photons_all", ListKind.SHOWERS, Species.GAMMA)
    few = s.compare(x.ListSize(type=s.NUM, list=showers), "<=", e.number("again.n", 4.0))
    cut = ir.Require(cut=ir.Cut("again.few"), condition=few)
    return Block("again.few", "photons", (ir.Collection(target=showers, source=ir.Source.NEUTRAL), cut))


def _regions(e: Everything, gam: ListSymbol) -> tuple[Region, ...]:
    def block(name: str, limit: float) -> Block:
        cut = s.compare(x.ListSize(type=s.NUM, list=gam), ">=", e.number(f"{name}.ngam", limit))
        return Block(f"{name}.count", "require", (ir.Require(cut=ir.Cut(f"{name}.count"), condition=cut),))

    return (
        Region(e.name("many"), None, (block("many", 3.0),)),
        Region("more", e.name("many"), (block("more", 4.0),)),
        Region("all", None, ()),
        Region("again", None, (_again(e, gam),)),
    )
