"""Slips of structure: ends, `do`, places and names of blocks, fields that are missing, repeated or in another block.

In: nothing. Out: `SLIPS`. Blocks are found by their indentation in the canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsl4bes.dataset.repairs.slip import Change, Rng, Slip, at

_BLOCK = re.compile(r"^( *)(\w+)[^\n]* do\n(?:.*\n)*?\1end\n", re.MULTILINE)
_FIELDS = ("vr", "vz", "cos", "energy", "isolation", "time", "prob_cut", "chi2", "ngood", "ngam")


def blocks(text: str, depth: int) -> list[re.Match[str]]:
    """Blocks that stand `depth` levels in, with their `end`."""
    return [found for found in _starts(text) if len(found[1]) == 4 * depth]


def _starts(text: str) -> Iterator[re.Match[str]]:
    at_ = 0
    while found := _BLOCK.search(text, at_):
        yield found
        at_ = text.find("\n", found.start()) + 1  # blocks inside it come next


def _drawn(rng: Rng, found: list[re.Match[str]]) -> re.Match[str] | None:
    return found[int(rng.integers(len(found)))] if found else None


def _head(block: re.Match[str]) -> str:
    return block[0].split("\n", 1)[0].strip()


def _twice(text: str, rng: Rng) -> Change | None:
    block = _drawn(rng, [each for each in blocks(text, 1) if each[2] in ("photons", "charged_tracks", "kinematic_fit", "vertex_fit", "combine")])
    return None if block is None else Change(block.end(), block.end(), block[0], _head(block), _head(block))


def _field_twice(text: str, rng: Rng) -> Change | None:
    lines = list(re.finditer(rf"^ +(?:{'|'.join(_FIELDS[:8])}|decay|ecms|mass_window|bins|fill)\b [^\n]*\n", text, re.MULTILINE))
    line = _drawn(rng, lines)
    return None if line is None else Change(line.end(), line.end(), line[0], line[0].strip(), line[0].strip())


def _outside(text: str, rng: Rng) -> Change | None:
    """A block of the selection that slid out of it."""
    whole = next((each for each in blocks(text, 0) if each[2] == "event_selection"), None)
    inside = [] if whole is None else [each for each in blocks(text, 1) if whole.start() < each.start() < whole.end()]
    if whole is None or len(inside) < 2 or rng.random() < 0.5:
        block = inside[0] if inside and whole is not None and text[whole.start() :].index("\n") + 1 + whole.start() == inside[0].start() else None
        if block is None or whole is None or len(inside) < 2:
            return None
        moved = re.sub(r"^    ", "", block[0], flags=re.MULTILINE)
        return Change(whole.start(), block.end(), moved + text[whole.start() : block.start()], _head(block), _head(block))
    block = inside[-1]
    if text[block.end() : whole.end()] != "end\n":
        return None
    moved = re.sub(r"^    ", "", block[0], flags=re.MULTILINE)
    return Change(block.start(), whole.end(), "end\n" + moved, _head(block), _head(block))


def _in_another(text: str, rng: Rng) -> Change | None:
    """A field that stands in the block before or behind its own."""
    inner = blocks(text, 1)
    found = []
    for one, other in zip(inner, inner[1:], strict=False):
        if text[one.end() : other.start()].strip():
            continue
        last = re.search(r"^ {8}(\w+) [^\n]*\n(?= {4}end\n\Z)", one[0], re.MULTILINE)
        first = re.search(r"\A[^\n]*\n( {8}(\w+) [^\n]*\n)", other[0])
        if last and other[2] != one[2]:
            start, line = one.start() + last.start(), last[0]
            head = other[0].split("\n", 1)[0] + "\n"
            found.append(Change(start, other.start() + len(head), text[start + len(line) : one.end()] + head + line, line.strip(), _head(one)))
        if first and other[2] != one[2]:
            head = other[0].split("\n", 1)[0] + "\n"
            found.append(Change(one.end() - len("    end\n"), other.start() + first.end(), first[1] + "    end\n" + head, first[1].strip(), _head(other)))
    return found[int(rng.integers(len(found)))] if found else None


def _later(text: str, rng: Rng) -> Change | None:
    """A block behind one that needs it."""
    inner = blocks(text, 1)
    pairs = [(one, other) for one, other in zip(inner, inner[1:], strict=False) if one.end() == other.start() and one[2] in ("pid", "vertex_fit", "photons", "combine", "kinematic_fit", "assign")]
    if not pairs:
        return None
    one, other = pairs[int(rng.integers(len(pairs)))]
    return Change(one.start(), other.end(), other[0] + one[0], _head(one), _head(other))


def _lost(text: str, rng: Rng) -> Change | None:
    block = _drawn(rng, [each for each in blocks(text, 1) if each[2] in ("pid", "vertex_fit", "combine", "kinematic_fit", "assign")])
    return None if block is None else Change(block.start(), block.end(), "", _head(block), block[0].rstrip("\n"))


def _without_energy(text: str, rng: Rng) -> Change | None:
    line = re.search(r"^    ecms [^\n]*\n", text, re.MULTILINE)
    return None if line is None else Change(line.start(), line.end(), "", "ecms", line[0].strip())


def _cpp_block(text: str, rng: Rng) -> Change | None:
    block = _drawn(rng, [each for each in blocks(text, 1)])
    if block is None:
        return None
    body = block[0].replace(" do\n", " {\n", 1)
    return Change(block.start(), block.end(), body[: -len("end\n")] + "}\n", _head(block).removesuffix("do") + "{ ... }", _head(block))


def _cut_as_if(text: str, rng: Rng) -> Change | None:
    line = _drawn(rng, list(re.finditer(r'^( +)require "([^"\n]+)", ([^\n]+)\n', text, re.MULTILINE)))
    if line is None or "when:" in line[0]:
        return None
    new = f"{line[1]}if (!({line[3]})) return false;  // {line[2]}\n"
    return Change(line.start(), line.end(), new, new.strip(), line[0].strip())


def _needed_field(text: str, rng: Rng) -> Change | None:
    line = _drawn(rng, list(re.finditer(r"^ +(?:decay|constrain|mass_window|photon|fill|bins|identify) [^\n]*\n", text, re.MULTILINE)))
    return None if line is None else Change(line.start(), line.end(), "", line[0].split()[0], line[0].strip())


SLIPS: tuple[Slip, ...] = (
    at("missing_end", r"^ {4}\w+[^\n]* do\n(?: {8}[^\n]*\n)+( {4}end\n)", "", "structure", shown="part"),
    at("missing_last_end", r"^event_selection do\n(?: +[^\n]*\n)+(end\n)", "", "structure", shown="part"),
    at("second_end", r"^( {4}end\n)(?=end\n)", lambda place, rng: place[1] * 2, "structure", shown="part"),
    at("missing_do", r"^ *(?:charged_tracks|photons|pid|kinematic_fit\(:\w+\)|vertex_fit\(:\w+\)|event_selection|combine\(:\w+\))( do)$", "", "structure"),
    at("field_behind_do", r"^ *(?:charged_tracks|photons|pid|assign) do(\n +)", " ", "structure"),
    at("end_behind_field", r"^ {8}[^\n]*(\n +)end$", " ", "structure"),
    Slip("braces_of_cpp", _cpp_block, "structure"),
    Slip("if_of_cpp", _cut_as_if, "structure"),
    Slip("block_twice", _twice, "meaning"),
    Slip("field_twice", _field_twice, "meaning"),
    Slip("block_outside", _outside, "meaning"),
    Slip("field_in_another_block", _in_another, "meaning"),
    Slip("used_before_made", _later, "meaning"),
    Slip("block_lost", _lost, "meaning", told=True),
    Slip("energy_lost", _without_energy, "meaning", told=True),
    Slip("needed_field_lost", _needed_field, "meaning", told=True),
    at("name_lost", r"^ +(?:kinematic_fit|combine|vertex_fit)(\(:\w+\))", "", "meaning", shown="part", told=True),
    at("cut_without_name", r'^ +(?:require|veto) ("[^"\n]+", )', "", "meaning", told=True),
)
