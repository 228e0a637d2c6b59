"""`dsl4bes toy`: toy events in a file that `run` reads.

In: a decay or a DecFile, a number of events, a seed, settings of the beams and the noise. Out: a `.toy.npz` file. The same arguments give
the same events.
"""

from __future__ import annotations

import json as json_module
import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dsl4bes.events.toy import DecayFile, ToyOptions


def toy(
    decay: Annotated[
        str,
        typer.Argument(
            help='A decay, "J/psi -> rho(770)0 pi0"; or a DecFile (.dec) or its text, "Decay J/psi ... Enddecay".'
        ),
    ],
    events: Annotated[int, typer.Option("-n", "--events", min=0, help="How many.")] = 1000,
    output: Annotated[str, typer.Option("-o", "--output", help="File to write.")] = "toy.toy.npz",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 1,
    ecms: Annotated[
        str | None, typer.Option(help="Energy of the collisions, GeV or with a unit (default: mass of the mother).")
    ] = None,
    crossing_angle: Annotated[
        str, typer.Option("--crossing-angle", help="Full angle between the beams, rad or with a unit.")
    ] = "22 mrad",
    spread: Annotated[
        str | None, typer.Option("--spread", help="Spread of the energy, GeV or with a unit (default: 0.9 MeV).")
    ] = None,
    extra_photons: Annotated[float, typer.Option(help="Mean number of further photons.")] = 0.0,
    noise: Annotated[float, typer.Option(help="Mean number of noise showers.")] = 1.0,
    stress: Annotated[bool, typer.Option("--stress", help="Busy and broken events, to try a program on.")] = False,
    mother: Annotated[
        str | None, typer.Option(help="Where to begin in a DecFile (default: its first `Decay`).")
    ] = None,
    run: Annotated[int, typer.Option(help="Run number (negative: simulated).")] = -1000,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Generate toy events: phase space and a BESIII-like detector."""
    from dsl4bes.cli.quantity import quantity
    from dsl4bes.events.store import stored_name, write_events
    from dsl4bes.events.toy import DecayError, decay_notes, toy_batches
    from dsl4bes.ir.types import ANGLE, ENERGY

    if os.path.basename(output) in ("", ".", ".."):
        print(f"error: `-o {output}` names no file", file=sys.stderr)
        raise typer.Exit(1)
    path = stored_name(output)
    started = time.perf_counter()
    try:
        what, name = _decay(decay, mother)
        energy = None if ecms is None else quantity(ecms, ENERGY, "--ecms")
        angle = quantity(crossing_angle, ANGLE, "--crossing-angle")
        if not 0 <= angle < 1:
            raise ValueError(f"--crossing-angle is from 0 to 1 rad, not {crossing_angle}")
        options = _options(run, extra_photons, noise, stress, spread)
        notes = decay_notes(what, energy)
        batches = toy_batches(what, events, seed, energy, angle, options)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        written = write_events(path, batches, f"{name}, seed {seed}")
    except (DecayError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except OSError as error:
        print(f"error: {path} cannot be written: {error.strerror or error}", file=sys.stderr)
        raise typer.Exit(1) from error
    seconds = time.perf_counter() - started
    if json:
        print(
            json_module.dumps(
                {
                    "output": path,
                    "events": written,
                    "decay": name,
                    "notes": notes,
                    "seed": seed,
                    "run": run,
                    "seconds": seconds,
                }
            )
        )
    elif not quiet:
        for note in notes:
            print(f"note: {note}")
        print(f"wrote {path}: {written} events of {name} ({written / seconds:,.0f} events/s)")


def _decay(text: str, mother: str | None) -> tuple[str | DecayFile, str]:
    """The decay string, or the DecFile that `text` is or names; and what to call it."""
    from dsl4bes.events.toy import is_decay_file, read_decay_file

    if is_decay_file(text):
        file, name = read_decay_file(text, mother), "a DecFile"
    elif text.lower().endswith(".dec"):
        try:
            with open(text, encoding="utf-8-sig") as opened:
                content = opened.read()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise ValueError(f"{text} cannot be read: {reason}") from error
        file, name = read_decay_file(content, mother), text
    elif mother is not None:
        raise ValueError("--mother is for DecFiles; a decay string begins with its mother")
    else:
        return text, text
    return file, f"{file.mother} of {name}"


def _options(run: int, extra_photons: float, noise: float, stress: bool, spread: str | None) -> ToyOptions:
    from dsl4bes.cli.quantity import quantity
    from dsl4bes.events.toy import ToyOptions
    from dsl4bes.ir.types import ENERGY

    made = ToyOptions(run=run, extra_photons=extra_photons, noise_showers=noise, stress=stress)
    return made if spread is None else replace(made, energy_spread=quantity(spread, ENERGY, "--spread"))
