"""Mistakes that a selection could make and the comparison must find: the mutants of SEMANTICS, planted in a second judge.

Each mutant changes the evaluator as a wrong code generator would change the package; on toy events the comparison with the right one
must report a difference that counts. Mutants of generated C++ are in `test_cross_check.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pytest
from semantics_records import recorded
from semantics_samples import (
    NUM,
    Maker,
    call,
    charged_tracks,
    compare,
    constant,
    kinematic_fit,
    outputs,
    p4,
    photons,
    pid,
    program,
    variable,
    vertex_fit,
)

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.ir.candidates import Choice, Choose
from dsl4bes.ir.expr import Binder, Each, Pick, Reduce, Reduction
from dsl4bes.ir.fits import KinematicFit
from dsl4bes.ir.primitives import Column, Cut, FillTuple, Require
from dsl4bes.ir.program import Block, Program
from dsl4bes.ir.types import Kind, Shape, Species, Type
from dsl4bes.semantics import combine, expressions, fits
from dsl4bes.semantics.compare import Report
from dsl4bes.semantics.compare import compare as cross
from dsl4bes.semantics.detector import Detector
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.evaluate import Evaluator
from dsl4bes.semantics.settings import Options

KAONS, PIONS = "J/psi -> K+ K- pi0", "J/psi -> pi+ pi- pi0"
DISPLACED = "J/psi -> K_S0 K+ pi-"  # tracks that are not good, with showers beside them


@lru_cache(maxsize=4)
def events(decay: str, n: int = 400) -> Batch:
    return toy_events(decay, n, 31, options=ToyOptions(extra_photons=1.5, tof_missing=0.2, split_offs=0.4))


@lru_cache(maxsize=4)
def selection(decay: str = PIONS) -> Program:
    """Tracks, photons, identification, a common vertex and a 4C fit, with everything that the mutants touch in the tuple."""
    kaons = decay == KAONS
    make = Maker()
    tracks, good = charged_tracks(make)
    showers, gam = photons(make)
    species, names = (Species.K, ("kp", "km")) if kaons else (Species.PI, ("pip", "pim"))
    identified, plus, minus = pid(make, good, species, names)
    vertex_block, vertex = vertex_fit(make, plus, minus)
    fit_block, fit = kinematic_fit(
        make, "fit4c", vertex, gam, mass_before=(0.05, 0.3), chi2=200.0, ceiling=400.0
    )
    first = Pick(type=Type(Kind.PARTICLE), list=plus, rank=None)
    early = FillTuple(
        name="tracks",
        columns=(
            Column("cos", call("cos", p4(first))), Column("p", call("p", p4(first))), Column("tof", call("tof", first)),
        ),
    )  # fmt: skip
    x = Binder("x", good)
    late = Reduce(
        type=NUM, reduction=Reduction.COUNT,
        over=Each(type=Type(Kind.FLAG, shape=Shape.LIST), binders=(x,), body=compare(call("tof", variable(x)), ">", constant(0.0))),
    )  # fmt: skip
    times = Require(cut=Cut("times"), condition=compare(late, "==", constant(2.0)))
    blocks = [
        tracks, showers, identified, Block("tracks", "ntuple", (early,)), vertex_block, fit_block, Block("times", "require", (times,)),
    ]  # fmt: skip
    made = outputs(make, fit, gam) if not kaons else ()
    return program(make, blocks, made)


def judged(
    program: Program, batch: Batch, mutant: Callable[[], Any] | None, mutated: Program | None = None
) -> Report:
    right = Evaluator(program, Options())
    outcome = right.run(batch)
    if mutant is None:
        wrong = Evaluator(mutated or program, Options()).run(batch)
    else:
        with mutant():
            wrong = Evaluator(mutated or program, Options()).run(batch)
    return cross(outcome, recorded(wrong), evaluator=right)


@contextmanager
def changed(owner: Any, name: str, value: Any) -> Iterator[None]:
    """`owner.name` is `value` inside."""
    before = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def detected(name: str, function: Callable[[Detector], Any]):
    """Another way to compute a fact of the detector, once per batch like the right one."""
    made = cached_property(function)
    made.__set_name__(Detector, name)
    return changed(Detector, name, made)


def pion_helix():
    return detected(
        "kalman_helix",
        (lambda self: np.repeat(self.linked("kal", "helix").reshape(-1, 5, 5)[:, 2:3], 5, axis=1)),
    )  # fmt: skip


def permuted_covariance():
    order = [0, 2, 1, 3, 4]  # phi0 and kappa exchanged
    return detected(
        "kalman_error",
        (lambda self: self.linked("kal", "error").reshape(-1, 5, 5, 5)[:, :, order][:, :, :, order]),
    )  # fmt: skip


def isolation_from_good_tracks():
    right = Detector.__dict__["isolation"].func

    def only_good(self: Detector) -> list[float]:
        batch = self.batch
        volume = batch.columns["ext.emc_volume"].copy()
        vr, vz = (np.array(values) for values in self.mdc_approach)
        bad = ~((abs(vr) < 1) & (abs(vz) < 10))
        ext = self.link("ext")
        volume[ext[bad & (ext >= 0)]] = -1
        columns = {**batch.columns, "ext.emc_volume": volume}
        return right(Detector(replace(batch, columns=columns), self.options))

    return detected("isolation", only_good)


def nanoseconds_for_ticks():
    right = Detector.emc
    return changed(
        Detector, "emc",
        lambda self, column: [50.0 * t for t in right(self, column)] if column == "time" else right(self, column),
    )  # fmt: skip


def stale_pid_type():
    """What is read after ParticleID without setting the type again: the last one it used, the proton."""
    right = Detector.__dict__["kalman_p4"].func

    return detected("kalman_p4", lambda self: [right(self)[4]] * 5)


def unsigned_cosine():
    from dsl4bes.semantics import functions

    right = functions.PLAIN["cos"]
    table = {**functions.PLAIN, "cos": lambda v: abs(right(v))}
    return changed(functions, "PLAIN", table)


def shared_showers():
    def twice(state, fit, max_photons, taken=frozenset(), most=None):
        entries = [combine._entries(state, role, max_photons) for role in fit.roles]
        if not all(entries):
            return
        if len(entries) != 4:
            yield from right(state, fit, max_photons, taken, most)
            return
        for photon in entries[2]:
            chosen = [entries[0][0], entries[1][0], photon, photon]
            yield False, {role.name: particle for role, particle in zip(fit.roles, chosen)}
        yield from right(state, fit, max_photons, taken, most)

    right = combine.combinations
    return changed(combine, "combinations", twice)


def low_ceiling():
    right = fits.kinematic_fitting

    def lower(step: KinematicFit, context: Context):
        settings = replace(step.settings, ceiling=replace(step.settings.ceiling, value=8.0))
        return right(replace(step, settings=settings), context)

    return changed(fits, "kinematic_fitting", lower)


def half_angle():
    return changed(Context, "beam", property(lambda self: (self.ecms * 0.022 / 4, 0.0, 0.0, self.ecms)))


def absent_passes():
    """A missing time of flight read as it is in the record or as zero instead of asking whether it is there."""
    right = Detector.__dict__["tof"].func
    return detected(
        "tof",
        (lambda self: [9999.0 if t != t else t for t in right(self)]),  # noqa: PLR0124
    )


def heavier_hypothesis_mass():
    """The pion's helix with the kaon's mass: the mistake of a hand-written 4C fit."""
    right = expressions.species_of
    return changed(expressions, "species_of", lambda symbol: 2 if right(symbol) == 3 else right(symbol))


MUTANTS: dict[str, tuple[str, Callable[[], Any]]] = {
    "kaon helix under the pion hypothesis": (KAONS, pion_helix),
    "permuted covariance": (PIONS, permuted_covariance),
    "isolation from good tracks": (DISPLACED, isolation_from_good_tracks),
    "ticks taken for ns": (PIONS, nanoseconds_for_ticks),
    "stale pid type": (PIONS, stale_pid_type),
    "unsigned cos": (PIONS, unsigned_cosine),
    "a shower used twice": (PIONS, shared_showers),
    "chi2 ceiling left low": (PIONS, low_ceiling),
    "crossing angle halved": (PIONS, half_angle),
    "absent time of flight passing": (PIONS, absent_passes),
    "wrong species of a list": (KAONS, heavier_hypothesis_mass),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    decay, mutant = MUTANTS[name]
    report = judged(selection(decay), events(decay), mutant)
    assert not report.agrees, f"nothing noticed: {name}"
    assert report.first is not None and str(report.first)


@pytest.mark.parametrize("decay", [PIONS, KAONS])
def test_without_a_mutant_nothing_is_found(decay):
    report = judged(selection(decay), events(decay), None)
    assert report.agrees and not report.tolerated


def test_choose_before_a_cut_that_was_written_above_it():
    """The window of the candidates moved behind the choice."""
    right = selection()

    def swapped(step: Any) -> Any:
        if not isinstance(step, KinematicFit):
            return step
        return replace(step, before=(), after=(*step.before, *step.after))

    wrong = replace(
        right,
        blocks=tuple(replace(block, steps=tuple(swapped(s) for s in block.steps)) for block in right.blocks),
    )
    assert not judged(right, events(PIONS), None, wrong).agrees


def test_largest_instead_of_smallest_chi2():
    right = selection()

    def worst(step: Any) -> Any:
        if not isinstance(step, KinematicFit):
            return step
        return replace(step, choose=Choose(Choice.MAXIMUM, step.choose.key))

    wrong = replace(
        right,
        blocks=tuple(replace(block, steps=tuple(worst(s) for s in block.steps)) for block in right.blocks),
    )
    assert not judged(right, events(PIONS), None, wrong).agrees


def test_a_cut_compared_with_at_most_instead_of_less():
    """On random events, whose values lie at and beside the usual cuts, a closed edge for an open one is seen."""
    from dsl4bes.events.toy import random_batch

    make = Maker()
    _, gam = photons(make, at_least=0)
    everything = Binder("x", gam)

    def chosen(operator: str) -> Program:
        fresh = Maker()
        block, _ = photons(fresh, at_least=0)
        select = block.steps[1]
        energy = compare(call("e", p4(variable(everything))), operator, fresh.number("edge", 0.05))
        step = replace(select, binder=everything, condition=energy)
        count = block.steps[2]
        return program(
            fresh,
            [
                Block(
                    "photons",
                    "photons",
                    (block.steps[0], step, replace(count, condition=_odd(count.condition))),
                )
            ],
        )

    report = judged(chosen(">"), random_batch(3, 2000), None, chosen(">="))
    assert not report.agrees


def _odd(condition):
    """An odd number of entries: any change of one entry turns the cut."""
    return compare(call("mod", condition.left, constant(2.0)), "==", constant(1.0))
