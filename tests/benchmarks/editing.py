"""The language server on a program of 1,000 lines: milliseconds from a request to its answer, over the real process.

In: nothing. Out: a table: time on the clock, and time that the server computed (Linux), which a busy machine changes less. Each request is asked twice: right after a change of the text (the first one then pays the compilation of the new version) and again. `--json` prints the numbers alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from lsp_client import Client, place

URI = "file:///nowhere/large.bes"
_HEAD = """analysis "Large" do
    ecms 3.097 GeV
end

event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 40 MeV
        ngam >= 2
    end
    pid do
        prob_cut 0.001
        identify :pip
        identify :pim
        npip == 1
        npim == 1
    end
    kinematic_fit(:fit4c) do
        decay "J/psi -> pi+ pi- gam gam"
        from pip, pim, gam
        constrain :four_momentum
        choose :min_chi2
        chi2 < 200
    end
    let m_gg = m(fit4c.gam1, fit4c.gam2)
end
"""
_REGION = """
region(:r{0}) do
    photons(:soft{0}) do
        energy > {1} MeV
        isolation > 10 deg
        nsoft{0} >= 1
    end
    require "window {0}", m_gg in 0.1{2:02d}..0.150
    require "momentum {0}", p(fit4c.pip) > 0.1 GeV and p(fit4c.pim) < 1.5 GeV
    histogram("m_{0}") do
        fill m_gg
        bins 60, 0.105 GeV..0.165 GeV
    end
    ntuple("t{0}") do
        column m_gg: m_gg, m_rho: m(fit4c.pip, fit4c.pim), cos: helicity(fit4c.gam1, of: fit4c.gam2)
        column n: count(soft{0}), chi2: fit4c.chi2
        array :e_soft, e(soft{0}), max: 50
    end
end
"""


def program(lines: int = 1000) -> str:
    """A program of about so many lines: one selection with many regions."""
    text, count = _HEAD, 0
    while text.count("\n") < lines:
        text += _REGION.format(count, 40 + count, count)
        count += 1
    return text


def computed(client: Client) -> float:
    """Milliseconds that the server has computed so far; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{client.process.pid}/schedstat").read_text().split()[0]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def milliseconds(client: Client, ask: Callable[[], Any]) -> tuple[float, float]:
    """Time to an answer: on the clock, and computed."""
    before, started = computed(client), time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1e3, computed(client) - before


def best(found: list[tuple[float, float]]) -> tuple[float, float]:
    """The best of each."""
    return min(wall for wall, _ in found), min(own for _, own in found)


def measured() -> dict[str, tuple[float, ...]]:
    """Request → best of five after a change (clock, computed), best of five without one."""
    client, text = Client(), program()
    client.open(URI, text)
    client.diagnostics(URI)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 1100, "character": 0}}
    name = place(text, "fit4c.chi2\n        array")
    here = (name["line"], name["character"] + 1)
    requests: dict[str, Callable[[], Any]] = {
        "completion": lambda: client.at("completion", URI, *here),
        "hover": lambda: client.at("hover", URI, *here),
        "definition": lambda: client.at("definition", URI, *here),
        "references": lambda: client.at("references", URI, *here, context={"includeDeclaration": True}),
        "rename": lambda: client.at("rename", URI, *here, newName="four"),
        "signatureHelp": lambda: client.at("signatureHelp", URI, *here),
        "documentSymbol": lambda: client.of("documentSymbol", URI),
        "foldingRange": lambda: client.of("foldingRange", URI),
        "semanticTokens": lambda: client.of("semanticTokens/full", URI),
        "inlayHint": lambda: client.of("inlayHint", URI, range=everything),
        "codeAction": lambda: client.of("codeAction", URI, range=everything, context={"diagnostics": []}),
        "formatting": lambda: client.of("formatting", URI, options={"tabSize": 4, "insertSpaces": True}),
    }
    found: dict[str, tuple[float, ...]] = {}
    version = 1
    for word, ask in requests.items():
        ask()
        fresh = []
        for _ in range(5):
            version += 1
            client.change(URI, text.replace("vr < 1 cm", f"vr < 1.{version} cm"), version)
            fresh.append(milliseconds(client, ask))
        found[word] = (*best(fresh), *best([milliseconds(client, ask) for _ in range(5)]))
    version += 1
    client.change(URI, text + "\n# end\n", version)
    found["diagnostics"] = (*milliseconds(client, lambda: client.diagnostics(URI, version)), 0.0, 0.0)
    client.end()
    return found


def main() -> None:
    """Print the table."""
    found = measured()
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    print(f"{'request':16} {'after a change':>15} {'computed':>9} {'again':>7} {'computed':>9}   (ms, {program().count(chr(10))} lines)")
    for word, (fresh, fresh_own, again, again_own) in found.items():
        print(f"{word:16} {fresh:15.0f} {fresh_own:9.0f} {again:7.0f} {again_own:9.0f}")


if __name__ == "__main__":
    main()
