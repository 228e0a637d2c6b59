"""A condition as C++: the statements of `bool accept(const View& in)`, short, with early returns, as the worked examples are.

In: a tree. Out: text in C++98 that the policy accepts. Limits are members of `in` where the block has a field for them, else numbers in GeV, cm, ns, rad. Sizes and `has_` members are asked before what needs them. No formula of the language is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dsl4bes.dataset.methods.quantity import Quantity
from dsl4bes.dataset.methods.tree import (
    Balanced,
    Best,
    Block,
    Chi2,
    Compare,
    Counted,
    Entry,
    Extreme,
    Flagged,
    Found,
    How,
    Joined,
    Leading,
    List,
    Number,
    OfEvent,
    Over,
    Particle,
    Quantified,
    Ranked,
    Rel,
    Simple,
    Single,
    Spread,
    Summed,
    Times,
    VectorSum,
    numbers,
)  # fmt: skip

_TIMES = {Times.EXACTLY: ("==", "!="), Times.AT_LEAST: (">=", "<"), Times.AT_MOST: ("<=", ">")}
#: Units of the language in those of the code.
_UNITS = {"": "", "GeV": "", "cm": "", "ns": "", "deg": " * M_PI / 180.0"}
_SMALL = {"MeV": 1e-3, "mm": 0.1}
#: Names of local values, where the quantity's own would be long.
_LOCAL = {
    "momentum": "p", "energy": "e", "total_energy": "e", "opening": "angle", "cm_opening": "angle", "azimuth": "phi", "pair_momentum": "momentum", "pair_transverse": "pt", "transverse": "pt", "pair_energy": "energy",
    "pair_recoil": "recoil", "pair_recoil_squared": "squared", "recoil_squared": "squared", "momentum_difference": "difference", "polar": "cosine", "cm_polar": "cosine", "pair_polar": "cosine", "helicity": "cosine", "cm_momentum": "p",
    "cm_energy": "e", "rest_momentum": "p", "triple_mass": "mass", "triple_recoil": "recoil", "triple_momentum": "momentum", "energy_in_recoil": "e", "along": "pz", "flight_time": "t", "shower_energy": "e", "e_over_p": "ratio",
    "seed_share": "share", "core_share": "share", "second_moment": "moment", "muc_hits": "hits", "vertex_z": "z", "across": "r",
}  # fmt: skip


def body(block: Block) -> str:
    """The statements."""
    writer = _Writer({number.field for number in numbers(block.test)})
    keep = not block.rejects
    _test(writer, block.test, keep, not keep)
    return "\n".join(writer.lines) + "\n"


@dataclass
class _Writer:
    taken: set[str]  #: names that stand for something
    lines: list[str] = field(default_factory=list)
    depth: int = 0

    def add(self, line: str) -> None:
        self.lines.append("  " * self.depth + line)

    def fresh(self, name: str) -> str:
        """A name that is free, `name` if it is."""
        number, found = 2, name
        while found in self.taken:
            number, found = number + 1, f"{name}{number}"
        self.taken.add(found)
        return found

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        self.add(f"{head} {{")
        self.depth += 1
        yield
        self.depth -= 1
        self.add("}")

    @contextmanager
    def loops(self, over: Over) -> Iterator[tuple[str, ...]]:
        """A loop over the entries, or two over the pairs; gives the entries. Names made inside are free again behind."""
        before = set(self.taken)
        first = over[0].name
        with self.inside(f"for (std::size_t i = 0; i < in.{first}.size(); ++i)"):
            if len(over) == 1:
                yield (f"in.{first}[i]",)
            else:
                start = "i + 1" if over[0] == over[1] else "0"
                with self.inside(f"for (std::size_t j = {start}; j < in.{over[1].name}.size(); ++j)"):
                    yield f"in.{first}[i]", f"in.{over[1].name}[j]"
        self.taken = before


@dataclass(frozen=True)
class _Condition:
    """A condition and its opposite, as expressions; `asks` has to hold first, and `lacks` is its opposite."""

    holds: str
    fails: str
    asks: str = ""
    lacks: str = ""

    @property
    def whole(self) -> str:
        return _both((self.asks, self.holds))

    @property
    def opposite(self) -> str:
        return _either((self.lacks, self.fails))


def _test(writer: _Writer, test: Simple | Joined, then: bool | None, otherwise: bool | None) -> None:
    """Code that returns `then` where the test holds, `otherwise` where it does not; None goes on behind it. One of them is not None."""
    if isinstance(test, Joined):
        if test.both:
            _simple(writer, test.first, None, otherwise)
        else:
            _simple(writer, test.first, then, None)
        _simple(writer, test.second, then, otherwise)
        return
    _simple(writer, test, then, otherwise)


def _simple(writer: _Writer, test: Simple, then: bool | None, otherwise: bool | None) -> None:
    if isinstance(test, Quantified):
        _quantified(writer, test, then, otherwise)
    elif isinstance(test, Single):
        _single(writer, test, then, otherwise)
    elif isinstance(test, Best):
        _best(writer, test, then, otherwise)
    else:
        asks, lacks = _asked(test)
        if asks and otherwise is None:
            with writer.inside(f"if ({asks})"):
                _end(writer, _number(writer, test), then, None)
            return
        if asks:
            writer.add(f"if ({lacks}) return {_bool(otherwise)};")
        _end(writer, _counted(writer, test) if isinstance(test, Counted) else _number(writer, test), then, otherwise)


def _asked(test: Simple) -> tuple[str, str]:
    """What of the lists has to be there before a number is found, and its opposite; empty where it does not matter."""
    if isinstance(test, Extreme):
        holds_for_none = test.compare.rel in ((Rel.BELOW, Rel.SIZE_ABOVE) if test.largest else (Rel.ABOVE, Rel.SIZE_ABOVE))
        return _present(test.over) if holds_for_none else ("", "")
    if isinstance(test, Spread):
        return _present(test.over)
    if isinstance(test, Leading):
        return _present((test.list,))
    if isinstance(test, Ranked):
        return f"in.{test.list.name}.size() >= {test.rank}", f"in.{test.list.name}.size() < {test.rank}"
    return _present(test.lists) if isinstance(test, Summed) and test.mean else ("", "")


def _end(writer: _Writer, condition: _Condition, then: bool | None, otherwise: bool | None) -> None:
    """The last statements of a test."""
    if condition.asks and otherwise is not None:
        writer.add(f"if ({condition.lacks}) return {_bool(otherwise)};")
        condition = _Condition(condition.holds, condition.fails)
    if then is None:
        writer.add(f"if ({condition.opposite}) return {_bool(otherwise)};")
    elif otherwise is None:
        writer.add(f"if ({condition.whole}) return {_bool(then)};")
    else:
        writer.add(f"return {condition.whole if then else condition.opposite};")


def _quantified(writer: _Writer, test: Quantified, then: bool | None, otherwise: bool | None) -> None:
    some = test.how is How.ANY
    inside = then if some else otherwise
    name = writer.fresh("found" if some else "every") if inside is None else ""
    if name:
        writer.add(f"bool {name} = {_bool(not some)};")
    with writer.loops(test.over) as entries:
        condition = _entry(writer, test.entry, entries)
        writer.add(f"if ({condition.whole if some else condition.opposite}) {f'{name} = {_bool(some)}' if name else f'return {_bool(inside)}'};")
    if name:
        writer.add(f"if (!{name}) return {_bool(otherwise)};" if some else f"if ({name}) return {_bool(then)};")
    elif (then if not some else otherwise) is not None:
        writer.add(f"return {_bool(then if not some else otherwise)};")


def _counted(writer: _Writer, test: Counted) -> _Condition:
    sign, opposite = _TIMES[test.times]
    limit = _limit(test.number, whole=True)
    if test.entry is None:
        size = f"in.{test.over[0].name}.size()"
        return _Condition(f"{size} {sign} {limit}", f"{size} {opposite} {limit}")
    name = writer.fresh("n")
    writer.add(f"int {name} = 0;")
    with writer.loops(test.over) as entries:
        writer.add(f"if ({_entry(writer, test.entry, entries).whole}) ++{name};")
    return _Condition(f"{name} {sign} {limit}", f"{name} {opposite} {limit}")


def _number(writer: _Writer, test: Simple) -> _Condition:
    """Tests of one number that is found first."""
    if isinstance(test, Extreme):
        return _extreme(writer, test)
    if isinstance(test, Spread):
        return _spread(writer, test)
    if isinstance(test, Leading):
        return _leading(writer, test)
    if isinstance(test, Ranked):
        return _ranked(writer, test)
    if isinstance(test, Summed):
        return _summed(writer, test)
    if isinstance(test, VectorSum):
        name = writer.fresh("sum")
        writer.add(f"HepLorentzVector {name};")
        for each in test.lists:
            with writer.loops((each,)) as (entry,):
                writer.add(f"{name} += {entry}.p4;")
        return _compared(f"{name}.{'perp' if test.transverse else 'rho'}()", test.compare)
    if isinstance(test, Balanced):
        first, second = (f"in.{each.name}.size()" for each in (test.first, test.second))
        return _Condition(f"{first} == {second}", f"{first} != {second}") if test.equal else _Condition(f"{first} > {second}", f"{first} <= {second}")
    if isinstance(test, Chi2):
        own = f"in.{test.fit}.chi2"
        return _Condition(f"{own} < in.{test.other}.chi2", f"{own} >= in.{test.other}.chi2") if test.compare is None else _compared(own, test.compare)
    if isinstance(test, Found):
        return _Condition(f"in.{test.fit}.passed", f"!in.{test.fit}.passed")
    assert isinstance(test, OfEvent), test
    sign, opposite = _TIMES[test.times]
    value = f"in.{test.what.value}" + (f" - in.{test.less.name}.size()" if test.less else "")
    return _Condition(f"{value} {sign} {_limit(test.number, whole=True)}", f"{value} {opposite} {_limit(test.number, whole=True)}")


def _extreme(writer: _Writer, test: Extreme) -> _Condition:
    word = "largest" if test.largest else "smallest"
    name = writer.fresh(word)
    writer.add(f"double {name} = {'-' if test.largest else ''}DBL_MAX;")
    with writer.loops(test.over) as entries:
        value = _value(writer, test.quantity, entries)
        writer.add(f"{name} = std::{'max' if test.largest else 'min'}({name}, {value});")
    return _compared(name, test.compare)


def _spread(writer: _Writer, test: Spread) -> _Condition:
    low, high = writer.fresh("low" if "low" not in writer.taken else "bottom"), writer.fresh("high" if "high" not in writer.taken else "top")
    writer.add(f"double {low} = DBL_MAX, {high} = -DBL_MAX;")
    with writer.loops(test.over) as entries:
        value = _named(writer, test.quantity, entries)
        writer.add(f"{low} = std::min({low}, {value});")
        writer.add(f"{high} = std::max({high}, {value});")
    return _compared(f"{high} - {low}", test.compare)


def _leading(writer: _Writer, test: Leading) -> _Condition:
    name, of = writer.fresh("first"), f"in.{test.list.name}"
    key = "energy" if test.list.shower else "p4.rho()"
    writer.add(f"std::size_t {name} = 0;")
    with writer.inside(f"for (std::size_t i = 1; i < {of}.size(); ++i)"):
        writer.add(f"if ({of}[i].{key} > {of}[{name}].{key}) {name} = i;")
    return _measured(writer, test.quantity, test.compare, (f"{of}[{name}]",))


def _ranked(writer: _Writer, test: Ranked) -> _Condition:
    name = writer.fresh("energies" if test.list.shower else "momenta")
    writer.add(f"std::vector<double> {name};")
    with writer.loops((test.list,)) as (entry,):
        writer.add(f"{name}.push_back({entry}.{'energy' if test.list.shower else 'p4.rho()'});")
    writer.add(f"std::sort({name}.begin(), {name}.end(), std::greater<double>());")
    return _compared(f"{name}[{test.rank - 1}]", test.compare)


def _summed(writer: _Writer, test: Summed) -> _Condition:
    name = writer.fresh("sum")
    writer.add(f"double {name} = 0.0;")
    for each in test.lists:
        with writer.loops((each,)) as entries:
            writer.add(f"{name} += {_value(writer, test.quantity, entries)};")
    if not test.mean:
        return _compared(name, test.compare)
    return _compared(f"{name} / in.{test.lists[0].name}.size()", test.compare)


def _single(writer: _Writer, test: Single, then: bool | None, otherwise: bool | None) -> None:
    entries = tuple(map(_particle, test.particles))
    passed = [f"in.{fit}.passed" for fit in test.fits]
    if passed and otherwise is None:  # particles of a fit that failed are never boosted
        with writer.inside(f"if ({' && '.join(passed)})"):
            _end(writer, _measured(writer, test.quantity, test.compare, entries), then, None)
        return
    for each in passed:
        writer.add(f"if (!{each}) return {_bool(otherwise)};")
    _end(writer, _measured(writer, test.quantity, test.compare, entries), then, otherwise)


def _best(writer: _Writer, test: Best, then: bool | None, otherwise: bool | None) -> None:
    list_, same = f"in.{test.list.name}", test.quantity.name == "mass"
    assert otherwise is not None
    nearest, kept = writer.fresh("nearest"), writer.fresh("best")
    writer.add(f"if ({list_}.size() < 2) return {_bool(otherwise)};")
    writer.add(f"double {nearest} = DBL_MAX, {kept} = 0.0;")
    with writer.loops((test.list, test.list)) as entries:
        writer.add(f"const double mass = ({entries[0]}.p4 + {entries[1]}.p4).m();")
        writer.taken.add("mass")
        with writer.inside(f"if (std::fabs(mass - {_limit(test.mass)}) < {nearest})"):
            writer.add(f"{nearest} = std::fabs(mass - {_limit(test.mass)});")
            writer.add(f"{kept} = {'mass' if same else _value(writer, test.quantity, entries)};")
    _end(writer, _compared(kept, test.compare), then, otherwise)


def _entry(writer: _Writer, entry: Entry, entries: Sequence[str]) -> _Condition:
    conditions = []
    for part in entry.parts:
        if isinstance(part, Flagged):
            text = part.flag.cxx.format(x=entries[0])
            conditions.append(_Condition(text, _opposite(text)))
        else:
            conditions.append(_measured(writer, part.quantity, part.compare, entries))
    if entry.both:
        return _Condition(_both([each.whole for each in conditions]), _either([each.opposite for each in conditions]))
    return _Condition(_either([each.whole for each in conditions]), _both([each.opposite for each in conditions]))


def _measured(writer: _Writer, quantity: Quantity, compare: Compare, entries: Sequence[str]) -> _Condition:
    value = _named(writer, quantity, entries) if _wide(quantity, compare) else _value(writer, quantity, entries)
    found = _compared(value, compare, quantity.whole)
    if not quantity.needs:
        return found
    return _Condition(found.holds, found.fails, f"{entries[0]}.{quantity.needs}", f"!{entries[0]}.{quantity.needs}")


def _wide(quantity: Quantity, compare: Compare) -> bool:
    """Whether a value gets a line of its own."""
    return quantity.arity > 1 or quantity.boosted or compare.rel is Rel.BETWEEN


def _named(writer: _Writer, quantity: Quantity, entries: Sequence[str]) -> str:
    value = _value(writer, quantity, entries)
    name = writer.fresh(_LOCAL.get(quantity.name, quantity.name))
    writer.add(f"const double {name} = {value};")
    return name


def _value(writer: _Writer, quantity: Quantity, entries: Sequence[str]) -> str:
    """The expression, after the statements that it needs."""
    parts = {name: each if each.startswith("in.") and not each.endswith("]") else f"{each}.p4" for name, each in zip("abc", entries, strict=False)}
    names = {}
    if quantity.boosted:
        names = {"v": writer.fresh("moved"), "w": writer.fresh("other") if any("{w}" in line for line in quantity.before) else ""}
    for line in quantity.before:
        writer.add(line.format(**parts, **names))
    return quantity.cxx.format(**parts, **names, x=entries[0])


def _particle(particle: Particle) -> str:
    return f"in.{particle.name}[0]" if isinstance(particle, List) else f"in.{particle.fit}.{particle.role}"


def _compared(value: str, compare: Compare, whole: bool = False) -> _Condition:
    limits = [f"{_limit(number)} * in.ecms" if compare.of_ecms else _limit(number) for number in compare.numbers]
    first, equal, strict = limits[0], "=" if whole else "", "" if whole else "="
    if compare.rel is Rel.ABOVE:
        return _Condition(f"{value} >{equal} {first}", f"{value} <{strict} {first}")
    if compare.rel is Rel.BELOW:
        return _Condition(f"{value} <{equal} {first}", f"{value} >{strict} {first}")
    if compare.rel is Rel.BETWEEN:
        return _Condition(f"{value} >= {first} && {value} <= {limits[1]}", f"{value} < {first} || {value} > {limits[1]}")
    if compare.rel is Rel.NEAR:
        return _Condition(f"std::fabs({value} - {first}) < {limits[1]}", f"std::fabs({value} - {first}) >= {limits[1]}")
    sign, opposite = ("<", ">=") if compare.rel is Rel.SIZE_BELOW else (">", "<=")
    return _Condition(f"std::fabs({value}) {sign} {first}", f"std::fabs({value}) {opposite} {first}")


def _limit(number: Number, whole: bool = False) -> str:
    """A member of `in`, or the number in the unit of the code."""
    if number.field:
        return f"in.{number.field}"
    if number.unit in _SMALL:
        return f"{round(float(number.value) * _SMALL[number.unit], 10):.10g}"
    text = number.value if whole or "." in number.value else f"{number.value}.0"
    return text + _UNITS[number.unit]


def _present(over: Over) -> tuple[str, str]:
    """That there is an entry, or a pair; and the opposite."""
    if len(over) == 2 and over[0] == over[1]:
        return f"in.{over[0].name}.size() >= 2", f"in.{over[0].name}.size() < 2"
    names = [each.name for each in dict.fromkeys(over) if not each.single]
    return " && ".join(f"!in.{name}.empty()" for name in names), " || ".join(f"in.{name}.empty()" for name in names)


def _both(texts: Sequence[str]) -> str:
    return " && ".join(f"({each})" if " || " in each and len([one for one in texts if one]) > 1 else each for each in texts if each)


def _either(texts: Sequence[str]) -> str:
    return " || ".join(f"({each})" if " && " in each and len([one for one in texts if one]) > 1 else each for each in texts if each)


def _opposite(text: str) -> str:
    """That of a flag."""
    for sign, other in ((" == ", " != "), (" != ", " == "), (" > ", " <= "), (" < ", " >= ")):
        if sign in text:
            return text.replace(sign, other)
    return f"!{text}"


def _bool(value: bool | None) -> str:
    return "true" if value else "false"
