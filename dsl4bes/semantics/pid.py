"""Particle identification from the stored dE/dx chi and the TOF records: probability and likelihood of five hypotheses.

In: a track's row, a `PidSpec`. Out: `PidResult`: validity, probability (or density), likelihood fraction, chi per subsystem.
A subsystem is a measurement of five chi with a resolution; a method combines those that count. The rules (which record, which
resolution, which subsystem counts) are facts of ParticleID in BOSS 7.0.4; the formulation is ours.
Systems that need calibration constants (EMC, MUC, TofC, TofCorr) have no measurement here, but do what they do to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, isfinite, isnan, nan, pi, sqrt
from typing import TYPE_CHECKING

from dsl4bes.ir.expr import PidQuantity
from dsl4bes.ir.primitives import PidMethod, PidSpec, PidSystem
from dsl4bes.semantics import detector as facts
from dsl4bes.semantics.detector import Detector
from dsl4bes.semantics.errors import Unsupported

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

_COMMON = 0.041  #: ns, the part of the resolution that both barrel layers share (start time)
_CLOSE = 4.0  #: a subsystem counts only if some hypothesis is within so many sigma
_WORSE = 1.2  #: resolution of pi, K, p relative to the stored one, which is that of leptons
_LIGHT = 299.792458  #: mm/ns
_MIN_DEDX_HITS = 5
_TOF_SYSTEMS = {PidSystem.TOF, PidSystem.TOF1, PidSystem.TOF2}

#: Resolution of an MRPC strip, ns: constant and term divided by the momentum in GeV, strips 0 to 11.
_STRIPS = (
    (0.16, 0.0), (0.051094, 0.019467), (0.056019, 0.012964), (0.043901, 0.015933), (0.049750, 0.010473), (0.048345, 0.008545),
    (0.046518, 0.009038), (0.048803, 0.007251), (0.047523, 0.008434), (0.042187, 0.010307), (0.050337, 0.005951),
    (0.054740, 0.005629),
)  # fmt: skip


#: chi per hypothesis, by subsystem.
Chis = dict[PidQuantity, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Five distances from what is expected, and their resolutions, in one unit."""

    offset: tuple[float, ...]
    sigma: tuple[float, ...]

    @property
    def chi(self) -> tuple[float, ...]:
        return tuple(o / s for o, s in zip(self.offset, self.sigma))

    @property
    def near(self) -> bool:
        return min(abs(c) for c in self.chi) <= _CLOSE

    @property
    def density(self) -> tuple[float, ...]:
        return tuple(exp(-0.5 * (o / s) ** 2) / (s * sqrt(2 * pi)) for o, s in zip(self.offset, self.sigma))


@dataclass(frozen=True, slots=True)
class PidResult:
    """Per hypothesis e, mu, pi, K, p. `value`: probability or density; everything NaN where ParticleID has nothing."""

    valid: bool
    value: tuple[float, ...]
    fraction: tuple[float, ...]
    chi: Chis


_NOTHING = (nan,) * 5


def identify(detector: Detector, row: int, spec: PidSpec) -> PidResult:
    """Run the identification of one track."""
    systems = set(spec.systems)
    use_tof = bool(_TOF_SYSTEMS & systems) and PidSystem.TOFC not in systems  # TofC replaces the barrel
    dedx = _dedx(detector, row) if PidSystem.DEDX in systems else None
    layers = [_barrel(detector, row, number) if use_tof else None for number in (1, 2)]
    barrel = _together(*layers)
    use_endcap = PidSystem.TOFE in systems and PidSystem.TOFCORR not in systems  # TofCorr does without the end-cap's
    endcap = _endcap(detector, row) if use_endcap else None
    chi = {
        PidQuantity.CHI_DEDX: dedx.chi if dedx else _NOTHING,
        PidQuantity.CHI_TOF: barrel.chi if barrel else _NOTHING,
        PidQuantity.CHI_TOF1: layers[0].chi if barrel and layers[0] else _NOTHING,
        PidQuantity.CHI_TOF2: layers[1].chi if barrel and layers[1] else _NOTHING,
        PidQuantity.CHI_TOFE: endcap.chi if endcap else _NOTHING,
    }
    asked = [species.index for species in spec.hypotheses]
    # the end-cap counts in the probability only, and only where the barrel was asked for too
    counted = [dedx, barrel, endcap if use_tof else None]
    if spec.method is PidMethod.PROBABILITY:
        return _probability(counted, asked, chi)
    charge = PidSystem.TOFQ in systems and not isnan(_momentum(detector, row)) and detector.tof_rows(row)
    return _likelihood(dedx, barrel, asked, chi, 0.0 if charge else 1.0)


def _probability(counted: Sequence[Measurement | None], asked: list[int], chi: Chis) -> PidResult:
    used = [m for m in counted if m and any(abs(m.chi[i]) < _CLOSE for i in asked)]
    if not used:
        return PidResult(False, _NOTHING, _NOTHING, chi)
    value = tuple(survival(sum(m.chi[i] ** 2 for m in used), len(used)) for i in range(5))
    return PidResult(True, value, _NOTHING, chi)


def _likelihood(
    dedx: Measurement | None, barrel: Measurement | None, asked: list[int], chi: Chis, factor: float
) -> PidResult:
    """Densities multiply; hypotheses that were not asked for have none. dE/dx enters as a density in chi, TOF in ns.

    `factor`: the pulse height in the TOF has density 0 in BOSS wherever there is a TOF record.
    """
    used = []
    for measurement in (dedx, barrel):
        if measurement and any(exp(-0.5 * measurement.chi[i] ** 2) > 0 for i in asked):
            used.append(measurement.density)
    if not used:
        return PidResult(False, _NOTHING, _NOTHING, chi)
    value = []
    for i in range(5):
        product = factor if i in asked else 0.0
        for density in used:
            product *= density[i]
        value.append(product)
    total = sum(value)
    fraction = tuple(v / total for v in value) if total > 0 else _NOTHING
    return PidResult(True, tuple(value), fraction, chi)


def survival(chi2: float, ndf: int) -> float:
    """Probability of a larger chi2, for one, two or three degrees of freedom (closed forms)."""
    if isnan(chi2):
        return nan
    if ndf == 1:
        return erfc(sqrt(0.5 * chi2))
    if ndf == 2:
        return exp(-0.5 * chi2)
    if ndf == 3:
        return erfc(sqrt(0.5 * chi2)) + sqrt(2 * chi2 / pi) * exp(-0.5 * chi2) if chi2 < inf else 0.0
    raise Unsupported(f"{ndf} subsystems")


def _momentum(detector: Detector, row: int) -> float:
    """Of the MDC track, which is what ParticleID uses; NaN without one."""
    px, py, pz, _ = detector.mdc_p4[row]
    return sqrt(px * px + py * py + pz * pz) if not isnan(px) else nan


def _dedx(detector: Detector, row: int) -> Measurement | None:
    if not detector.has_dedx[row] or not _momentum(detector, row) <= 5:
        return None
    link = int(detector.link("dedx")[row])
    batch = detector.batch
    if not 0 <= batch["dedx.norm_ph"][link] <= 30 or batch["dedx.good_hits"][link] < _MIN_DEDX_HITS:
        return None
    found = Measurement(tuple(batch["dedx.chi"][link].tolist()), (1.0,) * 5)
    return found if found.near else None


def _barrel(detector: Detector, row: int, number: int) -> Measurement | None:
    """One barrel layer: exactly one counter record, and a time that makes sense for the momentum."""
    batch = detector.batch
    p = _momentum(detector, row)
    records = []
    for r in detector.tof_rows(row):
        status = int(batch["tof.status"][r])
        if facts.is_barrel(status) and facts.is_counter(status) and facts.layer(status) == number:
            records.append(r)
    if isnan(p) or len(records) != 1:
        return None
    (r,) = records
    time, path = float(batch["tof.tof"][r]), 10.0 * float(batch["tof.path"][r])
    if time <= 0 or path == 0:
        return None
    mass2 = p * p * ((_LIGHT * time / path) ** 2 - 1)
    if not -1 <= mass2 <= 20:
        return None
    stored = float(batch["tof.sigma"][r][0])
    sigma = tuple(stored if i < 2 else _WORSE * stored for i in range(5)) if stored else (0.110,) * 5
    found = Measurement(_offsets(batch, r), sigma)
    return found if found.near else None


def _offsets(batch: Batch, record: int) -> tuple[float, ...]:
    expected, shift = batch["tof.texp"][record], batch["tof.toffset"][record]
    return tuple(float(batch["tof.tof"][record] - expected[i] - shift[i]) for i in range(5))


def _together(first: Measurement | None, second: Measurement | None) -> Measurement | None:
    """Both barrel layers: the mean of least variance of two measurements that share the start time."""
    if first is None or second is None:
        return first or second
    offsets, sigmas = [], []
    common = _COMMON**2
    for o1, o2, s1, s2 in zip(first.offset, second.offset, first.sigma, second.sigma):
        v1, v2 = s1 * s1, s2 * s2
        spread = v1 + v2 - 2 * common
        offsets.append(((v2 - common) * o1 + (v1 - common) * o2) / spread)
        sigmas.append(sqrt(max(v1 * v2 - common * common, 0.0) / spread) if spread > 0 else nan)
    found = Measurement(tuple(offsets), tuple(sigmas))
    return found if all(isfinite(c) for c in found.chi) and found.near else None


def _endcap(detector: Detector, row: int) -> Measurement | None:
    """The end-cap: a single complete record, or the combined one of three MRPC records. No test of nearness here."""
    batch = detector.batch
    records = detector.tof_rows(row)
    p = _momentum(detector, row)
    record = _endcap_record([(r, int(batch["tof.status"][r])) for r in records])
    if isnan(p) or record is None or batch["tof.tof"][record] <= 0:
        return None
    status = int(batch["tof.status"][record])
    if facts.is_mrpc(status):
        strip = int(batch["tof.tof_id"][record])
        constant, slope = _STRIPS[strip % 12] if strip >= 0 else (0.065, 0.0)
        sigma: tuple[float, ...] = (constant + slope / max(p, 0.05),) * 5
    else:
        stored = float(batch["tof.sigma"][record][0])
        sigma = tuple(stored if i < 2 else _WORSE * stored for i in range(5)) if stored > 0 else (0.12,) * 5
    return Measurement(_offsets(batch, record), sigma)


def _endcap_record(records: list[tuple[int, int]]) -> int | None:
    if len(records) == 1:
        r, status = records[0]
        complete = facts.is_readout(status) and facts.is_counter(status) and facts.is_cluster(status)
        return r if complete and not facts.is_raw(status) else None
    if len(records) != 3:
        return None
    chosen = None
    for r, status in records:
        if facts.is_raw(status):
            continue
        if not facts.is_mrpc(status):
            return None
        if not facts.is_readout(status) and facts.is_counter(status) and facts.is_cluster(status):
            chosen = r
    return chosen
