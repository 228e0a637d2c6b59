"""`dsl4bes toy`: toy events in a file that `run` reads.

In: a decay, a number of events, a seed. Out: a `.toy.npz` file. The same arguments give the same events.
"""

from __future__ import annotations

import json as json_module
import sys
import time
from typing import Annotated

import typer


def toy(
    decay: Annotated[str, typer.Argument(help='A decay: "J/psi -> pi+ pi- (pi0 -> gam gam)".')],
    events: Annotated[int, typer.Option("-n", "--events", min=0, help="How many.")] = 1000,
    output: Annotated[str, typer.Option("-o", "--output", help="File to write.")] = "toy.toy.npz",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 1,
    ecms: Annotated[
        float | None, typer.Option(help="Energy of the collisions in GeV (default: mass of the mother).")
    ] = None,
    extra_photons: Annotated[float, typer.Option(help="Mean number of further photons.")] = 0.0,
    run: Annotated[int, typer.Option(help="Run number (negative: simulated).")] = -1000,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Generate toy events: phase space and a BESIII-like detector."""
    from dsl4bes.events.store import SUFFIX, write_events
    from dsl4bes.events.toy import DecayError, ToyOptions, toy_batches

    path = output if output.endswith(SUFFIX) else f"{output}{SUFFIX}"
    started = time.perf_counter()
    try:
        options = ToyOptions(run=run, extra_photons=extra_photons)
        written = write_events(
            path, toy_batches(decay, events, seed, ecms, options=options), f"{decay}, seed {seed}"
        )
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
                    "decay": decay,
                    "seed": seed,
                    "run": run,
                    "seconds": seconds,
                }
            )
        )
    elif not quiet:
        print(f"wrote {path}: {written} events of {decay} ({written / seconds:,.0f} events/s)")
