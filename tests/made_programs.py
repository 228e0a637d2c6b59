"""Random programs made from the registry's descriptors: mostly sensible, with wrong values and slips of every kind mixed in.

In: a `random.Random` (Hypothesis' own, or a seeded one). Out: the text of a program. Blocks, fields, options and usages come from the
constructs, functions from the tables, so that a new construct is tried without a change here.
"""

from __future__ import annotations

from random import Random

from dsl4bes.constructs import fields as kinds
from dsl4bes.constructs.base import SELECTION, TOP, Block, LabelKind
from dsl4bes.constructs.registry import load
from dsl4bes.resolve import functions

HEAD = 'analysis "Made" do\n    ecms 3.097 GeV\nend\n'
TRACKS = "charged_tracks do\nvr < 1 cm\nvz < 10 cm\nngood == 2\nnet_charge 0\nend\n"
PHOTONS = "photons do\nenergy > 25 MeV\nngam 2..6\nend\n"
PIONS = "pid do\nidentify :pip\nidentify :pim\nnpip == 1\nnpim == 1\nend\n"
FIT = 'kinematic_fit(:fit) do\ndecay "J/psi -> pi+ pi- (pi0 -> gam gam)"\nconstrain :four_momentum\nchoose :min_chi2\nend\n'
OPTIONAL = 'kinematic_fit(:five) do\ndecay "J/psi -> pi+ pi- gam gam"\nconstrain :four_momentum\nchoose :min_chi2\noptional\nend\n'

LISTS = ("good", "gam", "pip", "pim", "kp", "ep", "rest(good, pip)", "all", "nothing")
PARTICLES = ("pip", "pim", "gam1", "gam2", "good1", "fit.pip", "fit.gam1", "fit.pi0", "fit.raw.pim", "five.gam1", "gam", "good", "pi0", "ebeam")
EVENT = ("ecms", "run", "visible_energy", "balance_t", "fit.chi2", "five.chi2", "count(gam)", "count(good)", "passed(five)", 'mass("pi0")')
UNITS = ("", "", "", "", "", " GeV", " MeV", " cm", " deg", " ns")
STRANGE_UNITS = (" furlong", " %", " GeV/c", " rad", " mrad", " us", " TeV", " m")
NUMBERS = ("0", "1", "2", "3", "0.5", "0.9", "10", "25", "3.097")
STRANGE_NUMBERS = ("1e3", "1e-400", "1e999", "007", "5000000000", "1e30", "1.5")
DECAYS = (
    "J/psi -> pi+ pi- gam gam", "J/psi -> pi+ pi- (pi0 -> gam gam)", "J/psi -> gam gam", "J/psi -> K+ K- gam gam", "J/psi -> pi+ pi+",
    "J/psi -> pi+ pi- pi0", "psi(2S) -> 2 (pi0 -> gam gam)", "J/psi pi+ pi-", "-> gam", "J/psi -> p+ anti-p- gam", "J/psi -> foo gam", "",
)  # fmt: skip
SPECIES = (":pip", ":pim", ":kp", ":km", ":prp", ":ep", ":em", ":mup", ":gam", ":pi", ":ka", ":zz", "pip")


def program(random: Random) -> str:
    """A program with one to four blocks more than the prerequisites that random blocks tend to need."""
    registry = load()
    inside = [block for block in registry.values() if SELECTION in block.parents and not block.container]
    outside = [block for block in registry.values() if TOP in block.parents and not block.container and block.keyword != "analysis"]
    parts = [part for part in (TRACKS, PHOTONS, PIONS, FIT, OPTIONAL) if random.random() < 0.85]
    parts += [_block(random.choice(inside), random, number) for number in range(random.randint(0, 3))]
    if random.random() < 0.3:
        random.shuffle(parts)
    after = [_block(random.choice(outside), random, 10 + number) for number in range(random.randint(0, 2))]
    head = HEAD if random.random() < 0.9 else _block(registry["analysis"], random, 0)
    text = f"{head}event_selection do\n{''.join(parts)}end\n{''.join(after)}"
    return _slip(text, random) if random.random() < 0.15 else text


def _block(block: type[Block], random: Random, number: int) -> str:
    head = block.keyword
    if block.label is LabelKind.NAME and random.random() < 0.8:
        head += f"(:{random.choice(('a', 'soft', 'gam', 'x1', 'while', 'ctx'))}{number})"
    elif block.label is LabelKind.TITLE:
        head += f' "{random.choice(("cut", "a_b", "mass", "x4c"))} {number}"'
        head = head.replace(' "', '("') + ")" if block.body else head
    if not block.body:
        return f"{head}{_line_values(block, random)}\n"
    lines = [_field(field, random) for field in block.fields.values() if random.random() < (0.95 if field.required else 0.35)]
    if block.counts:
        lines += [f"n{random.choice(LISTS[:6])} {_comparison(random)}"]
    if block.free is not None:
        lines += [f"{random.choice(('events', 'photons', 'pid', 'fit'))} {random.choice(('3', '-1', '2.5'))}"]
    return f"{head} do\n{''.join(f'    {line}{chr(10)}' for line in lines)}end\n"


def _line_values(block: type[Block], random: Random) -> str:
    if block.keyword == "let":
        return f" v{random.randint(0, 3)} = {formula(random, 3) if random.random() < 0.7 else _number(random)}"
    if block.keyword == "parameter":
        return f" {random.choice(('v0', 'vr', 'x1'))} = {random.choice((_number(random), _range(random), ':good'))}"
    if block.keyword == "include":
        return _include(random)
    if not block.main:
        return ""
    joint = "," if block.label is not LabelKind.NONE else ""
    switch = ', when: property("Use", true)' if random.random() < 0.2 else ""
    return f"{joint} {condition(random, 2)}{switch}"


def _include(random: Random) -> str:
    """A shipped fragment with some values, right or wrong."""
    file = random.choice(("besiii/standard_tracks.bes", "besiii/standard_photons.bes", "besiii/standard_pid.bes", "none.bes"))
    names = random.choices(("vr", "vz", "cos", "barrel_energy", "time", "prob_cut"), k=random.randint(0, 2))
    return f' "{file}"' + "".join(f", {name}: {random.choice((_number(random), _range(random), '0.5 cm'))}" for name in names)


def _field(field: kinds.Field, random: Random) -> str:
    if field.usage and random.random() < 0.6:
        return field.usage if field.usage.startswith(field.name) else f"{field.name} {field.usage}"
    return f"{field.name} {_value(field, random)}"


def _value(field: kinds.Field, random: Random) -> str:
    match field:
        case kinds.Cut():
            return random.choice((_comparison(random), _range(random), _number(random), f'"{_comparison(random)}"'))
        case kinds.Number():
            return random.choice((_number(random), f"{_number(random)} {field.bare}"))
        case kinds.Choice():
            chosen = [random.choice((*field.options, *field.options, *field.options, "nonsense")) for _ in range(random.randint(1, 2))]
            return ", ".join(random.choice((f":{word}", f'"{word}"')) for word in chosen)
        case kinds.Text():
            return random.choice(('"a"', '"x.root"', '"*/ ??/"', "word", '""'))
        case kinds.Flag():
            return random.choice(("", "true", "false", "1"))
        case kinds.Sources():
            chosen = [random.choice(LISTS) for _ in range(random.randint(1, 2))]
            return random.choice((", ".join(chosen), f"kp: {chosen[0]}"))
        case kinds.Decay():
            return f'"{random.choice(DECAYS)}"'
        case kinds.Formula():
            return condition(random, 2) if field.flag else formula(random, 3)
        case kinds.Formulas():
            return ", ".join(f"c{random.randint(0, 9)}: {formula(random, 2)}" for _ in range(random.randint(1, 3)))
        case kinds.Group():
            inner = [f"{part.name} {_value(part, random)}" for part in field.fields if random.random() < 0.7]
            return ", ".join(inner) or "1"
        case _:
            return random.choice(
                (random.choice(SPECIES), f"{random.choice(SPECIES)}, {condition(random, 1)}", f"10, {_range(random)}",
                 f":a{random.randint(0, 3)}, {formula(random, 2)}, max: {_number(random)}", formula(random, 2))
            )  # fmt: skip


def _number(random: Random) -> str:
    text = random.choice(STRANGE_NUMBERS if random.random() < 0.04 else NUMBERS)
    unit = random.choice(STRANGE_UNITS if random.random() < 0.02 else UNITS)
    return f"{'-' if random.random() < 0.1 else ''}{text}{unit}"


def _range(random: Random) -> str:
    return f"{_number(random)}..{_number(random)}"


def _comparison(random: Random) -> str:
    if random.random() < 0.15:
        return f"in {_range(random)}"
    return f"{random.choice(('<', '>', '<=', '>=', '==', '!=', '=') if random.random() < 0.1 else '<>')} {_number(random)}"


def condition(random: Random, depth: int) -> str:
    """A formula that is mostly a condition."""
    choice = random.random()
    if depth > 0 and choice < 0.25:
        return f"({condition(random, depth - 1)}) {random.choice(('and', 'or'))} {condition(random, depth - 1)}"
    if depth > 0 and choice < 0.35:
        return f"not ({condition(random, depth - 1)})"
    if choice < 0.45:
        return f"{random.choice(('any', 'all'))}({formula(random, depth)} {_comparison(random)})"
    return f"{formula(random, depth)} {_comparison(random)}"


def formula(random: Random, depth: int) -> str:
    """A formula over what such a program may have in scope; its types are mostly right."""
    choice = random.random()
    if depth <= 0 or choice < 0.15:
        return random.choice((random.choice(EVENT), _number(random), random.choice(PARTICLES), "v0"))
    if choice < 0.35:
        return f"{formula(random, depth - 1)} {random.choice('+-*/')} {formula(random, depth - 1)}"
    if choice < 0.40:
        return f"({formula(random, depth - 1)})**{random.choice(('2', '3', '0.5', '-1', '1e9'))}"
    if choice < 0.55:
        return f"{random.choice(('abs', 'sqrt', 'log', 'exp', 'sum', 'max', 'min', 'count', '-'))}({formula(random, depth - 1)})"
    if choice < 0.6:
        return f"m({random.choice(LISTS)}, {random.choice(LISTS)})"
    name = random.choice(sorted(functions.FUNCTIONS))
    arguments = ", ".join(random.choice(PARTICLES) for _ in range(random.choice((1, 1, 2, 3))))
    frame = ", frame: :cm" if random.random() < 0.2 else ""
    return f"{name}({arguments}{frame})"


def _slip(text: str, random: Random) -> str:
    """One slip of the keyboard: a character lost, doubled or replaced, a line lost."""
    at = random.randrange(len(text))
    lines = text.split("\n")
    gone = random.randrange(len(lines))
    return random.choice(
        (text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], text[:at] + random.choice("()\"':=<;&|!%[]{}é\t\\#") + text[at + 1 :],
         "\n".join(lines[:gone] + lines[gone + 1 :]))
    )  # fmt: skip
