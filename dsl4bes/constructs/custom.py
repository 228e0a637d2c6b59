"""`custom`, and every block whose name the language does not know: C++ that is written by a hand or a model, for one typed task.

In: what the block takes, fields of its own, words that say what it does, perhaps a file with the code. Out: a `Custom` step whose view holds just that.
Who wrote the code, and what it had to pass before, is decided outside (`unknown/`): without accepted code the block is an error that says what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import REGION, SELECTION, Block, Chosen, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Line, Sources, Text
from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir.custom import Custom as CustomStep
from dsl4bes.ir.custom import Member
from dsl4bes.ir.types import Kind
from dsl4bes.physics.units import with_unit
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: What a field of the block may be for the code.
VALUES = (Kind.NUMBER, Kind.FLAG, Kind.P4)
_PHOTONS = "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 1\n    end\n"


class Custom(Block):
    """A cut that the language has no words for: C++ that sees a few typed values of the event and answers whether it stays.

    A block of any other name that the language does not know is the same: `cosmic_veto do ... end`. `from` names the lists, fits and values of `let` that the code
    may see; without it, everything in scope. Every other line is a value of the block's own, a number with unit or a formula: `max_difference 5 ns`. `describe` says in words
    what the block does. The code is the body of a function of the view `in`: `for (std::size_t i = 0; i < in.gam.size(); ++i) if (in.gam[i].energy > in.limit) return false; return true;`.
    Entries of lists have `p4` and the quantities of tracks or showers by their names as functions (`tof`, `has_tof`, `emc_energy`, `time`), fits `passed`, `chi2` and the
    four-momenta of their particles; numbers are double (GeV, cm, ns, rad; NaN where absent), flags bool, four-momenta HepLorentzVector. A model writes it in
    `dsl4bes compile`, if `dsl4bes.toml` has a table `[model]`: several drafts are asked for, and the behaviour that most of them share is taken. Or a hand writes it: `code "file.inc"`, then
    `dsl4bes accept`. Both go through the same parser, policy, compiler and events in a sandbox, and what passed is pinned in the lock file beside the program, which later compilations use
    without any model. `dsl4bes review` shows the code, how sure it is, and the events that decide.
    """

    keyword = "custom"
    parents = (SELECTION, REGION)
    selects = True
    label = LabelKind.TITLE
    label_required = True
    coded = True

    from_ = Sources(doc="lists, fits and values the code may see; all in scope if not said", usage="from gam, pip, pim")
    describe = Text(doc="what the block does, in words", usage='describe "reject events with a hard photon"')
    code = Text(ending=".inc", doc="file with the body of the function, written by hand", usage='code "photon_time.inc"')
    free = Line(doc="a value that the code sees under this name", name="value", usage="max_difference 5 ns")

    examples = (
        Example(
            "A block that the language does not know: its name and fields are its own.",
            f'{_PHOTONS}    hard_photon_veto do\n        describe "reject events with a photon above the limit"\n        from     gam\n        limit    1.2 GeV\n    end\nend\n',
            "It needs code: from a model (`dsl4bes compile` with a table `[model]` in dsl4bes.toml), or by hand (`code \"file.inc\"` and `dsl4bes accept`).",
        ),
        Example(
            "The same with a title for the cut flow.",
            f'{_PHOTONS}    custom("hard photon") do\n        from  gam\n        limit 1.2 GeV\n    end\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        if to.scope.inside:
            help = "its answer is of the event; write it before or after the `for`"
            to.bag.add(codes.MISPLACED_BLOCK, f"`{here.statement.head.path[0].name}` cannot stand in a `for`", here.head, help=help)
            return
        members = [member for entry in here.all(cls.free) if (member := _member(here, entry, to)) is not None]
        if len(members) != sum(1 for _ in here.all(cls.free)):
            return
        view = to.view(here.get(cls.from_), tuple(members), here.head)
        if view is None:
            return
        file: Chosen | None = here.get(cls.code)
        body = to.body_of(here, view, None if file is None else file.file)
        if body is None:
            return
        to.emit(CustomStep(span=here.span, cut=to.cut(here.name, "", here.head), view=view, body=body))


def _member(here: Instance, entry: Entry, to: Builder) -> Member | None:
    """A field of the block's own as a value of the view; None after a diagnostic."""
    name = entry.key.name
    if not is_name(name):
        to.bag.add(codes.BAD_NAME, f"`{name}` cannot name a value of the code", entry.key.span, help="letters, digits and `_`, beginning with a letter")
        return None
    arguments: tuple[ast.Argument, ...] = entry.value
    if len(arguments) != 1 or arguments[0].key is not None or isinstance(arguments[0].value, (ast.Range, ast.String, ast.Bare)):
        help = "write a number with its unit, `true` or `false`, or a formula: `max_difference 5 ns`"
        to.bag.add(codes.BAD_VALUE, f"`{name}` takes one value", entry.statement.span, help=help)
        return None
    value = to.value(arguments[0].value, f"{public_name(here.name)}.{name}", f"`{name}` of `{here.name}`")
    if value is None:
        return None
    if value.type.kind not in VALUES:
        message = f"`{arguments[0].value.span.text}` is a {value.type.kind.value}, and the code takes numbers, conditions and four-momenta"
        to.bag.add(codes.BAD_VALUE, message, arguments[0].value.span, help="lists and fits are named in `from`")
        return None
    return Member(name, value, with_unit(f"`{name}` of the block", value.type.dimension))
