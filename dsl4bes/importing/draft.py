"""Facts → a program: blocks in the order of the code, with the C++ that was not understood as marked comments at its place.

In: the facts of a walk, the files, the name of the algorithm. Out: a `Draft`: the tree, what was recognised with its lines, the holes. The text is the printer's, and the compiler has the last word on it (`api.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dsl4bes.importing import write
from dsl4bes.importing.logic import Compared, Formula
from dsl4bes.importing.meaning import (
    ALL_SHOWERS,
    ALL_TRACKS,
    Chi2,
    Derived,
    Fixed,
    Meaning,
    NetCharge,
    Passed,
    Size,
)
from dsl4bes.importing.nodes import Lines
from dsl4bes.importing.recognise import charged, fits, kinematics, photons
from dsl4bes.importing.recognise.claim import Claim, Confidence, Doubt
from dsl4bes.importing.recognise.identification import Identified, identified, settings
from dsl4bes.importing.state import Fact, FitFact, Hole, ListFact, Require, TupleFact
from dsl4bes.syntax import ast

#: Lines of a hole that are shown; behind them it says how many there are.
MAX_SHOWN = 40


#: Branches that every tuple of the language has.
_ALWAYS = ("run", "event")


#: Reasons of holes that keep no entry out of a list.
HARMLESS = ("an output", "what comes into this list is not the entry that the loop is at", "entries come into this list in several places")


@dataclass(frozen=True, slots=True)
class Row:
    """Something recognised: what it is in the language, in words, its lines, how sure."""

    text: str
    words: str
    lines: tuple[Lines, ...]
    confidence: Confidence


@dataclass(slots=True)
class Block:
    """A block that grows while facts are gone through."""

    statement: ast.Statement
    lists: tuple[str, ...] = ()
    fit: str = ""
    body: list[ast.Statement] = field(default_factory=list)
    comments: list[ast.Comment] = field(default_factory=list)

    def finished(self) -> ast.Statement:
        return replace(self.statement, body=tuple(self.body) if self.statement.body is not None else None, before=tuple(self.comments))


class Drafting:
    """The draft so far."""

    def __init__(self, file: str, text: str, loops: dict[int, tuple[str, int]]) -> None:
        self.file, self.source, self.loops = file, text.splitlines(), loops
        self.blocks: list[Block] = []
        self.waiting: list[ast.Comment] = []
        self.known: dict[str, fits.Known] = {}
        self.rows: list[Row] = []
        self.holes: list[Doubt] = []
        self.fits: dict[str, Block] = {}
        self.products: dict[str, kinematics.Products] = {}  #: of kinematic fits that events must pass
        self.incomplete: set[str] = set()  #: lists of which a cut was not understood: they may have more entries than those of the C++
        self.doubtful: list[Hole] = []
        self.counts: set[tuple[str, str, float]] = set()
        self.ecms: FitFact | None = None
        self.tuples: set[str] = set()

    # --- facts

    def take(self, facts: Sequence[Fact]) -> None:
        """All facts, in order."""
        self.doubtful = [each for each in facts if isinstance(each, Hole) and each.why not in HARMLESS]
        plain = {each.name for each in facts if isinstance(each, ListFact) and not each.passes}
        made = [replace(each, source=self._through(each.source, facts, plain)) if isinstance(each, ListFact) else each for each in facts]
        used = {each.source for each in made if isinstance(each, ListFact)}
        position = 0
        while position < len(made):
            fact = made[position]
            position += 1
            if isinstance(fact, Hole):
                self.hole(Doubt(fact.lines, fact.why))
            elif isinstance(fact, Require):
                self.require(fact.formula, fact.lines)
            elif isinstance(fact, FitFact):
                self.fit(fact, made[position:])
            elif isinstance(fact, TupleFact):
                self.tuple(fact)
            elif fact.name in plain and fact.name not in used and fact.pid is None and any(isinstance(each, ListFact) and each.source == fact.source for each in made[position:]):
                continue  # a list of everything, which others are taken from
            elif fact.pid is not None:
                group = [fact]
                while position < len(made) and isinstance(later := made[position], ListFact) and later.pid is not None and later.source == fact.source:
                    group.append(later)
                    position += 1
                self.pid(group)
            else:
                self.list(fact)

    def _through(self, source: str, facts: Sequence[Fact], plain: set[str]) -> str:
        while source in plain:
            source = next(each.source for each in facts if isinstance(each, ListFact) and each.name == source)
        return source

    def hole(self, doubt: Doubt) -> None:
        """C++ lines as marked comments, at this place."""
        if any(each.lines == doubt.lines for each in self.holes):
            return
        self.holes.append(doubt)
        first, last = doubt.lines.first, doubt.lines.last
        self.waiting.append(write.comment(f"NOT UNDERSTOOD ({self.file}:{first}): {doubt.why}", blank=True))
        shown = self.source[first - 1 : last][:MAX_SHOWN]
        self.waiting += [write.comment(f"  {first + number:5d}  {line.rstrip()}") for number, line in enumerate(shown)]
        if last - first + 1 > MAX_SHOWN:
            self.waiting.append(write.comment(f"  and {last - first + 1 - MAX_SHOWN} lines more, to line {last}"))

    def add(self, block: Block) -> None:
        block.comments += self.waiting
        self.waiting = []
        self.blocks.append(block)

    def row(self, statement: ast.Statement, words: str, lines: tuple[Lines, ...], confidence: Confidence = Confidence.SAME) -> None:
        from dsl4bes.syntax.printer import print_statement

        self.rows.append(Row(print_statement(replace(statement, before=())).splitlines()[0], words, lines, confidence))

    # --- lists

    def list(self, fact: ListFact) -> None:
        """A list of tracks or showers."""
        if fact.source not in (ALL_TRACKS, ALL_SHOWERS):
            self.hole(Doubt(fact.lines, f"a list made of `{fact.source}` without particle identification"))
            return
        tracks = fact.source == ALL_TRACKS
        found = (charged if tracks else photons).fields(fact.passes)
        for doubt in found.doubts:
            self.hole(doubt)
        keyword, default = ("charged_tracks", "good") if tracks else ("photons", "gam")
        taken = {each.word for each in self.known.values()}
        word = default if default not in taken else _word(fact.name, taken)
        block = Block(write.statement(keyword, body=(), label=None if word == default else write.symbol(word), blank=bool(self.blocks)), (fact.name,))
        block.body += [each.statement for each in found.claims]
        self.known[fact.name] = fits.Known(word, "gam" if not tracks else "", False)
        if found.doubts or self._holed(fact):
            self.incomplete.add(fact.name)
        self.add(block)
        self.row(block.statement, f"the list {fact.name}", (fact.lines,), Confidence.STANDARD if tracks else Confidence.SAME)
        for each in found.claims:
            self._claim(each)

    def _holed(self, fact: ListFact) -> bool:
        """Whether something in the loop of a list was not understood that may keep entries out of it."""
        return any(fact.lines.first <= each.lines.first and each.lines.last <= fact.lines.last for each in self.doubtful)

    def _claim(self, claim: Claim) -> None:
        self.row(claim.statement, claim.words, claim.lines, claim.confidence)

    def pid(self, group: Sequence[ListFact]) -> None:
        """Lists of identified tracks that are made of the same tracks."""
        source = self.known.get(group[0].source)
        told = settings(group[0])
        made = [(fact, identified(fact)) for fact in group]
        sure = [(fact, each) for fact, each in made if isinstance(each, Identified)]
        taken = {known.word for known in self.known.values()}
        words = [each.word for _, each in sure]
        wrong = "it is made of a list that was not understood" if source is None else told if isinstance(told, str) else ""
        wrong = wrong or ("its tracks are in other lists, too" if taken & set(words) or len(set(words)) < len(words) else "")
        wrong = wrong or ("the lists have different cuts on the probability" if len({each.prob_cut for _, each in sure}) > 1 else "")
        wrong = wrong or next((each for _, each in made if isinstance(each, str)), "")
        if wrong or source is None or isinstance(told, str):
            for fact in group:
                self.hole(Doubt(fact.lines, wrong))
            return
        block = Block(write.statement("pid", body=(), blank=bool(self.blocks)), tuple(fact.name for fact in group))
        block.body += [write.statement("from", write.name(source.word)), *told]
        if sure[0][1].prob_cut is not None:
            operator, limit = sure[0][1].prob_cut
            block.body.append(write.statement("prob_cut", write.bare(operator, write.number(limit))))
        if any(isinstance(each.statement.head.path[0], ast.Word) and each.statement.head.name == "pid" for each in self.blocks):
            block.statement = write.statement("pid", body=(), label=write.symbol(f"pid{len(self.blocks)}"), blank=True)
        self.add(block)
        self.row(block.statement, "particle identification", (group[0].lines,))
        for each in block.body[1:]:
            self.row(each, "of all its tracks", sure[0][1].lines)
        for fact, found in sure:
            block.body.append(found.field)
            self.known[fact.name] = fits.Known(found.word, found.species, False)
            if fact.source in self.incomplete or self._holed(fact):
                self.incomplete.add(fact.name)
            self.row(found.field, f"the list {fact.name}", found.lines)

    # --- requirements

    def require(self, formula: Formula, lines: Lines) -> None:
        """What the event must pass: a count, a charge, a chi2."""
        if not isinstance(formula, Compared) or not isinstance(formula.right, Fixed):
            self.hole(Doubt(lines, "the language has no field for this condition, or it is not known"))
            return
        left, operator, value = formula.left, formula.operator, formula.right.value
        if isinstance(left, (Size, NetCharge)) and left.list in self.incomplete and (isinstance(left, NetCharge) or operator not in (">", ">=")):
            self.hole(Doubt(lines, "this is of a list of which a cut was not understood"))  # of more entries than the C++ has it would be another cut
            return
        if isinstance(left, Size) and left.list in self.known and not left.less and value == int(value):
            self._count(left.list, operator, value, lines)
        elif isinstance(left, NetCharge) and left.list in self.known and operator == "==":
            self._charge(left.list, value, lines)
        elif isinstance(left, Derived):
            self._derived(left, operator, value, lines)
        elif isinstance(left, (Chi2, Passed)) and left.fit in self.fits:
            self._of_fit(self.fits[left.fit], left, operator, value, lines)
        else:
            self.hole(Doubt(lines, "the language has no field for this condition, or it is not known"))

    def _last(self, name: str) -> Block | None:
        """The block of a list, if nothing stands behind it."""
        return self.blocks[-1] if self.blocks and name in self.blocks[-1].lists and not self.waiting else None

    def _count(self, name: str, operator: str, value: float, lines: Lines) -> None:
        known = self.known[name]
        if (name, operator, value) in self.counts:
            return  # it is asked already
        self.counts.add((name, operator, value))
        if operator == "==" and value == 1:
            self.known[name] = replace(known, single=True)
        block = self._last(name)
        if block is not None and not any(each.head.name == f"n{known.word}" for each in block.body):
            made = write.statement(f"n{known.word}", write.bare(operator, write.number(value)))
            block.body.append(made)
        else:
            made = write.statement("require", write.string(f"number of {known.word}"), write.compared(write.call("count", write.name(known.word)), operator, write.number(value)))
            self.add(Block(made))
        self.row(made, f"how many {name} has", (lines,))

    def _charge(self, name: str, value: float, lines: Lines) -> None:
        block = self._last(name)
        if block is not None and block.statement.head.name == "charged_tracks":
            made = write.statement("net_charge", write.bare("==", write.number(value)))
            block.body.append(made)
        else:
            made = write.statement("require", write.string("net charge"), write.compared(write.call("sum", write.call("charge", write.name(self.known[name].word))), "==", write.number(value)))
            self.add(Block(made))
        self.row(made, f"sum of the charges of {name}", (lines,))

    def _derived(self, left: Derived, operator: str, value: float, lines: Lines) -> None:
        """A cut on what a fit made."""
        made = kinematics.formula(left, self.products)
        if made is None or operator in ("==", "!="):
            self.hole(Doubt(lines, "the particles of this are not all those of a fit that is recognised and that the event must pass"))
            return
        names = {each.statement.arguments[0].value for each in self.blocks if each.statement.head.name == "require"}
        label = kinematics.words(left)
        labels = {each.value for each in names if isinstance(each, ast.String)}
        label = label if label not in labels else f"{label} {len(self.blocks)}"
        cut = write.statement("require", write.string(label), write.compared(made, operator, write.number(value, kinematics.unit(left))))
        self.add(Block(cut))
        self.row(cut, "of fitted four-momenta", (lines,))

    # --- outputs

    def tuple(self, fact: TupleFact) -> None:
        """A tuple that is written here, with the branches that are known."""
        known = [(each.name, made) for each in fact.columns if (made := self._column(each.meaning)) is not None]
        if not known:
            self.hole(Doubt(fact.lines, "an output"))
            return
        left = [each.name for each in fact.columns if self._column(each.meaning) is None and each.name.lower() not in _ALWAYS]
        if left:
            self.hole(Doubt(fact.lines, f"branches that are not known: {', '.join(left[:20])}{', ...' if len(left) > 20 else ''}"))
        taken: set[str] = {*_ALWAYS}
        body = []
        for name, made in known:
            word = _word(name, taken)
            taken.add(word)
            body.append(write.statement("column", write.keyed(word, made)))
        label = fact.name if fact.name not in self.tuples else f"{fact.name}_{len(self.tuples) + 1}"
        self.tuples.add(label)
        block = Block(write.statement("ntuple", body=(), label=write.string(label), blank=True), body=[*body])
        self.add(block)
        self.row(block.statement, f"a tuple with {len(known)} of {len(fact.columns)} branches", (fact.lines,))

    def _column(self, meaning: Meaning | None) -> ast.Expr | None:
        if isinstance(meaning, (Size, NetCharge)) and meaning.list in self.known and meaning.list not in self.incomplete:
            word = write.name(self.known[meaning.list].word)
            if isinstance(meaning, NetCharge):
                return write.call("sum", write.call("charge", word))
            return None if meaning.less else write.call("count", word)
        if isinstance(meaning, Chi2) and meaning.fit in self.products:
            return write.member(self.products[meaning.fit].fit, "chi2")
        return kinematics.formula(meaning, self.products) if isinstance(meaning, Derived) else None

    def _of_fit(self, block: Block, left: Chi2 | Passed, operator: str, value: float, lines: Lines) -> None:
        if isinstance(left, Passed):
            if operator != "!=" or value != 0:
                self.hole(Doubt(lines, "events are kept in which the fit fails"))
            return
        if operator[0] != "<" or block is not self.blocks[-1] or self.waiting:
            self.hole(Doubt(lines, "chi2 of a fit, at a place where its block has ended"))
            return
        made = write.statement("chi2", write.bare(operator, write.number(value)))
        block.body.append(made)
        self.row(made, "chi2 of the fit", (lines,))

    # --- fits

    def fit(self, fact: FitFact, later: Sequence[Fact]) -> None:
        """A fit; without a requirement on it in the event it is `optional`."""
        same = [each for each in self.fits if each.startswith(fact.kind)]
        vertices = {name: block.fit for name, block in self.fits.items() if name.startswith("vertex")}
        demanded = any(isinstance(each, Require) and isinstance(each.formula, Compared) and each.formula.left in (Chi2(fact.name), Chi2(fact.name, True), Passed(fact.name)) for each in later)
        if fact.kind == "vertex":
            name = "vertex" if not same else f"vertex{len(same) + 1}"
            made: ast.Statement | list[ast.Statement] | str = fits.vertex(fact, self.known, name)
        else:
            name = f"fit{4 + len(fact.resonances)}c" + ("" if not any(block.fit == f"fit{4 + len(fact.resonances)}c" for block in self.fits.values()) else f"_{len(same) + 1}")
            made = fits.kinematic(fact, self.known, self.loops, name, vertices)
        if not fact.clear:
            made = "not all of its candidates are compared"
        if isinstance(made, str):
            self.hole(Doubt(fact.lines, made))
            return
        if isinstance(made, list):
            made = write.statement("kinematic_fit", label=write.symbol(name), body=made, blank=True)
            self.ecms = self.ecms or fact
        block = Block(made, fit=name, body=[*(made.body or ()), *(() if demanded else (write.statement("optional"),))])
        self.add(block)
        self.fits[fact.name] = block
        if fact.kind == "kinematic" and demanded:
            self.products[fact.name] = kinematics.products(fact, self.known, name)
        self.row(made, f"{fact.kind} fit", (fact.lines,), Confidence.STANDARD)


def _word(name: str, taken: set[str]) -> str:
    """A name of the language for a list: that of the C++ in small letters."""
    plain = "".join(sign for sign in name.removeprefix("m_").lower() if sign.isalnum() or sign == "_").strip("_") or "tracks"
    plain = plain if plain[0].isalpha() and plain not in ("do", "end", "and", "or", "not", "in", "true", "false") else f"list_{plain}"
    return plain if plain not in taken else f"{plain}_{len(taken)}"


def program(drafting: Drafting, name: str, heading: Sequence[str]) -> ast.Program:
    """The tree of the whole program."""
    comments = tuple(write.comment(line) for line in heading)
    beam = drafting.ecms.beam if drafting.ecms is not None else None
    body = [write.statement("ecms", write.number(beam.energy, "energy")), write.statement("crossing_angle", write.number(2 * beam.px / beam.energy, "mrad"))] if beam is not None else []
    first = replace(write.statement("analysis", write.string(name), body=body), before=comments)
    blocks = [block.finished() for block in drafting.blocks]
    selection = replace(write.statement("event_selection", body=blocks, blank=True), at_end=tuple(drafting.waiting))
    return write.program([first, selection])
