"""`require` and `veto`: any formula as a cut, with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind, LineKind
from dsl4bes.constructs.fields import Formula
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_TRACKS = "    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\n"
_ASSIGN = "    assign do\n        identify :ep, charge > 0\n        identify :em, charge < 0\n        nep == 1\n        nem == 1\n    end\n"
_ECMS = 'analysis "Example" do\n    ecms 3.097 GeV\nend\n\n'


class Require(Block):
    """A cut: events in which the formula is false, or cannot be computed, are rejected.

    The name is the line of the cut flow. Numbers of the formula are properties called after it, `<name>_1`, `<name>_2`, in the order
    written. `when:` switches the cut: where it is false the cut is not applied.
    """

    keyword = "require"
    label = LabelKind.TITLE
    label_required = True
    body = False
    main = "formula"
    line = LineKind.FORMULA

    when = Formula(
        doc="condition for the cut to be applied", flag=True, usage='when: property("UseTof", true)'
    )

    examples = (
        Example(
            "Electron and positron back to back within 6 degrees in the centre of mass.",
            f'{_ECMS}event_selection do\n{_TRACKS}{_ASSIGN}    require "acollinearity", 180 deg - angle(ep, em, frame: :cm) < 6 deg\nend\n',
            "The numbers are the properties acollinearity_1 and acollinearity_2.",
        ),
        Example(
            "A difference in time of flight that can be switched off.",
            f"event_selection do\n{_TRACKS}{_ASSIGN}"
            '    require "time of flight", abs(tof(ep) - tof(em)) < 4 ns, when: property("UseTof", true)\nend\n',
            "A track without time of flight fails the cut.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        cut(here, to, here.entry(cls.when), veto=False)


class Veto(Block):
    """A cut the other way round: events in which the formula is true are rejected; where it cannot be computed they are kept.

    Name, numbers and `when:` are as in `require`.
    """

    keyword = "veto"
    label = LabelKind.TITLE
    label_required = True
    body = False
    main = "formula"
    line = LineKind.FORMULA

    when = Formula(
        doc="condition for the cut to be applied", flag=True, usage='when: property("VetoGammas", true)'
    )

    examples = (
        Example(
            "No photon of more than 1 GeV.",
            'event_selection do\n    photons do\n        energy > 40 MeV\n    end\n    veto "hard photon", any(e(gam) > 1 GeV)\nend\n',
        ),
        Example(
            "No pair of oppositely charged tracks that come from a photon conversion.",
            f'event_selection do\n{_TRACKS}{_ASSIGN}    veto "conversion", angle(ep, em) < 8 deg\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        cut(here, to, here.entry(cls.when), veto=True)


def cut(here: Instance, to: Builder, when: Entry | None, *, veto: bool) -> None:
    """The step of `require` and `veto`."""
    if len(here.main) != 1 or here.label is None:
        example = f'`{here.keyword} "name", formula`'
        message = f"`{here.keyword}` takes a name and one formula"
        to.bag.add(
            codes.BAD_VALUE,
            message,
            here.main[1].span if len(here.main) > 1 else here.span,
            help=f"write {example}",
        )
        return
    value = here.main[0].value
    if here.main[0].key is not None or isinstance(value, ast.Bare):
        message = "the formula of a cut stands without a key and with both sides"
        to.bag.add(codes.BAD_VALUE, message, here.main[0].span, help='write `require "name", p(ep) > 1 GeV`')
        return
    doc = f"number of the cut {here.label.name}"
    name = public_name(here.name)
    condition = to.condition(value, to.numbered(name, doc))
    switch = None if when is None else to.condition(when.value, to.numbered(f"{name}_when", doc))
    if condition is None or (when is not None and switch is None):
        return
    to.require(here.name, "", condition, here.span, veto=veto, when=switch)
