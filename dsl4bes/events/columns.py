"""The flat columns of an event: the one contract between readers, toy events, the C++ stand-in and the evaluator.

In: nothing. Out: the table `COLLECTIONS` of what an event contains, collection by collection, column by column.
A batch of events is `offsets` per collection (event i owns rows offsets[i]..offsets[i+1]) and contiguous arrays per column.
Names are `collection.column`; links between collections are positions within the same event, -1 = none.
Nothing is read, converted or computed here, and nothing of the language is known.
Units: GeV, cm, ns, rad; EMC time in ticks of 50 ns (as in the DST).
"""

from __future__ import annotations

from dataclasses import dataclass

F8, I4, U4 = "float64", "int32", "uint32"


@dataclass(frozen=True)
class Column:
    """One column: row shape `(width,)` or scalar (`width` 1), and the DST member(s) it is read from."""

    name: str
    dtype: str
    width: int = 1
    dst: tuple[
        str, ...
    ] = ()  #: members of the DST object, concatenated along the row; empty = derived by the reader
    default: float = 0.0  #: value when a source lacks the column
    order: tuple[int, ...] = ()  #: element k of the row is element order[k] of the row as pybes3 unpacks it; empty = as it comes


@dataclass(frozen=True)
class Collection:
    """A per-event list of rows; `branch` is the DST branch. `event` itself has exactly one row per event."""

    name: str
    branch: str
    columns: tuple[Column, ...]


def _f8(name: str, *dst: str, width: int = 1, default: float = 0.0) -> Column:
    return Column(name, F8, width, dst or (f"m_{name}",), default)


def _i4(name: str, *dst: str, width: int = 1, default: float = 0) -> Column:
    return Column(name, I4, width, dst or (f"m_{name}",), default)


#: Hypotheses in the order of every per-hypothesis column: 0 e, 1 mu, 2 pi, 3 K, 4 p (BOSS order).
HYPOTHESES = ("e", "mu", "pi", "k", "p")



def _unpacked(size: int, packed: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Order that repairs a symmetric matrix: BOSS packs its elements in the order `packed`, pybes3 unpacks them as the lower triangle by
    rows. (Found on the public files: only so are the matrices positive definite and agree with the errors stored beside them.)"""
    lower = [row * size + column for row in range(size) for column in range(row + 1)]
    place = {pair: lower[k] for k, pair in enumerate(packed)}
    return tuple(place[min(i, j), max(i, j)] for i in range(size) for j in range(size))


def _upper(size: int) -> tuple[tuple[int, int], ...]:
    """The upper triangle by rows."""
    return tuple((i, j) for i in range(size) for j in range(i, size))


#: BOSS packs the covariances of helices, V0s and vertices as the upper triangle by rows, that of a shower's position as xx, yy, zz, xy, xz, yz.
_MDC_ERROR = _unpacked(5, _upper(5))
_VEE_ERROR = _unpacked(7, _upper(7))
_EMC_ERROR = _unpacked(3, ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)))

_ZHELIX = ("m_zhelix_e", "m_zhelix_mu", "m_zhelix", "m_zhelix_k", "m_zhelix_p")
_ZERROR = ("m_zerror_e", "m_zerror_mu", "m_zerror", "m_zerror_k", "m_zerror_p")

#: Two photons of a pi0 or eta and BOSS's fit of them to its mass. `photon`: that of higher energy, the other; positions in `track`. `p4` of both, fitted.
_PAIR = (
    _f8("chi2", "m_chisq"),
    _f8("mass", "m_unconMass"),
    _f8("p4", *(f"m_{which}{part}" for which in ("hiP", "loP") for part in "xyze"), width=8),
    _i4("photon", "m_hiEnGamma", "m_loEnGamma", width=2, default=-1),
)

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "event",
        "TEvtHeader",
        (
            Column("run", I4, 1, ("m_runId",)),
            Column("number", I4, 1, ("m_eventId",)),
            Column("time", U4, 1, ("m_time",)),
            Column("tag", U4, 1, ("m_eventTag",)),
            Column("flag1", U4, 1, ("m_flag1",)),
            Column("flag2", U4, 1, ("m_flag2",)),
            Column("n_charged", I4, 1, ("m_nchrg",)),  # of m_evtRecEvent; the first n_charged rows of `track`
            Column("n_neutral", I4, 1, ("m_nneu",)),
        ),
    ),
    Collection(
        "track",  # EvtRecTrackCol: charged tracks first, then isolated showers; the others are positions there, -1 = none
        "TEvtRecObject/m_evtRecTrackCol",
        (
            _i4("id", "m_trackId"),
            _i4("part_id", "m_partId", default=-1),
            _i4("quality", "m_quality"),
            _i4("mdc", "m_mdcTrackId", default=-1),
            _i4("kal", "m_mdcKalTrackId", default=-1),
            _i4("dedx", "m_mdcDedxId", default=-1),
            _i4("ext", "m_extTrackId", default=-1),
            _i4("emc", "m_emcShowerId", default=-1),
            _i4("muc", "m_mucTrackId", default=-1),
            _i4("tof_first", width=1, default=-1),  # derived: the track's rows of `tof_link` are
            _i4(
                "tof_count", width=1, default=0
            ),  # tof_first .. tof_first + tof_count (positions within the event)
        ),
    ),
    Collection("tof_link", "TEvtRecObject/m_evtRecTrackCol", (_i4("tof", "m_tofTrackIds", default=-1),)),
    Collection(
        "mdc",
        "TDstEvent/m_mdcTrackCol",
        (
            _i4("id", "m_trackId"),
            _f8("helix", width=5),  # drho, phi0, kappa, dz, tanl; pivot (0,0,0)
            Column("error", F8, 25, ("m_err",), order=_MDC_ERROR),  # 5x5 row-major
            _i4("stat"),
            _f8("chi2"),
            _i4("ndof"),
            _i4("nster"),
            _i4("nlayer"),
            _i4("first_layer", "m_firstLayer"),
            _i4("last_layer", "m_lastLayer"),
        ),
    ),
    Collection(
        "kal",
        "TDstEvent/m_mdcKalTrackCol",
        (
            _i4("id", "m_trackId"),
            _i4("stat", width=5),
            _f8("chi2", "m_chisq", width=5),
            _i4("ndof", "m_ndf", width=5),
            _i4("nlayer", width=5),
            _f8("helix", *_ZHELIX, width=25),  # [hypothesis][5], order HYPOTHESES
            _f8("error", *_ZERROR, width=125),  # [hypothesis][5x5]
        ),
    ),
    Collection(
        "dedx",
        "TDstEvent/m_mdcDedxCol",
        (
            _i4("id", "m_trackId"),
            _i4("particle_id", "m_particleId"),
            _i4("status"),
            _i4("trunc_alg", "m_trunc_alg"),
            _f8("chi", "m_chiE", "m_chiMu", "m_chiPi", "m_chiK", "m_chiP", width=5),
            _i4("good_hits", "m_numGoodHits"),
            _i4("total_hits", "m_numTotalHits"),
            _f8("prob_ph", "m_probPH"),
            _f8("norm_ph", "m_normPH"),
            _f8("error_ph", "m_errorPH"),
            _f8("twenty_ph", "m_twentyPH"),
        ),
    ),
    Collection(
        "tof",
        "TDstEvent/m_tofTrackCol",
        (
            _i4("id", "m_tofTrackID"),
            _i4("track_id", "m_trackID"),
            _i4("tof_id", "m_tofID"),
            Column("status", U4, 1, ("m_status",)),
            _f8("path", default=9999.0),
            _f8("zrhit", default=9999.0),
            _f8("ph", default=9999.0),
            _f8("tof", default=9999.0),
            _f8("beta", default=9999.0),
            _f8("texp", width=5),
            _f8("toffset", width=6, default=9999.0),
            _f8("sigma", width=6, default=9999.0),
            _i4("quality", default=10),
            _f8("t0"),
            _f8("errt0"),
            _f8("errz"),
            _f8("phi"),
            _f8("errphi"),
            _f8("energy"),
            _f8("errenergy"),
        ),
    ),
    Collection(
        "emc",
        "TDstEvent/m_emcTrackCol",
        (
            _i4("id", "m_trackId"),
            _i4("hits", "m_numHits"),
            _i4("status"),
            _i4("cell", "m_cellId"),
            _i4("module"),
            _f8("x"),
            _f8("y"),
            _f8("z"),
            _f8("dtheta", "m_dTheta"),
            _f8("dphi", "m_dPhi"),
            _f8("energy"),
            _f8("denergy", "m_dE"),
            _f8("seed", "m_eSeed"),
            _f8("e3x3"),
            _f8("e5x5"),
            _f8("time"),  # ticks of 50 ns
            _f8("second_moment", "m_secondMoment"),
            _f8("lat_moment", "m_latMoment"),
            _f8("a20_moment", "m_a20Moment"),
            _f8("a42_moment", "m_a42Moment"),
            Column("error", F8, 9, ("m_err",), order=_EMC_ERROR),  # 3x3, cm^2
        ),
    ),
    Collection(
        "ext",
        "TDstEvent/m_extTrackCol",
        (
            _i4("id", "m_trackId"),
            _f8("emc_position", "myEmcPositionX", "myEmcPositionY", "myEmcPositionZ", width=3),
            _f8("emc_momentum", "myEmcMomentumX", "myEmcMomentumY", "myEmcMomentumZ", width=3),
            _i4("emc_volume", "myEmcVolumeNumber", default=-1),
            _f8("emc_path", "myEmcPath"),
            _f8("tof1_position", "myTof1PositionX", "myTof1PositionY", "myTof1PositionZ", width=3),
            _i4("tof1_volume", "myTof1VolumeNumber", default=-1),
            _f8("tof1", "myTof1"),
            _f8("tof1_path", "myTof1Path"),
            _f8("tof2_position", "myTof2PositionX", "myTof2PositionY", "myTof2PositionZ", width=3),
            _i4("tof2_volume", "myTof2VolumeNumber", default=-1),
            _f8("tof2", "myTof2"),
            _f8("tof2_path", "myTof2Path"),
            _f8("muc_position", "myMucPositionX", "myMucPositionY", "myMucPositionZ", width=3),
            _i4("muc_volume", "myMucVolumeNumber", default=-1),
        ),
    ),
    Collection(
        "muc",
        "TDstEvent/m_mucTrackCol",
        (
            _i4("track_id", "m_trackId"),
            _i4("id", "m_id"),
            _i4("status"),
            _i4("type"),
            _i4("start_part", "m_startPart"),
            _i4("end_part", "m_endPart"),
            _i4("barrel_last_layer", "m_brLastLayer"),
            _i4("endcap_last_layer", "m_ecLastLayer"),
            _i4("hits", "m_numHits"),
            _i4("layers", "m_numLayers"),
            _i4("max_hits", "m_maxHitsInLayer"),
            _f8("depth"),  # cm
            _f8("chi2"),
            _i4("dof"),
            _f8("rms"),
            _f8("position", "m_xPos", "m_yPos", "m_zPos", width=3),
            _f8("momentum", "m_px", "m_py", "m_pz", width=3),
            _f8("distance"),
            _f8("delta_phi", "m_deltaPhi"),
        ),
    ),
    Collection(
        "mc",
        "TMcEvent/m_mcParticleCol",
        (
            _i4("pdgid", "m_particleID"),
            _i4("index", "m_trackIndex"),
            _i4("mother", "m_mother", default=-1),  # trackIndex of the mother; negative = none
            Column("flags", U4, 1, ("m_statusFlags",)),  # PRIMARY 4, LEAF 8, DECAYED 1, DECAYFLT 2, ERROR 16
            _f8(
                "p4",
                "m_xInitialMomentum",
                "m_yInitialMomentum",
                "m_zInitialMomentum",
                "m_eInitialMomentum",
                width=4,
            ),
            _f8(
                "start",
                "m_xInitialPosition",
                "m_yInitialPosition",
                "m_zInitialPosition",
                "m_tInitialPosition",
                width=4,
            ),
            _f8(
                "end", "m_xFinalPosition", "m_yFinalPosition", "m_zFinalPosition", "m_tFinalPosition", width=4
            ),
        ),
    ),
    # What follows may be empty although the event has it: files written without it, toy events.
    Collection(
        "vee",  # K_S, Lambda, anti-Lambda from two tracks
        "TEvtRecObject/m_evtRecVeeVertexCol",
        (
            _i4("id", "m_vertexId"),
            _i4("type", "m_vertexType"),
            _f8("chi2"),
            _i4("ndof"),
            _f8("mass"),
            _f8("w", width=7),  # px, py, pz, E, x, y, z
            Column("error", F8, 49, ("m_Ew",), order=_VEE_ERROR),  # 7x7
            _i4("pair", width=2),  # 1 e, 2 mu, 3 pi, 4 K, 5 p
            _i4("n_charge", "m_nCharge"),
            _i4("n_tracks", "m_nTracks"),
            _i4("daughter", width=2, default=-1),  # positions in `track`
        ),
    ),
    Collection("pi0", "TEvtRecObject/m_evtRecPi0Col", _PAIR),
    Collection("eta", "TEvtRecObject/m_evtRecEtaToGGCol", _PAIR),
    Collection(
        "primary_vertex",  # at most one row
        "TEvtRecObject/m_evtRecPrimaryVertex",
        (
            _i4("valid", "m_isValid"),
            _i4("n_tracks", "m_nTracks"),
            _f8("chi2"),
            _i4("ndof"),
            _i4("fit_method", "m_fitMethod"),
            _f8("position", "m_vtx", width=3),
            _f8("error", "m_Evtx", width=9),  # 3x3, unpacked by the reader
        ),
    ),
    Collection("primary_track", "TEvtRecObject/m_evtRecPrimaryVertex", (_i4("id", "m_trackIdList"),)),
    Collection(
        "trigger",  # at most one row; none in simulation
        "TTrigEvent/m_trigData",
        (
            _i4("condition", "m_trigcond", width=48),
            _i4("channel", "m_trigChan", width=16),
            _i4("window", "m_timeWindow"),
            _i4("timing", "m_Timing"),
            _i4("prescale", "m_preScale"),
        ),
    ),
    # Hits that a generated particle (`mc`: its `mc.index`) shares with a track (`mdc`: its `mdc.id`) or a shower
    # (`emc`: its position); sorted by particle.
    Collection(
        "mdc_match",
        "EventNavigator/m_mcMdcTracks",
        (_i4("mc", width=1), _i4("mdc", width=1), _i4("hits", width=1)),
    ),
    Collection(
        "emc_match",
        "EventNavigator/m_mcEmcRecShowers",
        (_i4("mc", width=1), _i4("emc", width=1, default=-1), _i4("hits", width=1)),
    ),
)

BY_NAME: dict[str, Collection] = {collection.name: collection for collection in COLLECTIONS}
#: Collections that a file may lack: older event files, DSTs of real data or without the producer.
OPTIONAL = frozenset({"vee", "pi0", "eta", "primary_vertex", "primary_track", "trigger", "mdc_match", "emc_match"})
