"""A condition as the language has it: the construct that means the same as the block.

In: a tree. Out: statements of the language, one `require` or `veto`, or a `combine` with a cut. Limits stand in it as numbers, whether the block has fields for them or not. No C++ and no words are known here.
"""

from __future__ import annotations

from dsl4bes.dataset.methods.quantity import Flag, Quantity
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
    Joined,
    Leading,
    List,
    Measured,
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
    Test,
    Times,
    VectorSum,
    fits,
    lists,
    numbers,
)  # fmt: skip

TITLE = "known"  #: of the cut
_TIMES = {Times.EXACTLY: "==", Times.AT_LEAST: ">=", Times.AT_MOST: "<="}
#: What the pair of a combination is called as a whole.
_WHOLE = (("p4(best.gam1, best.gam2)", "best"), ("m(best.gam1, best.gam2)", "m(best)"), ("recoil(best.gam1, best.gam2)", "recoil(best)"))


def known(block: Block, title: str = TITLE) -> str:
    """The construct of a block, its cut under a title."""
    test = block.test
    if isinstance(test, Best):
        return f'combine(:best) do\n    decay   "{test.particle} -> gam gam"\n    from    {test.list.name}\n    choose  :nearest_mass\n    require "{title}", {formula(test)}\nend\n'
    return f'{"veto" if block.rejects else "require"} "{title}", {formula(test)}\n'


def written(block: Block, describe: str) -> str:
    """The custom block: what it takes, its words, its fields."""
    takes = [*(each.name for each in lists(block.test)), *fits(block.test)]
    fields = dict.fromkeys(number for number in numbers(block.test) if number.field)
    lines = [f"{block.name} do", f'    describe "{describe}"', *([f"    from {', '.join(takes)}"] if takes else []), *(f"    {number.field} {number.text}" for number in fields), "end"]
    return "\n".join(lines) + "\n"


def formula(test: Test) -> str:
    """The condition alone."""
    if isinstance(test, Joined):
        word = "and" if test.both else "or"
        return f" {word} ".join(_in_brackets(formula(part), word) for part in (test.first, test.second))
    return _simple(test)


def _in_brackets(text: str, word: str) -> str:
    other = " or " if word == "and" else " and "
    return f"({text})" if other in _outside(text) else text


def _outside(text: str) -> str:
    """What of a formula stands in no brackets."""
    depth, kept = 0, []
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth == 0:
            kept.append(char)
    return "".join(kept)


def _simple(test: Simple) -> str:
    if isinstance(test, Quantified):
        return f"{test.how.value}({_entry(test.entry, test.over)})"
    if isinstance(test, Counted):
        inside = test.over[0].name if test.entry is None else _entry(test.entry, test.over)
        return f"count({inside}) {_TIMES[test.times]} {test.number.text}"
    if isinstance(test, Balanced):
        return f"count({test.first.name}) {'==' if test.equal else '>'} count({test.second.name})"
    if isinstance(test, Extreme):
        return _compared(f"{'max' if test.largest else 'min'}({_value(test.quantity, test.over)})", test.compare)
    if isinstance(test, Spread):
        value = _value(test.quantity, test.over)
        return _compared(f"max({value}) - min({value})", test.compare)
    if isinstance(test, Leading):
        return _compared(_filled(test.quantity, (f"first({test.list.name})",)), test.compare, test.quantity.whole)
    if isinstance(test, Ranked):
        return _compared(f"{'e' if test.list.shower else 'p'}(nth({test.list.name}, {test.rank}))", test.compare)
    if isinstance(test, Summed):
        total = " + ".join(f"sum({_value(test.quantity, (each,))})" for each in test.lists)
        return _compared(f"{total} / count({test.lists[0].name})" if test.mean else total, test.compare)
    if isinstance(test, VectorSum):
        return _compared(_vector(test), test.compare)
    if isinstance(test, Single):
        asked = [f"passed({fit})" for fit in test.fits]
        return " and ".join([*asked, _compared(_filled(test.quantity, tuple(map(_particle, test.particles))), test.compare, test.quantity.whole)])
    if isinstance(test, Chi2):
        return f"{test.fit}.chi2 < {test.other}.chi2" if test.compare is None else _compared(f"{test.fit}.chi2", test.compare)
    if isinstance(test, Found):
        return f"passed({test.fit})"
    if isinstance(test, OfEvent):
        return f"{test.what.value}{f' - count({test.less.name})' if test.less else ''} {_TIMES[test.times]} {test.number.text}"
    return _compared(_whole(_filled(test.quantity, ("best.gam1", "best.gam2"))), test.compare)


def _vector(test: VectorSum) -> str:
    sums = (" + ".join(f"sum({axis}({each.name}))" for each in test.lists) for axis in (("px", "py") if test.transverse else ("px", "py", "pz")))
    return f"sqrt({' + '.join(f'({each})**2' for each in sums)})"


def _entry(entry: Entry, over: Over) -> str:
    texts = []
    for part in entry.parts:
        texts.append(_flag(part.flag, over[0]) if isinstance(part, Flagged) else _measured(part, over))
    return f" {'and' if entry.both else 'or'} ".join(texts)


def _flag(flag: Flag, of: List) -> str:
    return flag.formula.format(a=of.name)


def _measured(part: Measured, over: Over) -> str:
    return _compared(_value(part.quantity, over), part.compare, part.quantity.whole)


def _value(quantity: Quantity, over: Over) -> str:
    return _filled(quantity, tuple(each.name for each in over))


def _filled(quantity: Quantity, names: tuple[str, ...]) -> str:
    return quantity.formula.format(**dict(zip("abc", names, strict=False)))


def _whole(text: str) -> str:
    for parts, name in _WHOLE:
        text = text.replace(parts, name)
    return text


def _particle(particle: Particle) -> str:
    return particle.name if isinstance(particle, List) else f"{particle.fit}.{particle.role}"


def _compared(value: str, compare: Compare, whole: bool = False) -> str:
    limits = [f"{number.text} * ecms" if compare.of_ecms else number.text for number in compare.numbers]
    equal = "=" if whole else ""
    if compare.rel is Rel.ABOVE:
        return f"{value} >{equal} {limits[0]}"
    if compare.rel is Rel.BELOW:
        return f"{value} <{equal} {limits[0]}"
    if compare.rel is Rel.BETWEEN:
        return f"{value} in {limits[0]}..{limits[1]}"
    if compare.rel is Rel.NEAR:
        return f"abs({value} - {limits[0]}) < {limits[1]}"
    return f"abs({value}) {'<' if compare.rel is Rel.SIZE_BELOW else '>'} {limits[0]}"
