"""The table of functions that formulas may call: name, arguments, dimension, meaning.

In: nothing. Out: `FUNCTIONS`, by name. Each entry has a counterpart of the same name in `cpp/functions.py` and in
`semantics/functions.py` (a test compares the three). Surface conveniences (particle arguments, `frame:`, lists) are
resolved before: here arguments are P4, P4S, PARTICLE,
NUMBER, TEXT, VECTOR or GENERATED, one each. No code is generated or run here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.ir.types import ANGLE, ENERGY, LENGTH, NUMBER, TIME, Dimension, Kind

P4, PARTICLE, NUM, VECTOR, P4S, TEXT = Kind.P4, Kind.PARTICLE, Kind.NUMBER, Kind.VECTOR, Kind.P4S, Kind.TEXT
GENERATED = Kind.GENERATED


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the IR. `dimension` None: that of its (first) argument; `maybe`: its value can be absent."""

    name: str
    arguments: tuple[Kind, ...]
    result: Kind
    dimension: Dimension | None
    doc: str
    latex: str
    maybe: bool = False
    takes: Dimension | None = None  #: required dimension of NUMBER arguments; None = any


def _f(
    name: str, arguments: tuple[Kind, ...], dimension: Dimension | None, doc: str, latex: str, *, result: Kind = NUM, maybe: bool = False,
    takes: Dimension | None = None,
) -> Function:  # fmt: skip
    return Function(name, arguments, result, dimension, doc, latex, maybe, takes)


_TABLE = (
    # --- of a four-momentum -------------------------------------------------------------------------------
    _f("m", (P4,), ENERGY, "Invariant mass; -sqrt(-m2) for a spacelike vector, as CLHEP has it.", "m({0})"),
    _f("m2", (P4,), ENERGY**2, "Invariant mass squared, signed.", "m^2({0})"),
    _f("e", (P4,), ENERGY, "Energy.", "E({0})"),
    _f("p", (P4,), ENERGY, "Magnitude of the momentum.", "p({0})"),
    _f("pt", (P4,), ENERGY, "Momentum transverse to the beam axis z.", "p_T({0})"),
    _f("px", (P4,), ENERGY, "x component of the momentum.", "p_x({0})"),
    _f("py", (P4,), ENERGY, "y component of the momentum.", "p_y({0})"),
    _f("pz", (P4,), ENERGY, "z component of the momentum.", "p_z({0})"),
    _f("cos", (P4,), NUMBER, "Cosine of the polar angle of the momentum, signed.", r"\cos\theta({0})"),
    _f("theta", (P4,), ANGLE, "Polar angle of the momentum.", r"\theta({0})"),
    _f("phi", (P4,), ANGLE, "Azimuth of the momentum, -pi..pi.", r"\phi({0})"),
    _f("angle", (P4, P4), ANGLE, "Angle between two momenta, 0..pi.", r"\angle({0},{1})"),
    _f("dphi", (P4, P4), ANGLE, "Azimuth of the first minus that of the second, -pi..pi.", r"\Delta\phi({0},{1})"),
    _f(
        "helicity",
        (P4, P4, P4),
        NUMBER,
        "Cosine of the helicity angle of a daughter (1st) of a resonance (2nd) that recoils in the frame of the 3rd: angle between the "
        "daughter in the resonance's rest frame and the resonance's direction in the frame of the 3rd.",
        r"\cos\theta_\mathrm{{hel}}({0})",
    ),
    _f(
        "decay_plane",
        (P4, P4, P4, P4),
        ANGLE,
        "Angle between the decay planes of (1st, 2nd) and (3rd, 4th) in the rest frame of the four: from the normal p1 x p2 to the normal "
        "p3 x p4, counter-clockwise around the flight direction of the first pair, -pi..pi; absent if a pair has no plane (parallel within 1e-9).",
        r"\chi({0}{1},{2}{3})",
        maybe=True,
    ),
    _f("along", (VECTOR,), ENERGY, "A direction as a massless four-momentum of 1 GeV (so that `cos`, `angle` ... take directions).", "{0}", result=P4),
    _f("total", (P4S,), ENERGY, "Sum of several momenta; zero of none, absent if one is.", r"\sum {0}", result=P4),
    # --- of several momenta: the shape of an event ---------------------------------------------------------
    _f(
        "thrust",
        (P4S,),
        NUMBER,
        "Thrust: largest possible sum |p.n| / sum |p| over directions n; 1 for two back-to-back jets, 1/2 for an isotropic event. Exact up to "
        "100 particles (all partitions by planes through two momenta); above, exact for the 100 largest momenta, then the others join the "
        "side they are on and the axis follows until no one changes sides. Absent without momenta.",
        "T",
        maybe=True,
    ),
    _f(
        "thrust_axis",
        (P4S,),
        NUMBER,
        "Direction n of the thrust, with z not negative (it is an axis). Absent without momenta.",
        r"\vec{{n}}_T",
        result=VECTOR,
        maybe=True,
    ),
    _f(
        "sphericity",
        (P4S,),
        NUMBER,
        "Sphericity 3/2 (l2 + l3) of the eigenvalues l1 >= l2 >= l3 of sum p_i p_j / sum p^2: 0 for jets, 1 for an isotropic event. Absent "
        "without momenta.",
        "S",
        maybe=True,
    ),
    _f(
        "aplanarity",
        (P4S,),
        NUMBER,
        "Aplanarity 3/2 l3 of the smallest eigenvalue of sum p_i p_j / sum p^2: 0 for a planar event, at most 1/2. Absent without momenta.",
        "A",
        maybe=True,
    ),
    _f(
        "fox_wolfram",
        (P4S, NUM),
        NUMBER,
        "Fox-Wolfram moment over the zeroth: R_l = H_l / H_0 with H_l = sum |p_i||p_j| P_l(cos angle_ij) over all i, j. Absent without momenta.",
        "R_{{{1}}}",
        maybe=True,
        takes=NUMBER,
    ),
    _f(
        "mass_variance",
        (P4, PARTICLE),
        ENERGY**2,
        "What the errors of a measured particle (2nd) add to the variance of the invariant mass of a total (1st) it is part of: energy and "
        "angle errors of a shower, helix covariance of a track of its hypothesis (SEMANTICS rule 13); absent unless the mass is positive.",
        r"\sigma^2_{{m}}({1})",
        maybe=True,
    ),
    # --- of a particle -------------------------------------------------------------------------------------
    _f("charge", (PARTICLE,), NUMBER, "Measured charge of a track, 0 of a shower.", "Q({0})"),
    _f("vr", (PARTICLE,), LENGTH, "Closest approach of the track to the interaction point in xy, signed.", "V_r({0})"),
    _f("vz", (PARTICLE,), LENGTH, "z of the closest approach minus that of the interaction point, signed.", "V_z({0})"),
    _f("emc_energy", (PARTICLE,), ENERGY, "Energy of the track's shower in the EMC.", "E_\\mathrm{{EMC}}({0})", maybe=True),
    _f("eop", (PARTICLE,), NUMBER, "EMC energy over momentum of a track.", "E/p({0})", maybe=True),
    _f("depth", (PARTICLE,), LENGTH, "Depth in the MUC.", "d_\\mathrm{{MUC}}({0})", maybe=True),
    _f("muc_layers", (PARTICLE,), NUMBER, "Number of MUC layers with hits.", "n_\\mathrm{{MUC}}({0})", maybe=True),
    _f("muc_hits", (PARTICLE,), NUMBER, "Number of MUC hits.", "N_\\mathrm{{MUC}}({0})", maybe=True),
    _f("muc_chi2", (PARTICLE,), NUMBER, "chi2 of the track's fit in the MUC.", "\\chi^2_\\mathrm{{MUC}}({0})", maybe=True),
    _f("muc_dof", (PARTICLE,), NUMBER, "Degrees of freedom of the track's fit in the MUC.", "n_\\mathrm{{dof,MUC}}({0})", maybe=True),
    _f("muc_max_hits", (PARTICLE,), NUMBER, "Largest number of hits in one MUC layer.", "N_\\mathrm{{max,MUC}}({0})", maybe=True),
    _f("tof", (PARTICLE,), TIME, "Time of flight (SEMANTICS rule 3: layer 3, else 1, else 2; end-cap smallest path).", "t_\\mathrm{{TOF}}({0})", maybe=True),
    _f("has_tof", (PARTICLE,), NUMBER, "Whether tof(x) is there.", "\\exists t({0})", result=Kind.FLAG),
    _f("has_emc", (PARTICLE,), NUMBER, "Whether the track has a shower.", "\\exists E({0})", result=Kind.FLAG),
    _f("has_muc", (PARTICLE,), NUMBER, "Whether the track has a MUC track.", "\\exists d({0})", result=Kind.FLAG),
    _f("has_dedx", (PARTICLE,), NUMBER, "Whether the track has dE/dx.", "\\exists dE/dx({0})", result=Kind.FLAG),
    _f("dedx", (PARTICLE,), NUMBER, "Normalised pulse height of dE/dx.", "dE/dx({0})", maybe=True),
    _f("chi2_track", (PARTICLE,), NUMBER, "chi2 of the Kalman track of the particle's hypothesis.", "\\chi^2({0})"),
    _f("time", (PARTICLE,), TIME, "EMC time of a shower (50 ns a tick).", "t({0})", maybe=True),
    _f("ticks", (PARTICLE,), NUMBER, "EMC time of a shower in ticks of 50 ns.", "t({0})", maybe=True),
    _f("module", (PARTICLE,), NUMBER, "EMC part of a shower: 0 east end-cap, 1 barrel, 2 west end-cap.", "part({0})", maybe=True),
    _f("e3x3", (PARTICLE,), ENERGY, "Energy of the 3x3 crystals around the seed.", "E_{{3\\times3}}({0})", maybe=True),
    _f("e5x5", (PARTICLE,), ENERGY, "Energy of the 5x5 crystals around the seed.", "E_{{5\\times5}}({0})", maybe=True),
    _f("eseed", (PARTICLE,), ENERGY, "Energy of the seed crystal.", "E_\\mathrm{{seed}}({0})", maybe=True),
    _f("second_moment", (PARTICLE,), LENGTH**2, "Second moment of a shower.", "S({0})", maybe=True),
    _f("lat_moment", (PARTICLE,), NUMBER, "Lateral moment of a shower.", "LAT({0})", maybe=True),
    _f("a20_moment", (PARTICLE,), NUMBER, "Zernike moment A20 of a shower.", "A_{{20}}({0})", maybe=True),
    _f("a42_moment", (PARTICLE,), NUMBER, "Zernike moment A42 of a shower.", "A_{{42}}({0})", maybe=True),
    _f("emc_hits", (PARTICLE,), NUMBER, "Number of crystals of a shower.", "N_{{EMC}}({0})", maybe=True),
    _f("isolation", (PARTICLE,), ANGLE, "Smallest angle of a shower to the extrapolation of all charged tracks that reach the EMC; +infinity if none does.", r"\Delta\alpha({0})"),
    _f("emc_angle", (PARTICLE, PARTICLE), ANGLE, "Angle between a shower (1st) and the position at which a track (2nd), extrapolated, reaches the EMC, both seen from the origin; absent if the track does not reach it (emcVolumeNumber -1).", r"\Delta\alpha({0},{1})", maybe=True),
    _f("conversion_gap", (PARTICLE, PARTICLE), LENGTH, "Distance in xy between the circles of two tracks (their own hypotheses) along the line through their centres: near 0 for the pair of a converted photon, negative where they overlap.", r"\Delta_{{xy}}({0},{1})", maybe=True),
    _f("conversion_radius", (PARTICLE, PARTICLE), LENGTH, "Distance from the axis of the detector, in xy, of the point half-way across that gap: where a photon would have converted.", r"R_{{xy}}({0},{1})", maybe=True),
    _f("index", (PARTICLE,), NUMBER, "Position in EvtRecTrackCol.", "i({0})"),
    # --- of a generated particle ----------------------------------------------------------------------------
    _f("pdgid", (GENERATED,), NUMBER, "PDG number of a generated particle (`mc_truth`); of a measured one, that of its match.", "\\mathrm{{id}}({0})", maybe=True),
    # --- of the event ---------------------------------------------------------------------------------------
    _f("ecms", (), ENERGY, "Centre-of-mass energy.", r"\sqrt{{s}}"),
    _f("run", (), NUMBER, "Run number (negative: simulated).", r"\mathrm{{run}}"),
    _f("event", (), NUMBER, "Event number.", r"\mathrm{{event}}"),
    _f("n_charged", (), NUMBER, "Number of charged tracks of the event, before any cut.", r"N_\mathrm{{ch}}"),
    _f("n_neutral", (), NUMBER, "Number of neutral showers of the event, before any cut.", r"N_\mathrm{{neu}}"),
    _f("chi2_probability", (NUM, NUM), NUMBER, "Probability of a larger chi2 (1st) with so many degrees of freedom (2nd); 0 of an infinite chi2.", "P({0},{1})", takes=NUMBER),
    # --- of the data taking ---------------------------------------------------------------------------------
    _f("trigger_channel", (NUM,), NUMBER, "Whether a trigger channel (0..15) fired; no where the event has no trigger data (simulation).", r"\mathrm{{ch}}_{{{0}}}", result=Kind.FLAG, takes=NUMBER),
    _f("trigger_condition", (NUM,), NUMBER, "Whether a trigger condition (0..47) is met; no where the event has no trigger data (simulation).", r"\mathrm{{cond}}_{{{0}}}", result=Kind.FLAG, takes=NUMBER),
    _f("has_trigger", (), NUMBER, "Whether the event has trigger data (simulation has none).", r"\exists\,\mathrm{{trigger}}", result=Kind.FLAG),
    _f("in_runs", (TEXT,), NUMBER, "Whether the run is one of a list of runs and ranges of runs; a simulated run counts as the run it imitates, |run|.", r"\mathrm{{run}} \in \{{{0}\}}", result=Kind.FLAG),
    _f("first_time", (NUM,), NUMBER, "Whether the event's run and number were not met before in this job, of which at most so many events are remembered.", r"\mathrm{{first}}", result=Kind.FLAG, takes=NUMBER),
    _f("event_fraction", (), NUMBER, "A number 0..1 (1 excluded) that belongs to the event: a hash of |run| and the event number, spread evenly and the same in every job.", r"u_\mathrm{{event}}"),
    # --- of numbers -----------------------------------------------------------------------------------------
    _f("abs", (NUM,), None, "Absolute value.", r"\left|{0}\right|"),
    _f("sqrt", (NUM,), None, "Square root (halves the dimension); absent of a negative number.", r"\sqrt{{{0}}}", maybe=True),
    _f("log", (NUM,), NUMBER, "Natural logarithm; absent of a number that is not positive.", r"\ln {0}", maybe=True, takes=NUMBER),
    _f("exp", (NUM,), NUMBER, "Exponential.", r"\exp {0}", takes=NUMBER),
    _f("sin", (NUM,), NUMBER, "Sine of an angle.", r"\sin {0}", takes=ANGLE),
    _f("cosine", (NUM,), NUMBER, "Cosine of an angle (written `cos(angle)`).", r"\cos {0}", takes=ANGLE),
    _f("tan", (NUM,), NUMBER, "Tangent of an angle.", r"\tan {0}", takes=ANGLE),
    _f("acos", (NUM,), ANGLE, "Arc cosine; absent outside -1..1.", r"\arccos {0}", maybe=True, takes=NUMBER),
    _f("asin", (NUM,), ANGLE, "Arc sine; absent outside -1..1.", r"\arcsin {0}", maybe=True, takes=NUMBER),
    _f("atan2", (NUM, NUM), ANGLE, "Angle of the point (x, y) given as atan2(y, x).", r"\mathrm{{atan2}}({0},{1})"),
    _f("mod", (NUM, NUM), None, "Remainder with the sign of the first number.", r"{0} \bmod {1}"),
    _f("min2", (NUM, NUM), None, "Smaller of two numbers (`min(a, b)`); absent if either is.", r"\min({0},{1})"),
    _f("max2", (NUM, NUM), None, "Larger of two numbers (`max(a, b)`); absent if either is.", r"\max({0},{1})"),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in _TABLE}
