"""The support functions a generated source may contain: what each needs, and in which order they are written.

In: nothing. Out: the table `HELPERS` and `closure`, which adds what the used ones call. A helper is one template
`templates/support/<name>.cxx.j2` (a getter shares one template, see `GETTERS`), written once and only when used.
Names of helpers are C++ names: nothing else in the file may take them.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl4bes.cpp.record import record

_EVENT = "EvtRecEvent/EvtRecTrack.h"
_HELIX = "VertexFit/Helix.h"
_WTRACK = "VertexFit/WTrackParameter.h"
_SORT = ("<algorithm>", "<utility>")


@record
class Helper:
    """`needs`: helpers it calls; `includes`: headers beyond those of every package."""

    name: str
    needs: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


@record
class Getter:
    """A helper that reads one number of a sub-detector after its `is...Valid()`; absent otherwise."""

    name: str
    valid: str
    read: str
    comment: str


_EMC, _MUC, _DEDX = "isEmcShowerValid()", "isMucTrackValid()", "isMdcDedxValid()"

GETTERS: dict[str, Getter] = {
    getter.name: getter
    for getter in (
        Getter("emc_energy", _EMC, "emcShower()->energy()", "Energy of the particle's EMC shower (GeV)."),
        Getter(
            "emc_ticks", _EMC, "emcShower()->time()", "Time of the particle's EMC shower (ticks of 50 ns)."
        ),
        Getter(
            "emc_module", _EMC, "emcShower()->module()", "EMC part: 0 east end-cap, 1 barrel, 2 west end-cap."
        ),
        Getter("emc_e3x3", _EMC, "emcShower()->e3x3()", "Energy of 3x3 crystals around the seed (GeV)."),
        Getter("emc_e5x5", _EMC, "emcShower()->e5x5()", "Energy of 5x5 crystals around the seed (GeV)."),
        Getter("emc_seed", _EMC, "emcShower()->eSeed()", "Energy of the seed crystal (GeV)."),
        Getter(
            "emc_second_moment", _EMC, "emcShower()->secondMoment()", "Second moment of the shower (cm^2)."
        ),
        Getter("emc_lat_moment", _EMC, "emcShower()->latMoment()", "Lateral moment of the shower."),
        Getter("emc_a20_moment", _EMC, "emcShower()->a20Moment()", "Zernike moment A20 of the shower."),
        Getter("emc_a42_moment", _EMC, "emcShower()->a42Moment()", "Zernike moment A42 of the shower."),
        Getter("emc_hits", _EMC, "emcShower()->numHits()", "Number of crystals of the shower."),
        Getter("muc_depth", _MUC, "mucTrack()->depth()", "Depth of the track in the MUC (cm)."),
        Getter("muc_layers", _MUC, "mucTrack()->numLayers()", "Number of MUC layers with hits."),
        Getter("muc_hits", _MUC, "mucTrack()->numHits()", "Number of MUC hits."),
        Getter("muc_chi2", _MUC, "mucTrack()->chi2()", "chi2 of the track's fit in the MUC."),
        Getter("muc_dof", _MUC, "mucTrack()->dof()", "Degrees of freedom of the track's fit in the MUC."),
        Getter("muc_max_hits", _MUC, "mucTrack()->maxHitsInLayer()", "Largest number of hits in one MUC layer."),
        Getter("dedx_height", _DEDX, "mdcDedx()->normPH()", "Normalised pulse height of dE/dx."),
    )
}

#: In the order in which they are written (a helper stands after those it needs).
_ORDER = (
    Helper("absent"),
    Helper("infinite"),
    Helper("is_present"),
    Helper("absent_p4", ("absent",)),
    Helper("momentum_of", ("absent_p4",)),
    Helper("better", ("is_present",), ("<algorithm>", "<cmath>")),
    Helper("differs"),
    Helper("smaller_present", ("is_present",)),
    Helper("larger_present", ("is_present",)),
    Helper("lower_of", ("is_present",)),
    Helper("upper_of", ("is_present",)),
    Helper("logarithm", ("absent",)),
    Helper("chi2_probability", ("infinite",), ("TMath.h",)),
    Helper("stored", ("is_present", "infinite")),
    Helper("count"),
    Helper("contains"),
    Helper("apart", ("contains",)),
    Helper("joined"),
    Helper("only_entry"),
    Helper("position_of", ("absent",)),
    Helper("species_mass"),
    Helper("mdc_p4", ("absent_p4", "species_mass")),
    Helper("kalman_p4", ("absent_p4", "species_mass")),
    Helper("shower_p4", ("absent_p4",)),
    Helper("mdc_charge", ("absent",)),
    Helper("kalman_chi2", ("absent",)),
    Helper("kalman_helix"),
    Helper("kalman_error"),
    Helper("mdc_approach", ("absent",), (_HELIX,)),
    Helper("kalman_approach", ("absent", "kalman_helix"), (_HELIX,)),
    Helper("helix_normal", (), ("<cmath>",)),
    Helper("track_parameter", ("species_mass", "kalman_helix", "kalman_error"), (_WTRACK,)),
    *(Helper(name, ("absent",)) for name in GETTERS),
    Helper("has_emc"),
    Helper("has_muc"),
    Helper("has_dedx"),
    Helper("tof_time", ("absent",), ("DstEvent/TofHitStatus.h",)),
    Helper("isolation", ("absent", "infinite")),
    Helper("emc_angle", ("absent",)),
    Helper("conversion", ("absent", "kalman_helix"), (_HELIX,)),
    Helper("total"),
    Helper("boosted", ("absent_p4",)),
    Helper("helicity", ("absent", "boosted")),
    Helper("decay_plane", ("absent", "boosted")),
    Helper("along"),
    Helper("thrust_vector", ("absent",), _SORT),
    Helper("thrust", ("absent", "thrust_vector")),
    Helper("thrust_axis", ("thrust_vector",)),
    Helper("shape_eigenvalue", ("absent",), ("<algorithm>",)),
    Helper("fox_wolfram", ("absent",)),
    Helper("mass_variance", ("absent", "kalman_helix", "kalman_error", "species_mass")),
    Helper("trigger_channel"),
    Helper("trigger_condition"),
    Helper("in_runs", (), ("<cstdlib>", "<stdexcept>", "<string>")),
    Helper("event_fraction"),
    Helper("ranked", (), _SORT),
    Helper("showers_by_energy", ("ranked", "emc_energy")),
    Helper("tracks_by_energy", ("ranked", "kalman_p4")),
    Helper("tracks_by_momentum", ("ranked", "kalman_p4")),
    Helper("tracks_in_groups", ("ranked", "kalman_p4")),
    Helper("showers_in_groups", ("ranked", "showers_by_energy")),
    Helper("positions_in"),
    Helper("place_in"),
    Helper("photons_again"),
    Helper("tracks_again"),
    Helper("has_entry"),
    Helper("entry"),
    Helper("exchanged"),
    Helper("strongest", ("showers_by_energy",), _SORT),
    Helper("candidates_by_energy", ("ranked",)),
    Helper("strongest_candidates", ("candidates_by_energy",), _SORT),
    Helper("keep_highest"),
    Helper("generated", (), ("McTruth/McParticle.h",)),
    Helper("read_generated", ("generated",), ("<map>", "McTruth/McParticle.h")),
    Helper("descends_from", ("generated",)),
    Helper("family_of", ("descends_from",)),
    Helper("place_of", ("generated",), ("<algorithm>",)),
    Helper("decay_products", ("generated",), ("<algorithm>",)),
    Helper("decays_as", ("decay_products",)),
    Helper("find_decay", ("decays_as",)),
    Helper("role_of"),
    Helper("seen_charge"),
    Helper("matched_particle", ("generated", "seen_charge")),
    Helper("mother_of", ("generated",)),
    Helper("generated_pdgid", ("generated", "absent")),
    Helper("generated_p4", ("generated", "absent_p4")),
    Helper("common_ancestor", ("descends_from",)),
    Helper("one_decay", ("common_ancestor",)),
)

HELPERS: dict[str, Helper] = {helper.name: helper for helper in _ORDER}


def closure(used: Iterable[str]) -> tuple[Helper, ...]:
    """The used helpers and all they call, in the order of the table; an unknown name raises `KeyError`."""
    wanted: set[str] = set()
    pending = list(used)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending.extend(HELPERS[name].needs)
    return tuple(helper for helper in _ORDER if helper.name in wanted)
