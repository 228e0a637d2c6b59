"""The functions of formulas in C++: one entry per name in `ir.functions.FUNCTIONS`.

In: nothing. Out: `CPP_FUNCTIONS`: how a call is written and which helpers it uses. In a pattern, `{0}` is the first argument;
of a particle `{0}` is its EvtRecTrack pointer, `{position}` its position in EvtRecTrackCol, `{hypothesis}` its Kalman
hypothesis (-1 of a shower), `{momentum}` its four-momentum; of several tracks `{hypotheses[0]}`, `{hypotheses[1]}`. Absence (NaN) passes through every entry. No expression is built here.
"""

from __future__ import annotations

from dsl4bes.cpp.record import record

ABSENT = "absent()"

PRIMARY, UNARY, PRODUCT, SUM, RELATION, CONJUNCTION, DISJUNCTION, CHOICE = 16, 14, 12, 11, 9, 5, 4, 3


@record
class CppFunction:
    """`pattern` for the Kalman view (and all else); `mdc` for the MDC view; `shower` when the particle is a shower."""

    pattern: str
    helpers: tuple[str, ...] = ()
    precedence: int = PRIMARY
    mdc: str = ""
    mdc_helpers: tuple[str, ...] = ()
    shower: str = ""
    includes: tuple[str, ...] = ()


def _getter(name: str) -> CppFunction:
    return CppFunction(f"{name}({{0}})", (name,))


_MATH = ("<cmath>",)

CPP_FUNCTIONS: dict[str, CppFunction] = {
    # of a four-momentum
    "m": CppFunction("{0}.m()"),
    "m2": CppFunction("{0}.m2()"),
    "e": CppFunction("{0}.e()"),
    "p": CppFunction("{0}.rho()"),
    "pt": CppFunction("{0}.perp()"),
    "px": CppFunction("{0}.px()"),
    "py": CppFunction("{0}.py()"),
    "pz": CppFunction("{0}.pz()"),
    "cos": CppFunction("{0}.cosTheta()"),
    "theta": CppFunction("{0}.theta()"),
    "phi": CppFunction("{0}.phi()"),
    "angle": CppFunction("{0}.vect().angle({1}.vect())"),
    "dphi": CppFunction("{1}.vect().deltaPhi({0}.vect())"),  # CLHEP subtracts the object from its argument
    "helicity": CppFunction("helicity({0}, {1}, {2})", ("helicity",)),
    "decay_plane": CppFunction("decay_plane({0}, {1}, {2}, {3})", ("decay_plane",)),
    "along": CppFunction("along({0})", ("along",)),
    "total": CppFunction("total({0})", ("total",)),
    # of several momenta
    "thrust": CppFunction("thrust({0})", ("thrust",)),
    "thrust_axis": CppFunction("thrust_axis({0})", ("thrust_axis",)),
    "sphericity": CppFunction("1.5 * (1.0 - shape_eigenvalue({0}, 2))", ("shape_eigenvalue",), PRODUCT),
    "aplanarity": CppFunction("1.5 * shape_eigenvalue({0}, 0)", ("shape_eigenvalue",), PRODUCT),
    "fox_wolfram": CppFunction("fox_wolfram({0}, {1})", ("fox_wolfram",)),
    # of a particle in a total
    "mass_variance": CppFunction("mass_variance({0}, {1}, {hypothesis})", ("mass_variance",)),
    # of a particle
    "charge": CppFunction("mdc_charge({0})", ("mdc_charge",), shower="0.0"),
    "vr": CppFunction(
        "kalman_approach({0}, {hypothesis}, ctx.ip)[0]",
        ("kalman_approach",),
        mdc="mdc_approach({0}, ctx.ip)[0]",
        mdc_helpers=("mdc_approach",),
        shower=ABSENT,
    ),
    "vz": CppFunction(
        "kalman_approach({0}, {hypothesis}, ctx.ip)[1]",
        ("kalman_approach",),
        mdc="mdc_approach({0}, ctx.ip)[1]",
        mdc_helpers=("mdc_approach",),
        shower=ABSENT,
    ),
    "emc_energy": _getter("emc_energy"),
    "eop": CppFunction("emc_energy({0}) / {momentum}.rho()", ("emc_energy",), PRODUCT),
    "depth": _getter("muc_depth"),
    "muc_layers": _getter("muc_layers"),
    "muc_hits": _getter("muc_hits"),
    "muc_chi2": _getter("muc_chi2"),
    "muc_dof": _getter("muc_dof"),
    "muc_max_hits": _getter("muc_max_hits"),
    "tof": CppFunction("tof_time({0})", ("tof_time",)),
    "has_tof": CppFunction("is_present(tof_time({0}))", ("is_present", "tof_time")),
    "has_emc": CppFunction("has_emc({0})", ("has_emc",)),
    "has_muc": CppFunction("has_muc({0})", ("has_muc",)),
    "has_dedx": CppFunction("has_dedx({0})", ("has_dedx",)),
    "dedx": _getter("dedx_height"),
    "chi2_track": CppFunction("kalman_chi2({0}, {hypothesis})", ("kalman_chi2",), shower=ABSENT),
    "time": CppFunction("50.0 * emc_ticks({0})", ("emc_ticks",), PRODUCT),
    "ticks": _getter("emc_ticks"),
    "module": _getter("emc_module"),
    "e3x3": _getter("emc_e3x3"),
    "e5x5": _getter("emc_e5x5"),
    "eseed": _getter("emc_seed"),
    "second_moment": _getter("emc_second_moment"),
    "lat_moment": _getter("emc_lat_moment"),
    "a20_moment": _getter("emc_a20_moment"),
    "a42_moment": _getter("emc_a42_moment"),
    "emc_hits": _getter("emc_hits"),
    "isolation": CppFunction("isolation({0}, ctx.records, ctx.n_charged)", ("isolation",)),
    "emc_angle": CppFunction("emc_angle({0}, {1})", ("emc_angle",)),
    "conversion_gap": CppFunction("conversion({0}, {hypotheses[0]}, {1}, {hypotheses[1]})[0]", ("conversion",)),
    "conversion_radius": CppFunction("conversion({0}, {hypotheses[0]}, {1}, {hypotheses[1]})[1]", ("conversion",)),
    "index": CppFunction("position_of({position})", ("position_of",)),
    # of a generated particle
    "pdgid": CppFunction("generated_pdgid(ctx.truth, {0})", ("generated_pdgid",)),
    # of the event
    "ecms": CppFunction("{ecms}"),
    "run": CppFunction("double(ctx.run)"),
    "event": CppFunction("double(ctx.event)"),
    "n_charged": CppFunction("double(ctx.n_charged)"),
    "n_neutral": CppFunction("double(ctx.n_neutral)"),
    "chi2_probability": CppFunction("chi2_probability({0}, {1})", ("chi2_probability",)),
    # of the data taking
    "trigger_channel": CppFunction("trigger_channel(ctx.trigger, {0})", ("trigger_channel",)),
    "trigger_condition": CppFunction("trigger_condition(ctx.trigger, {0})", ("trigger_condition",)),
    "has_trigger": CppFunction("ctx.trigger != 0", (), RELATION),
    "in_runs": CppFunction("in_runs({0}, ctx.run)", ("in_runs",)),
    "first_time": CppFunction("ctx.first_time"),
    "event_fraction": CppFunction("event_fraction(ctx.run, ctx.event)", ("event_fraction",)),
    # of numbers
    "abs": CppFunction("std::fabs({0})", includes=_MATH),
    "sqrt": CppFunction("std::sqrt({0})", includes=_MATH),
    "log": CppFunction("logarithm({0})", ("logarithm",), includes=_MATH),
    "exp": CppFunction("std::exp({0})", includes=_MATH),
    "sin": CppFunction("std::sin({0})", includes=_MATH),
    "cosine": CppFunction("std::cos({0})", includes=_MATH),
    "tan": CppFunction("std::tan({0})", includes=_MATH),
    "acos": CppFunction("std::acos({0})", includes=_MATH),
    "asin": CppFunction("std::asin({0})", includes=_MATH),
    "atan2": CppFunction("std::atan2({0}, {1})", includes=_MATH),
    "mod": CppFunction("std::fmod({0}, {1})", includes=_MATH),
    "min2": CppFunction("lower_of({0}, {1})", ("lower_of",)),
    "max2": CppFunction("upper_of({0}, {1})", ("upper_of",)),
}
