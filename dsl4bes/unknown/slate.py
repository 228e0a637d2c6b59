"""Several bodies for one block in one package: all are compiled at once, and a job says by a variable which one answers.

In: bodies that the policy accepted. Out: one body that holds them, for the trial alone, and which of them a compiler's message is about. A package that leaves here
never holds a slate: the body that is chosen goes up the ladder once more, alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

VARIABLE = "DSL4BES_DRAFT"  #: of the environment of a job: the number of the body that answers
_PLACE = re.compile(r"^draft_(\d+):(\d+)")


def slate(bodies: Sequence[str]) -> str:
    """One body of all; a single one stays as it is. Lines of messages count in the body they are about.

    >>> slate(["return true;"])
    'return true;'
    """
    return bodies[0] if len(bodies) == 1 else slate_of([(number, number, body) for number, body in enumerate(bodies)])


def slate_of(bodies: Sequence[tuple[int, int, str]]) -> str:
    """The same of bodies that each have a place for messages and a job in which they answer; in other jobs every event is rejected."""
    lines = []
    for place, job, body in bodies:
        lines += [f"struct Draft{place} {{", "static bool accept(const View& in) {", f'#line 1 "draft_{place}"', body.strip("\n"), "}", "};"]
    lines += ['#line 1 "drafts"', f'const char* chosen = std::getenv("{VARIABLE}");', "switch (chosen ? std::atoi(chosen) : -1) {"]
    lines += [f"case {job}: return Draft{place}::accept(in);" for place, job, _ in bodies]
    return "\n".join([*lines, "default: return false;", "}"]) + "\n"


def faulty(output: str) -> dict[int, str]:
    """The bodies that a compiler complains about, each with what it said, lines counted in the body.

    >>> faulty("draft_3:2:5: error: no member named 'pt'")
    {3: "line 2: error: no member named 'pt'"}
    """
    found: dict[int, list[str]] = {}
    for line in output.splitlines():
        place = _PLACE.match(line)
        if place and " error: " in line:
            said = line[place.end() :].partition(" error: ")[2]
            found.setdefault(int(place[1]), []).append(f"line {place[2]}: error: {said}")
    return {number: "\n".join(said[:5]) for number, said in found.items()}
