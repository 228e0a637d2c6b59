"""What passes writes only to elements that exist, and ends: random bodies full of lists, loops and writes, run with the sanitizers of the compiler.

The bodies are drawn without regard to the rules; those that the policy accepts are compiled with checks of every index and run on events with few and many
tracks, each in a process of its own with a time limit. `.at(i)` may throw; that is caught, as a package has to.
"""

from __future__ import annotations

import random
import subprocess

import pytest

pytest.importorskip("tree_sitter_cpp")

from policy_bodies import NAMES, header
from test_policy_good import as_function, tools

from dsl4bes.unknown.policy import Rule, check

SIZES = ("in.gam.size()", "in.good.size()", "n", "m", "3", "5", "static_cast<int>(in.gam.size()) - 1", "std::min(n, 4)", "2 * n")
BOUNDS = (*SIZES, "a.size()", "b.size()", "w.size()", "n - 1", "static_cast<int>(b.size())", "grow")
INDICES = ("(grow + grow) % 3", "grow % 3", "static_cast<unsigned>(grow) % 3", "in.good.size() % 3", "0", "1", "2", "3", "4", "n", "n - 1", "grow", "in.strict ? 0 : 2")
OF_COUNTERS = ("{c}", "{c}", "{c}", "{c}", "{c} % 3", "{c} % 2", "{c} + 1", "{c} % n", "in.strict ? 0 : {c}")
WRITES = (
    *("a[{x}] += 1.0;", "b[{x}] = 2;", "c[{x}] = 1.0;", "++b[{x}];", "std::swap(a[{x}], a[{y}]);",) * 4,
    "a[{x}] += 1.0;", "b[{x}] = 2;", "c[{x}] = 1.0;", "c[{x}] *= 2.0;", "w[{x}].push_back(1.0);", "w.at({x}).push_back(1.0);", "w[{x}][{y}] = 1.0;", "a.at({x}) = 3.0;",
    "a.push_back(1.0);", "b.push_back(1);", "a.resize({s});", "b.clear();", "b.assign({s}, 7);", "std::swap(a[{x}], a[{y}]);", "std::swap(a, d);", "a = d;", "++b[{x}];",
    "std::sort(a.begin(), a.end());", "++grow;", "grow += 2;", "grow = n;", "n = grow;", "++i;", "w.push_back(d);", "grow = grow + grow;", "p[{x}].boost(0.0, 0.0, 0.5);",
)  # fmt: skip


def drawn(rng: random.Random) -> str:
    """A body; most of these are refused."""
    counters: list[str] = []

    def index() -> str:
        return rng.choice(OF_COUNTERS).format(c=rng.choice(counters)) if counters and rng.random() < 0.7 else rng.choice(INDICES)

    def fill(text: str) -> str:
        return text.format(x=index(), y=index(), s=rng.choice(SIZES))

    lines = ["const int n = in.gam.size();" if rng.random() < 0.8 else "int n = in.gam.size();", "int m = 4;", "int grow = 1;"]
    for declaration in ("std::vector<double> a({s}, 0.0);", "std::vector<int> b({s}, 0);", "std::vector<double> d({s}, 1.0);"):
        lines.append(declaration.format(s=rng.choice(SIZES[:5])) if rng.random() < 0.85 else declaration.replace("({s}, 0)", "").format(s="2"))
    lines += ["double c[3] = {0.0};", "HepLorentzVector p[2];", "std::vector<std::vector<double> > w(3);"]
    lines += [fill(rng.choice(WRITES)) for _ in range(rng.randrange(2))]
    for counter in "ij"[: rng.randint(1, 2)]:
        kind = rng.choice(("int", "size_t"))
        lines.append(f"for ({kind} {counter} = {rng.choice(('0', '0', '1'))}; {counter} {rng.choice(('<', '<', '<', '<='))} {rng.choice((*BOUNDS, *counters))}; ++{counter}) {{")
        counters.append(counter)
        lines += [fill(rng.choice(WRITES)) for _ in range(rng.randint(1, 2))]
    depth = sum(line.endswith("{") for line in lines)
    lines.append("}" * depth)
    counters[:] = ["k"]
    lines.append(f"for (int k = 0; k < {rng.choice(BOUNDS)}; ++k) {{ {fill(rng.choice(WRITES))} }}")
    return "\n".join([*lines, "return c[0] < 5.0;"])


MAIN = """
#include <cstdio>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
typedef bool (*Body)(const CosmicVetoView&);
static void events(Body body) {
  for (int good = 0; good < 8; ++good) for (int gam = 0; gam < 8; ++gam) for (int strict = 0; strict < 2; ++strict) {
    CosmicVetoView in = CosmicVetoView();
    in.good.resize(good); in.gam.resize(gam); in.strict = strict;
    try { body(in); } catch (const std::out_of_range&) { }
  }
}
int main() {
  const Body bodies[] = {BODIES};
  const int count = sizeof(bodies) / sizeof(bodies[0]);
  for (int i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child == 0) { if (!freopen("/dev/null", "w", stderr)) _exit(9); alarm(20); events(bodies[i]); _exit(0); }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) std::printf("%d\\n", i);
  }
  return 0;
}
"""


DOUBLES = "grow = grow + grow;"  # in a loop its value overflows, which is allowed as long as nothing is proved by it


def failing(bodies: list[str], folder, *more: str) -> list[int]:
    """Which bodies the sanitizers, the checks of the library or the clock end; `more` flags of the compiler."""
    folder.mkdir()
    functions = "".join(as_function(f"body_{i}", body) for i, body in enumerate(bodies))
    source, binary = folder / "bodies.cxx", folder / "bodies"
    source.write_text(header() + functions + MAIN.replace("BODIES", ", ".join(f"body_{i}" for i in range(len(bodies)))))
    found = tools()
    flags = ["-O0", "-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", *more, "-D_GLIBCXX_ASSERTIONS", f"-std={found.at_least('c++98')}"]
    subprocess.run([found.compiler, *flags, *found.include_flags, str(source), "-o", str(binary), *found.link_flags], check=True, timeout=550)
    out = subprocess.run([str(binary)], capture_output=True, text=True, timeout=550, check=True).stdout
    return [int(line) for line in out.split()]


@pytest.mark.cpp
@pytest.mark.slow
def test_accepted_bodies_write_where_they_may_and_end(tmp_path):
    rng = random.Random(20)
    accepted: list[str] = []
    refused: list[str] = []
    for _ in range(12_000):
        body = drawn(rng)
        verdict = check(body, NAMES)
        if verdict.accepted:
            accepted.append(verdict.code)
        elif verdict.rules == {Rule.INDEX}:
            refused.append(verdict.code)
        if len(accepted) >= 150:
            break
    assert len(accepted) >= 100
    assert sum("[i]" in body or "[k]" in body or "[j]" in body for body in accepted) >= 30, "bodies with proved indices are among them"
    doubling = [body for body in accepted if DOUBLES in body]
    others = [body for body in accepted if DOUBLES not in body]
    assert len(others) >= 50
    assert [others[i] for i in failing(others, tmp_path / "accepted")] == []
    assert [doubling[i] for i in failing(doubling, tmp_path / "doubling", "-fno-sanitize=signed-integer-overflow")] == []
    assert len(failing(refused[:60], tmp_path / "refused")) >= 20, "the harness notices what the policy refuses"
