"""Bodies that the policy lets pass and that are no selection: what running them says. And bodies that no policy looked at: what the sandbox lets them do.

In: many drafts for one block, in one package. Out: assertions on the rung of each, and on what is outside. Slow: packages are built.
"""

from __future__ import annotations

import os
import socket
import threading

import pytest
from desk import BLOCK, GOOD, KEY, PROGRAM, SECRET, code_of
from model_server import answering

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")
pytestmark = [pytest.mark.cpp, pytest.mark.slow]

LOOPS = "for (int i = 0; i < 1000; ++i) for (int j = 0; j < 1000; ++j) for (int k = 0; k < 1000; ++k) "
#: name: (body, the rung that refuses it, what it says there)
BODIES = {
    "good": (GOOD, "", "are rejected"),
    "the same in other words": ("bool quiet = true;\n" + GOOD.replace("return false", "quiet = false").replace("return true", "return quiet"), "", "are rejected"),
    "hours": (f"double sum = 0.0;\n{LOOPS}for (int l = 0; l < 1000; ++l) sum += std::sin(in.limit * i * j * k * l);\nreturn sum > 0.0;", "run", "status -"),
    "gigabytes": (f"std::vector<double> v;\n{LOOPS}v.push_back(in.limit);\nreturn v.size() > 5;", "run", "bad_alloc"),
    "past the end": ("return in.gam[in.gam.size()].energy < in.limit;", "run", "past the end of a list"),
    "past the end of an empty list": ("std::vector<double> v;\nreturn v.front() < in.limit;", "run", "status -"),
    "at a place that is not there": ("return in.gam.at(900).energy < in.limit;", "run", "range"),
    "no number": ("return std::sqrt(-in.limit) < 1.0;", "", "0 stay"),
    "everything": ("return true;", "", "0 are rejected"),
    "by the number of the event": ("return std::fmod(in.event, 2.0) < 1.0;", "", "it reads the number of the event"),
}


def test_what_passes_the_policy_and_is_no_selection(desk, monkeypatch):
    """One request, all bodies: each is refused for itself and takes no other along; the vote is among those that decide."""
    from dsl4bes.unknown.writing import program

    climbs = []
    each = program.climb_each
    monkeypatch.setattr(program, "climb_each", lambda *given: climbs.extend(each(*given)) or list(climbs))
    said = desk.compile(answering(*(body for body, *_ in BODIES.values())), samples=len(BODIES), agreement=0.1)
    for (name, (_, rung, words)), found in zip(BODIES.items(), climbs, strict=True):
        last = found.rungs[-1]
        assert (last.name, last.passed) == ((rung, False) if rung else ("decide", True)) and words in last.words, (name, last)
    assert said.status == 0, said.err
    assert code_of(said, BLOCK) == GOOD and 'agreement = "2 of 10"' in said.files["x.bes.lock"]
    assert [name for name, found in zip(BODIES, climbs, strict=True) if any("in.event" in word for word in found.warnings)] == ["by the number of the event"]
    package = "".join(text for name, text in said.files.items() if name.startswith("out/"))
    assert "Draft" not in package and "std::getenv" not in package and "drafts" not in package


@pytest.fixture
def listener():
    """A socket that notes who connects."""
    found: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                found.append(server.accept())
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    yield server.getsockname()[1], found
    server.close()


def test_without_a_policy_the_sandbox_still_holds(desk, monkeypatch, listener):
    """Every body asks for something it must not have and answers true where it did not get it. The policy is switched off: this is the second wall alone."""
    from dsl4bes.driver import compile_source
    from dsl4bes.unknown import ladder
    from dsl4bes.unknown.candidates import Candidates
    from dsl4bes.unknown.ladder import climb_each
    from dsl4bes.unknown.lock import Lock
    from dsl4bes.unknown.samples import sample

    def not_asked(each):
        each.code = each.candidate.code
        return each.add("policy", True, "not asked")

    monkeypatch.setattr(ladder, "_policy", not_asked)
    monkeypatch.setenv("DSL4BES_MODEL_KEY", KEY)
    port, connected = listener
    shell = {
        "the secret of the home": f"cat {desk.home}/secret",
        "a file under home": f"touch {desk.home}/made",
        "a file beside the program": f"touch {desk.folder}/made",
        "a file in /tmp": f"touch /tmp/made-by-a-draft-{os.getpid()}",
        "a link out of the scratch folder": f"ln -s {desk.home} here && cat here/secret",
        "the environment of all processes": f"grep -aq -e {SECRET} -e {KEY} /proc/[0-9]*/environ",
        "another process": f"kill -0 {os.getpid()} && grep -q pytest /proc/{os.getpid()}/cmdline",
        "the network": f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'",
        "accounts": "cat /etc/passwd /etc/shadow",
        "the compiler's own cache": f"touch {os.environ['DSL4BES_CACHE']}/made-by-a-draft",
        "a mount": "mount -t tmpfs none /tmp",
    }
    bodies = {name: f'return std::system("({line}) >/dev/null 2>&1") != 0;\n' for name, line in shell.items()}
    bodies["a variable"] = 'return std::getenv("DSL4BES_MODEL_KEY") == 0 && std::getenv("SOME_VARIABLE") == 0;\n'
    bodies["what outlives the call"] = "static int calls = 0; return ++calls % 5 == 0;\n"
    candidates = Candidates(Lock(), lenient=True)

    def compile_(given, profile):
        return compile_source(PROGRAM, "x.bes", profile=profile or None, until="text" if profile else "ir", bodies=given)

    compile_(candidates, "")
    found = climb_each(candidates, BLOCK, list(bodies.values()), compile_, lambda program: [sample(program)[0].slice(0, 6)])
    *found, counts = found
    assert counts.rungs[-1].name == "repeat" and counts.refused and "another answer for the same event" in counts.rungs[-1].words
    for name, each in zip(bodies, found, strict=False):
        assert each.accepted and each.answers and all(each.answers), (name, each.rungs[-1])
    assert not connected and not list(desk.root.rglob("made*")) and not os.path.exists(f"/tmp/made-by-a-draft-{os.getpid()}")
    assert not os.path.exists(f"{os.environ['DSL4BES_CACHE']}/made-by-a-draft")
    works = climb_each(candidates, BLOCK, ['return std::system("true") != 0;\n', 'return std::system("echo x > mine && cat mine") != 0;\n'], compile_, lambda program: [sample(program)[0].slice(0, 6)])
    assert not any(any(each.answers) for each in works), "the shell itself works: what failed above was refused"
