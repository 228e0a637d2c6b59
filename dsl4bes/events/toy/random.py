"""Random events without physics: every valid structure that a reader could ever deliver, and every edge of
a cut.

In: a seed, a number. Out: a `Batch` whose links, dtypes and covariances are valid and whose values are
anything. Meant for property tests: empty events, tracks that share a shower, missing links of every kind,
no Kalman track, absent TOF, end-cap records of several paths, photons on and beside the usual cuts, late
and equal times, equal energies, more photons than the cap, helices that differ by hypothesis. No NaN and no
infinity; nothing here resembles a spectrum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsl4bes.events.batch import Batch, event_of_row, offsets_from_counts
from dsl4bes.events.columns import BY_NAME
from dsl4bes.events.toy import identification as tof_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Rng = np.random.Generator

_MISSING = 0.2
#: Values at and beside the usual cuts: shower energies (GeV), |cos theta|, ticks.
_ENERGIES = (0.0, 0.025, 0.0250001, 0.04, 0.05, 0.0500001, 1e-6, 3.0)
_COSINES = (0.0, 0.7999, 0.8001, 0.8599, 0.8601, 0.9199, 0.9201, 0.93, -0.8001, -0.8601, -0.9199, 0.99)
_TICKS = (0, 7, 13, 14, 15, 30, -1)
_PDG = (22, 211, -211, 321, -321, 2212, -2212, 11, -11, 13, -13, 111, 310, 3122, 443, 23)
_CM_PER_NS = 29.9792458


def random_events(seed: int, n: int) -> Batch:
    """`n` random events; the same for the same seed."""
    import numpy as np

    rng = np.random.default_rng([seed, 20])
    counts = {
        name: rng.integers(0, high, n)
        for name, high in {"mdc": 7, "kal": 7, "dedx": 7, "ext": 7, "muc": 5, "tof": 12, "mc": 15}.items()
    }
    few = rng.integers(0, 12, n)
    counts["emc"] = np.where(rng.uniform(size=n) < 0.1, few + 25, few)
    counts["track"] = rng.integers(0, 8, n) + counts["emc"]
    offsets: dict[str, Any] = {name: offsets_from_counts(values) for name, values in counts.items()}
    columns: dict[str, Any] = {
        "event.run": np.where(rng.uniform(size=n) < 0.5, -1, 1) * rng.integers(1, 90000, n),
        "event.number": np.arange(n),
        "event.n_charged": counts["track"] - counts["emc"],
        "event.n_neutral": counts["emc"],
    }
    _ids(counts, offsets, columns)
    _tracks(rng, counts, offsets, columns)
    _helices(rng, counts, columns)
    _showers(rng, int(counts["emc"].sum()), columns)
    _tof(rng, counts, offsets, columns)
    _rest(rng, counts, columns)
    batch = Batch.build(n, offsets, columns, 0, f"random: seed {seed}")
    batch.validate()
    return batch


def _ids(counts: dict[str, Ints], offsets: dict[str, Any], columns: dict[str, Any]) -> None:
    import numpy as np

    for name, values in counts.items():
        if any(column.name == "id" for column in BY_NAME[name].columns):
            columns[f"{name}.id"] = np.arange(values.sum()) - np.repeat(offsets[name][:-1], values)


def _tracks(rng: Rng, counts: dict[str, Ints], offsets: dict[str, Any], columns: dict[str, Any]) -> None:
    """Links at random: shared, missing, and for neutral rows the showers in a random order."""
    import numpy as np

    event = event_of_row(offsets["track"])
    total = len(event)
    position = np.arange(total) - offsets["track"][event]
    charged = position < columns["event.n_charged"][event]
    for name in ("mdc", "kal", "dedx", "ext", "emc", "muc"):
        size = counts[name][event]
        link = (rng.uniform(size=total) * size).astype(int)
        missing = (size == 0) | (rng.uniform(size=total) < _MISSING)
        owner = charged if name != "emc" else np.ones(total, bool)
        columns[f"track.{name}"] = np.where(missing | ~owner, -1, link)
    # each shower once among the neutral rows
    neutral = np.flatnonzero(~charged)
    shuffled = np.lexsort((rng.uniform(size=len(neutral)), event[neutral]))
    rank = np.arange(len(neutral)) - offsets["emc"][event[neutral]]
    columns["track.emc"][neutral[shuffled]] = rank
    hits = np.where(charged & (rng.uniform(size=total) > _MISSING), rng.integers(0, 5, total), 0)
    hits = np.where(counts["tof"][event] == 0, 0, hits)
    per_event = np.bincount(event, weights=hits, minlength=len(counts["track"])).astype(int)
    offsets["tof_link"] = offsets_from_counts(per_event)
    first = offsets_from_counts(hits)[:-1] - offsets["tof_link"][event]
    columns["track.tof_count"] = hits
    columns["track.tof_first"] = np.where(hits > 0, first, -1)
    linked = counts["tof"][event_of_row(offsets["tof_link"])]
    columns["tof_link.tof"] = (rng.uniform(size=len(linked)) * linked).astype(int)


def _helices(rng: Rng, counts: dict[str, Ints], columns: dict[str, Any]) -> None:
    """Any helix with p_T from 0.05 to 2 GeV; covariances are products of random factors, so positive
    definite."""
    import numpy as np

    mdc, kal = int(counts["mdc"].sum()), int(counts["kal"].sum())
    columns["mdc.helix"] = _helix(rng, mdc)
    columns["mdc.error"] = _covariance(rng, mdc).reshape(mdc, 25)
    columns["mdc.chi2"], columns["mdc.ndof"] = rng.exponential(30, mdc), rng.integers(5, 40, mdc)
    base = np.repeat(_helix(rng, kal)[:, None, :], 5, axis=1)
    columns["kal.helix"] = (base * (1 + 0.02 * rng.standard_normal((kal, 5, 5)))).reshape(kal, 25)
    columns["kal.error"] = _covariance(rng, 5 * kal).reshape(kal, 125)
    columns["kal.stat"] = (rng.uniform(size=(kal, 5)) < 0.05).astype(int)
    columns["kal.chi2"] = rng.exponential(30, (kal, 5))
    columns["kal.ndof"] = rng.integers(5, 40, (kal, 5))


def _helix(rng: Rng, count: int) -> Floats:
    import numpy as np

    far = np.where(rng.uniform(size=count) < 0.3, 10.0, 0.3)
    charge = rng.choice([-1.0, 1.0], count)
    return np.stack(
        [
            far * rng.standard_normal(count),
            rng.uniform(0, 2 * np.pi, count),
            charge / rng.uniform(0.05, 2.0, count),
            3 * far * rng.standard_normal(count),
            rng.standard_normal(count) * 1.5,
        ],
        axis=1,
    )


def _covariance(rng: Rng, count: int) -> Floats:
    import numpy as np

    widths = np.array([0.015, 0.002, 0.006, 0.15, 0.005]) * rng.uniform(0.5, 2, (count, 5))
    factor = np.tril(rng.standard_normal((count, 5, 5)), -1) * 0.5 + np.eye(5)
    factor = widths[:, :, None] * factor
    return np.asarray(factor @ np.swapaxes(factor, 1, 2))


def _showers(rng: Rng, count: int, columns: dict[str, Any]) -> None:
    import numpy as np

    plain = rng.uniform(size=count) < 0.6
    energy = np.where(plain, rng.exponential(0.3, count), rng.choice(_ENERGIES, count))
    cos = np.where(plain, rng.uniform(-0.95, 0.95, count), rng.choice(_COSINES, count))
    phi = rng.uniform(0, 2 * np.pi, count)
    sin = np.sqrt(1 - cos**2)
    radius = np.minimum(94.0 / np.maximum(sin, 1e-6), 139.0 / np.maximum(np.abs(cos), 1e-6))
    columns["emc.x"], columns["emc.y"] = radius * sin * np.cos(phi), radius * sin * np.sin(phi)
    columns["emc.z"] = radius * cos
    columns["emc.energy"] = energy
    columns["emc.denergy"] = 0.03 * energy + 0.002
    columns["emc.dtheta"] = rng.uniform(0.003, 0.03, count)
    columns["emc.dphi"] = rng.uniform(0.003, 0.03, count)
    columns["emc.time"] = np.where(plain, rng.integers(0, 60, count), rng.choice(_TICKS, count))
    columns["emc.module"] = np.where(np.abs(cos) < 0.83, 1, np.where(cos > 0, 0, 2))
    columns["emc.hits"] = rng.integers(0, 40, count)
    for name in ("seed", "e3x3", "e5x5", "second_moment", "lat_moment", "a20_moment", "a42_moment"):
        columns[f"emc.{name}"] = rng.uniform(0, 1, count) * energy
    factor = rng.standard_normal((count, 3, 3)) + 2 * np.eye(3)
    columns["emc.error"] = (factor @ np.swapaxes(factor, 1, 2)).reshape(count, 9)


def _tof(rng: Rng, counts: dict[str, Ints], offsets: dict[str, Any], columns: dict[str, Any]) -> None:
    """Records of every kind: both barrel layers, both at once, ends, end-caps, without a time, of bad
    quality."""
    import numpy as np

    count = int(counts["tof"].sum())
    words = [
        tof_words.barrel_counter(1),
        tof_words.barrel_counter(2),
        tof_words.BARREL_BOTH,
        *tof_words.barrel_ends(1),
        *tof_words.barrel_ends(2),
        *tof_words.ENDCAP_MRPC.values(),
        *tof_words.ENDCAP_SCINTILLATOR.values(),
        *tof_words.MRPC_ENDS,
        tof_words.NO_HIT_STATUS,
    ]
    status = rng.choice(words, count)
    path = rng.uniform(70, 200, count)
    texp = path[:, None] / _CM_PER_NS * (1 + rng.exponential(0.2, (count, 5)))
    absent = (status == tof_words.NO_HIT_STATUS) | (rng.uniform(size=count) < 0.1)
    columns["tof.status"] = status
    columns["tof.track_id"] = rng.integers(0, 7, count)
    columns["tof.tof_id"] = np.where(absent, -9, rng.integers(0, 800, count))
    columns["tof.path"] = np.where(absent, 0.0, path)
    columns["tof.texp"] = texp
    own = texp[np.arange(count), rng.integers(0, 5, count)]
    columns["tof.tof"] = np.where(absent, 9999.0, own + 0.1 * rng.standard_normal(count))
    columns["tof.quality"] = np.where(rng.uniform(size=count) < 0.1, 10, 1)
    columns["tof.toffset"] = 0.03 * rng.standard_normal((count, 6))
    columns["tof.sigma"] = np.where(
        rng.uniform(size=(count, 1)) < 0.1, 0.0, rng.uniform(0.06, 0.2, (count, 6))
    )
    columns["tof.beta"] = path / np.maximum(own, 0.1) / _CM_PER_NS
    columns["tof.zrhit"] = rng.uniform(-115, 115, count)
    columns["tof.ph"] = rng.uniform(100, 3000, count)


def _rest(rng: Rng, counts: dict[str, Ints], columns: dict[str, Any]) -> None:
    """dedx, ext, muc and mc."""
    import numpy as np

    dedx, ext, muc, mc = (int(counts[name].sum()) for name in ("dedx", "ext", "muc", "mc"))
    columns["dedx.chi"] = 3 * rng.standard_normal((dedx, 5))
    columns["dedx.good_hits"] = rng.integers(0, 35, dedx)
    columns["dedx.total_hits"] = columns["dedx.good_hits"] + rng.integers(0, 12, dedx)
    columns["dedx.norm_ph"] = rng.uniform(0.3, 3.0, dedx)
    volume = rng.choice([0, 0, 0, 12, -1, -2], ext)
    reached = (volume != -1)[:, None]
    columns["ext.emc_volume"] = volume
    columns["ext.emc_position"] = np.where(reached, 94 * rng.standard_normal((ext, 3)) + 0.1, -99.0)
    columns["ext.emc_momentum"] = np.where(reached, rng.standard_normal((ext, 3)), -99.0)
    columns["muc.depth"] = np.where(rng.uniform(size=muc) < 0.3, -9.9, rng.uniform(0, 60, muc))
    columns["muc.layers"] = rng.integers(0, 9, muc)
    columns["muc.hits"] = columns["muc.layers"] + rng.integers(0, 3, muc)
    columns["muc.chi2"], columns["muc.dof"] = rng.exponential(3, muc), rng.integers(0, 6, muc)
    columns["muc.track_id"] = rng.integers(0, 7, muc)
    index = np.arange(mc) - np.repeat(offsets_from_counts(counts["mc"])[:-1], counts["mc"])
    columns["mc.index"] = index
    columns["mc.pdgid"] = rng.choice(_PDG, mc)
    # a mother comes before its daughters; the first has none
    columns["mc.mother"] = np.where(index == 0, -99, (rng.uniform(size=mc) * index).astype(int))
    columns["mc.flags"] = np.where(index == 0, 5, rng.choice([1, 9, 2, 13], mc))
    momentum = rng.standard_normal((mc, 3))
    energy = np.linalg.norm(momentum, axis=1) + rng.exponential(0.5, mc)
    columns["mc.p4"] = np.concatenate([momentum, energy[:, None]], axis=1)
    columns["mc.start"] = 0.1 * rng.standard_normal((mc, 4))
    columns["mc.end"] = 10 * rng.standard_normal((mc, 4))
