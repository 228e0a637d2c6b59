"""From events to a branching fraction: `python examples/fits/branching_fraction/result.py`.

The efficiency is that of events of the signal alone; the yield is that of the fit to a sample in which three of ten J/psi decay to pi+ pi- eta.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import dsl4bes
from dsl4bes.events.toy import read_decay_file, toy_batches

HERE = Path(__file__).parent
TRUTH = 0.3
PRODUCED, SIGNAL = 3000, 3000
LOW, HIGH = 0.45, 0.65  # GeV, the range of the fit


def main() -> None:
    program = (HERE / "branching_fraction.bes").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        signal = dsl4bes.run(program, list(toy_batches("J/psi -> pi+ pi- (eta -> gamma gamma)", SIGNAL, 4)))
        kept = sum(LOW <= mass <= HIGH for mass in signal.tables["pairs"]["m_gg"])
        efficiency = kept / SIGNAL
        error = math.sqrt(efficiency * (1 - efficiency) / SIGNAL)
        print(f"efficiency {efficiency:.4f} ± {error:.4f}")
        dsl4bes.run(program, list(toy_batches(read_decay_file((HERE / "jpsi.dec").read_text(encoding="utf-8")), PRODUCED, 3)), output=f"{folder}/pairs.root")
        measured = program.replace("let efficiency = 0.5 ", f"let efficiency = {efficiency} ").replace("let efficiency_error = 0.01", f"let efficiency_error = {error}")
        result = dsl4bes.fit(measured, "branching_fraction.bes", data=folder)["eta"]
    if not result.valid:
        raise SystemExit("the fit has no result")
    found = result.more["branching_fraction signal.yield"]
    total = math.hypot(found["error"], found["error_efficiency"])
    print(f"yield {result['signal.yield'].value:.0f} ± {result['signal.yield'].error:.0f}")
    print(f"branching fraction {found['value']:.4f} ± {found['error']:.4f} ± {found['error_efficiency']:.4f}, generated {TRUTH}: {(found['value'] - TRUTH) / total:+.1f} standard deviations")


if __name__ == "__main__":
    main()
