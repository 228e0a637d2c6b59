"""The rules of one fit of known data, narrower than those of the language: what a small model writes wrong is not in them.

In: the registry, what may stand behind `data`, the shapes that can be fitted to it, whether it has two observables, whether the question has units. Out: rules from `start` down. Fields stand in the order of their block, each once, those that are needed are there; numbers are written out;
data stand in the fit or in its samples; there is a term, and of terms without names at most one of a kind. Every text is a program that the parser reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.constructs.base import Block
from dsl4bes.constructs.fields import Choice, Field, Floating, Line
from dsl4bes.constructs.registry import load
from dsl4bes.constructs.shapes.base import Shape
from dsl4bes.constructs.shapes.registry import load as all_shapes
from dsl4bes.unknown.asking import values
from dsl4bes.unknown.asking.ebnf import Node, Ref, Rep, Seq, alt, listed, optional, seq

_NL, _DO, _END = Ref("NL"), Ref("DO"), Ref("END")
_NAMED = 2  #: terms with names
_SAMPLES = 3
_FREE = 6  #: parameters of a formula
_PERCENT = seq(Ref("number_text"), Ref("PERCENT"))
_NOT_ASKED = ("data", "range", "range_y", "title", "seed")


@dataclass(frozen=True)
class FitRules:
    """`data`: what may stand behind the word; `shapes`: words of shapes; `surface`: the data have two observables; `units`: numbers may have some; `single`: the model is one term; `samples`: it may have several data sets."""

    data: Node
    shapes: frozenset[str]
    surface: bool = False
    units: bool = True
    single: bool = False
    samples: bool = True

    def rules(self) -> dict[str, Node]:
        """All rules above the values."""
        fit, sample = load()["fit"], load()["sample"]
        ranges = [_line("range", self._range), *([_line("range_y", self._range)] if self.surface else [])]
        fields = [_maybe(self._of_fit(field)) for field in fit.fields.values() if field.name not in _NOT_ASKED]
        own = Seq((_line("data", self.data), *ranges, *fields, Ref("terms")))
        shared = Seq((*ranges, *fields, optional(Ref("terms")), Rep(Ref("sample"), 2, _SAMPLES)))
        found: dict[str, Node] = {
            "start": Seq((seq("fit(", Ref("QUOTED_NAME"), ")"), _DO, _NL, alt(own, shared) if self.samples else own, _END, _NL)),
            "terms": alt(Ref("one_signal"), Ref("one_background"), Ref("one_component"), Ref("named_term")) if self.single else alt(
                Seq((Ref("one_signal"), optional(Ref("one_background")), Rep(Ref("named_term"), 0, _NAMED))), Seq((Ref("one_background"), Rep(Ref("named_term"), 0, _NAMED))),
                Seq((Ref("one_component"), Rep(Ref("named_term"), 0, _NAMED))), Rep(Ref("named_term"), 1, _NAMED + 1),
            ),
            "sample": Seq((seq(f"{sample.keyword}(", Ref("NEW_NAME"), ")"), _DO, _NL, _line("data", self.data), optional(Ref("terms")), _END, _NL)),
            "named_term": Seq((alt(*(seq(f"{kind}(", Ref("NEW_NAME"), ")") for kind in ("signal", "background", "component"))), Ref("BLANK"), Ref("shape")), glued=True),
            "one_signal": seq("signal", Ref("shape")),
            "one_component": seq("component", Ref("shape")),
            "one_background": seq("background", Ref("shape")),
            "shape": alt(*(Ref(f"shape_{word}") for word in sorted(self.shapes))),
        }  # fmt: skip
        for word in sorted(self.shapes):
            found[f"shape_{word}"] = self._shape(all_shapes()[word], load()["signal"])
        resolutions = [word for word in sorted(self.shapes) if all_shapes()[word].resolves]
        if resolutions:
            found["convolve"] = Seq(("convolve", alt(*(Ref(f"resolution_{word}") for word in resolutions))))
            found |= {f"resolution_{word}": self._shape(all_shapes()[word], None) for word in resolutions}
        return found

    def _shape(self, shape: type[Shape], term: type[Block] | None) -> Node:
        """The lines of a shape in a term, or of a resolution."""
        lines: list[Node] = [line if field.required else _maybe(line) for field in shape.fields.values() if (line := self._of_shape(field)) is not None]
        if term is not None:
            lines += [_maybe(line) for field in term.fields.values() if (line := self._of_shape(field)) is not None]
        if shape.free is not None:
            lines.append(Rep(Seq((seq(Ref("NAME"), self._parameter()), _NL)), 1, _FREE))
        if term is not None:
            lines += [optional(Ref("convolve"))] if any(all_shapes()[word].resolves for word in self.shapes) and not self.surface else []
        return Seq((shape.word, _DO, _NL, *lines, _END, _NL))

    def _of_shape(self, field: Field) -> Node | None:
        if isinstance(field, Floating):
            return _line(field.name, self._parameter())
        if isinstance(field, Line):
            return _line(field.name, self.data) if field.name == "data" else None
        return Seq((values.line(field), _NL))

    def _of_fit(self, field: Field) -> Node:
        """A field of the fit: levels are percentages, places and ranges are numbers."""
        if field.name in ("exclude", "sidebands"):
            then = [optional(seq(",", "then", ":", alt(":start", ":fixed")))] if field.name == "sidebands" else []
            return _line(field.name, seq(listed(self._range), *then))
        if field.name in ("intervals", "band"):
            at = [optional(seq(",", "at", ":", self._number))] if field.name == "band" else []
            return _line(field.name, seq(listed(_PERCENT), *at))
        if isinstance(field, Choice) and not field.many:
            return _line(field.name, alt(*(f":{word}" for word in field.options)))
        return Seq((values.line(field), _NL))

    def _parameter(self) -> Node:
        """`0.135 GeV, range: 0.13 GeV..0.14 GeV`, or the parameter of another term."""
        options = alt(seq("range", ":", self._range), seq("fixed", ":", Ref("TRUE")), seq("constraint", ":", self._number))
        return alt(seq(self._number, optional(seq(",", options))), Seq((Ref("NAME"), ".", Ref("NAME")), glued=True))

    @property
    def _number(self) -> Node:
        return seq(optional("-"), Ref("number_text"), *([optional(Ref("UNIT"))] if self.units else []))

    @property
    def _range(self) -> Node:
        return seq(self._number, Ref("DOTS"), self._number)


def _line(word: str, value: Node) -> Node:
    return Seq((seq(word, value), _NL))


def _maybe(line: Node) -> Node:
    return Rep(line, 0, 1)


