"""IR programs written by hand for the tests of the judge: the tutorial selection and small variations of it.

In: settings. Out: `ir.Program` objects. They do not come from the resolver, so that the judge's tests stand on their own.
"""

from __future__ import annotations

from math import pi

from dsl4bes.ir.candidates import (
    CandidateCut,
    Choice,
    Choose,
    Composite,
    FitKind,
    FitSettings,
    FitSymbol,
    FromVertex,
    Role,
)
from dsl4bes.ir.expr import (
    And,
    Binder,
    Call,
    Compare,
    Comparison,
    Constant,
    Each,
    FitQuantity,
    FitValue,
    Group,
    ListSize,
    Or,
    P4Of,
    P4Sum,
    ParameterRef,
    PidQuantity,
    PidValue,
    Product,
    Reduce,
    Reduction,
    Variable,
)  # fmt: skip
from dsl4bes.ir.fits import Fitter, FourMomentum, KinematicFit, Mass, VertexFit
from dsl4bes.ir.functions import FUNCTIONS
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import (
    ArrayColumn,
    Axis,
    Collection,
    Column,
    Cut,
    FillHistogram,
    FillTuple,
    Identify,
    PidMethod,
    PidSpec,
    PidSystem,
    Require,
    Select,
    Source,
)
from dsl4bes.ir.program import Analysis, Block, Program, Region
from dsl4bes.ir.types import (
    ANGLE,
    ENERGY,
    Kind,
    ListKind,
    ListSymbol,
    Shape,
    Species,
    Type,
    View,
)  # fmt: skip

NUM, FLAG, P4, PARTICLE = Type(Kind.NUMBER), Type(Kind.FLAG), Type(Kind.P4), Type(Kind.PARTICLE)
LISTED = Type(Kind.NUMBER, shape=Shape.LIST)


class Maker:
    """Collects the parameters of a program while its expressions are written."""

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []

    def parameter(self, name: str, value: float) -> Parameter:
        made = Parameter(name, value)
        self.parameters.append(made)
        return made

    def number(self, name: str, value: float) -> ParameterRef:
        return ParameterRef(type=NUM, parameter=self.parameter(name, value))


def constant(value: float) -> Constant:
    return Constant(type=NUM, value=value)


def call(name: str, *arguments, view: View = View.KALMAN) -> Call:
    function = FUNCTIONS[name]
    return Call(type=Type(function.result, maybe=function.maybe), function=function, arguments=arguments, view=view)


def compare(left, operator: str, right) -> Compare:
    return Compare(type=FLAG, operator=Comparison(operator), left=left, right=right)


def both(*operands) -> And:
    return And(type=FLAG, operands=operands)


def either(*operands) -> Or:
    return Or(type=FLAG, operands=operands)


def variable(binder: Binder) -> Variable:
    return Variable(type=PARTICLE, binder=binder)


def p4(particle, view: View = View.KALMAN) -> P4Of:
    return P4Of(type=P4, particle=particle, view=view)


def product(fit: FitSymbol, role: str, fitted: bool = True) -> P4Of:
    return p4(Product(type=PARTICLE, fit=fit, role=role, fitted=fitted))


def group(symbol: ListSymbol) -> Group:
    binder = Binder("g", symbol)
    return Group(type=Type(Kind.P4S), binder=binder, p4=p4(variable(binder)))


def mass_of(*terms) -> Call:
    return call("m", P4Sum(type=P4, terms=terms))


def charged_tracks(make: Maker, *, net_charge: bool = True, count: int = 2) -> tuple[Block, ListSymbol]:
    everything = ListSymbol("charged_tracks_all", ListKind.TRACKS)
    good = ListSymbol("good", ListKind.TRACKS)
    x = Binder("x", everything)
    inside = both(
        compare(call("abs", call("vr", variable(x), view=View.MDC)), "<", make.number("charged_tracks.vr", 1.0)),
        compare(call("abs", call("vz", variable(x), view=View.MDC)), "<", make.number("charged_tracks.vz", 10.0)),
        compare(
            call("abs", call("cos", p4(variable(x), View.MDC))), "<", make.number("charged_tracks.cos", 0.93)
        ),
    )
    steps = [
        Collection(target=everything, source=Source.CHARGED),
        Select(target=good, source=everything, binder=x, condition=inside),
        Require(
            cut=Cut("charged_tracks", "ngood"),
            condition=compare(ListSize(type=NUM, list=good), "==", make.number("charged_tracks.ngood", count)),
        ),
    ]
    if net_charge:
        y = Binder("y", good)
        total = Reduce(
            type=NUM,
            reduction=Reduction.SUM,
            over=Each(type=LISTED, binders=(y,), body=call("charge", variable(y))),
        )
        steps.append(
            Require(cut=Cut("charged_tracks", "net_charge"), condition=compare(total, "==", constant(0.0)))
        )
    return Block("charged_tracks", "charged_tracks", tuple(steps)), good


def photons(make: Maker, *, isolation: float = 20.0, at_least: int = 2) -> tuple[Block, ListSymbol]:
    everything = ListSymbol("photons_all", ListKind.SHOWERS, Species.GAMMA)
    gam = ListSymbol("gam", ListKind.SHOWERS, Species.GAMMA)
    x = Binder("x", everything)
    inside = both(
        compare(call("e", p4(variable(x))), ">", make.number("photons.energy", 0.040)),
        compare(
            call("isolation", variable(x)), ">", make.number("photons.isolation", isolation * pi / 180)
        ),
        compare(call("ticks", variable(x)), ">=", make.number("photons.time.low", 0.0)),
        compare(call("ticks", variable(x)), "<=", make.number("photons.time.high", 14.0)),
    )
    steps = (
        Collection(target=everything, source=Source.NEUTRAL),
        Select(target=gam, source=everything, binder=x, condition=inside),
        Require(
            cut=Cut("photons", "ngam"),
            condition=compare(ListSize(type=NUM, list=gam), ">=", make.number("photons.ngam", at_least)),
        ),
    )
    return Block("photons", "photons", steps), gam


def pid(
    make: Maker,
    good: ListSymbol,
    species: Species = Species.PI,
    names: tuple[str, str] = ("pip", "pim"),
    method: PidMethod = PidMethod.PROBABILITY,
    systems: tuple[PidSystem, ...] = (PidSystem.DEDX, PidSystem.TOF1, PidSystem.TOF2, PidSystem.TOFE),
    rivals: tuple[Species, ...] = (),
) -> tuple[Block, ListSymbol, ListSymbol]:
    spec = PidSpec(method, systems, (Species.PI, Species.K, Species.P))
    plus = ListSymbol(names[0], ListKind.TRACKS, species, 1)
    minus = ListSymbol(names[1], ListKind.TRACKS, species, -1)
    cut = make.number("pid.prob_cut", 0.001)
    steps: list = [Identify(source=good, spec=spec)]
    for symbol, sign in ((plus, ">"), (minus, "<")):
        x = Binder("x", good)

        def prob(kind: Species, x: Binder = x) -> PidValue:
            return PidValue(
                type=NUM, spec=spec, particle=variable(x), quantity=PidQuantity.PROBABILITY, species=kind
            )

        condition = both(
            compare(call("charge", variable(x)), sign, constant(0.0)),
            compare(prob(species), ">", cut),
            *(compare(prob(species), ">", prob(rival)) for rival in rivals),
        )
        steps.append(Select(target=symbol, source=good, binder=x, condition=condition))
    for symbol in (plus, minus):
        steps.append(
            Require(
                cut=Cut("pid", f"n{symbol.name}"),
                condition=compare(ListSize(type=NUM, list=symbol), "==", make.number(f"pid.n{symbol.name}", 1)),
            )
        )
    return Block("pid", "pid", tuple(steps)), plus, minus


def settings(make: Maker, name: str, ceiling: float, iterations: int = 10, tolerance: float = 0.005):
    return FitSettings(
        make.parameter(f"{name}.iterations", iterations),
        make.parameter(f"{name}.tolerance", tolerance),
        make.parameter(f"{name}.ceiling", ceiling),
    )


def vertex_fit(make: Maker, plus: ListSymbol, minus: ListSymbol, chi2: float | None = None):
    roles = tuple(Role(s.name, s.species, s.charge, s) for s in (plus, minus))
    symbol = FitSymbol("vertex", FitKind.VERTEX, roles)
    after = ()
    if chi2 is not None:
        value = FitValue(type=NUM, fit=symbol, quantity=FitQuantity.CHI2)
        after = (CandidateCut(Cut("vertex", "chi2"), compare(value, "<", make.number("vertex.chi2", chi2))),)
    step = VertexFit(
        symbol=symbol, cut=Cut("vertex", "fit"), choose=Choose(Choice.ONLY), after=after,
        settings=settings(make, "vertex", 1000.0, 10, 1e-3), error=make.parameter("vertex.error", 1e6),
    )  # fmt: skip
    return Block("vertex", "vertex_fit", (step,)), symbol


def kinematic_fit(
    make: Maker, name: str, vertex: FitSymbol, gam: ListSymbol, *, mass: float | None = None, chi2: float = 200.0,
    fitter: Fitter = Fitter.KALMAN, optional: bool = False, species: Species | None = None, mass_before: tuple[float, float] | None = None,
    ceiling: float = 400.0, photons_cap: int = 20,
):  # fmt: skip
    tracks = tuple(
        Role(role.name, species or role.species, role.charge, FromVertex(vertex, role.name)) for role in vertex.roles
    )
    roles = (*tracks, Role("gam1", Species.GAMMA, 0, gam, 0), Role("gam2", Species.GAMMA, 0, gam, 0))
    symbol = FitSymbol(
        name, FitKind.KINEMATIC, roles, (Composite("pi0", ("gam1", "gam2")),), optional
    )
    value = FitValue(type=NUM, fit=symbol, quantity=FitQuantity.CHI2)
    constraints: tuple = (FourMomentum(),)
    if mass is not None:
        constraints = (Mass(("gam1", "gam2"), make.parameter(f"{name}.mass", mass)), FourMomentum())
    before = ()
    if mass_before is not None:
        m = mass_of(product(symbol, "gam1", False), product(symbol, "gam2", False))
        low, high = (make.number(f"{name}.mass_{i}", v) for i, v in enumerate(mass_before))
        before = (CandidateCut(Cut(name, "mass"), both(compare(m, ">=", low), compare(m, "<=", high))),)
    step = KinematicFit(
        symbol=symbol, cut=Cut(name, "fit"), before=before, choose=Choose(Choice.MINIMUM, value),
        after=(CandidateCut(Cut(name, "chi2"), compare(value, "<", make.number(f"{name}.chi2", chi2))),),
        settings=settings(make, name, ceiling), fitter=fitter, constraints=constraints,
        max_photons=make.parameter(f"{name}.max_photons", photons_cap),
    )  # fmt: skip
    return Block(name, "kinematic_fit", (step,)), symbol


def outputs(make: Maker, fit: FitSymbol, gam: ListSymbol) -> tuple[Block, ...]:
    m_gg = mass_of(product(fit, "gam1"), product(fit, "gam2"))
    chi2 = FitValue(type=NUM, fit=fit, quantity=FitQuantity.CHI2)
    x = Binder("x", gam)
    energies = Each(type=LISTED, binders=(x,), body=call("e", p4(variable(x))))
    histogram = FillHistogram(
        name="m_gg", title="m_gg", axes=(Axis(60, 0.105, 0.165),), values=(m_gg,)
    )
    tree = FillTuple(
        name="rhopi",
        columns=(
            Column("chi2", chi2), Column("m_gg", m_gg),
            Column("m_rho", mass_of(product(fit, "pip"), product(fit, "pim"))),
            Column("cos_pip", call("cos", product(fit, "pip"))),
        ),
        arrays=(ArrayColumn("e_gam", energies, make.parameter("rhopi.e_gam.max", 50)),),
    )  # fmt: skip
    return (Block("m_gg", "histogram", (histogram,)), Block("rhopi", "ntuple", (tree,)))


def program(make: Maker, blocks, outputs=(), regions: tuple[Region, ...] = ()) -> Program:
    ecms = Parameter("analysis.ecms", 3.097, ENERGY)
    angle = Parameter("analysis.crossing_angle", 0.022, ANGLE)
    analysis = Analysis("RhoPi", "RhoPi", "7.0.x", ecms, angle)
    return Program(analysis, tuple(blocks), tuple(outputs), regions, (ecms, angle, *make.parameters))


def rhopi(
    *, fit5c: bool = True, fitter: Fitter = Fitter.KALMAN, chi2: float = 200.0
) -> Program:
    """The tutorial selection: two tracks, two photons, PID, vertex, 4C and 5C fit."""
    make = Maker()
    tracks, good = charged_tracks(make)
    showers, gam = photons(make)
    identified, pip, pim = pid(make, good)
    vertex_block, vertex = vertex_fit(make, pip, pim)
    fit4c_block, fit4c = kinematic_fit(make, "fit4c", vertex, gam, fitter=fitter, chi2=chi2)
    blocks = [tracks, showers, identified, vertex_block, fit4c_block]
    if fit5c:
        blocks.append(kinematic_fit(make, "fit5c", vertex, gam, mass=0.1349768, chi2=chi2)[0])
    made = program(make, blocks, outputs(make, fit4c, gam))
    return made


def overridden(program: Program, **values: float) -> dict[str, float]:
    """Overrides by property name; refuses a name the program lacks."""
    known = {parameter.property_name for parameter in program.parameters}
    missing = set(values) - known
    if missing:
        raise KeyError(f"no parameter {sorted(missing)}")
    return dict(values)
