"""The steps of a method: one class per primitive, with everything its template prints.

In: nothing. Out: frozen data; every string is finished C++. `template` is the stem of the primitive's template.
Nothing is decided and nothing is printed here.
"""

from __future__ import annotations

from typing import ClassVar

from dsl4bes.cpp.model import Loop, Statement
from dsl4bes.cpp.record import keyword_record


@keyword_record
class Step:
    """Base of the steps. `template` is the stem of the primitive's template; `mark` its origin (see `Package.origins`)."""

    template: ClassVar[str] = ""
    mark: int
    before: tuple[Statement, ...] = ()  #: statements that prepare values

    @property
    def template_file(self) -> str:
        return f"primitives/{self.template}.cxx.j2"


@keyword_record
class Guard:
    """A condition that must hold, with the statements it needs and its source text."""

    condition: str
    before: tuple[Statement, ...] = ()
    comment: str = ""


@keyword_record
class CollectionStep(Step):
    """`again` (here and below): an earlier step, perhaps of another region, fills the list too."""

    template: ClassVar[str] = "collection"
    target: str
    again: bool
    charged: bool


@keyword_record
class SelectStep(Step):
    template: ClassVar[str] = "select"
    target: str
    again: bool
    list: str
    index: str
    variable: str
    guards: tuple[Guard, ...]


@keyword_record
class MergeStep(Step):
    template: ClassVar[str] = "merge"
    target: str
    again: bool
    lists: tuple[str, ...]


@keyword_record
class IdentifyStep(Step):
    template: ClassVar[str] = "identify"
    list: str
    index: str
    method: str


@keyword_record
class DefineStep(Step):
    template: ClassVar[str] = "define"
    target: str
    value: str


@keyword_record
class RequireStep(Step):
    template: ClassVar[str] = "require"
    reject: str  #: condition under which the event is rejected
    cut: str  #: enumerator


@keyword_record
class CustomStep(Step):
    template: ClassVar[str] = "custom"
    space: str  #: namespace of the block's view and code
    view: str  #: the local that holds the view
    cut: str  #: enumerator


@keyword_record
class CandidateGuard:
    """A condition on candidates. `left`: flag that some candidate passed; `cut`: enumerator, empty for an optional fit."""

    guard: Guard
    left: str
    cut: str


@keyword_record
class Prepared:
    """A list a fit takes its particles from, made from a list of the event: only the strongest showers, or in order of energy."""

    local: str
    value: str
    comment: str


@keyword_record
class Side:
    """A list whose entries a role takes in the chain as written, and the one in its charge conjugate."""

    local: str
    written: str
    conjugate: str


@keyword_record
class Assignment:
    field: str
    value: str


@keyword_record
class FitStep(Step):
    """Common part of the fits: loops over candidates, cuts, choice."""

    result: str  #: field of the context
    struct: str
    attempt_call: str  #: the call that fits one candidate
    pad: str  #: indentation of the innermost loop
    needs: str  #: condition without which there are no candidates, empty = none
    prepared: tuple[Prepared, ...]
    once: bool  #: no loop: every particle is that of an earlier fit
    chain: str  #: variable that is 0 in the chain as written and 1 in its conjugate; empty: there is none
    sides: tuple[Side, ...]
    loops: tuple[Loop, ...]
    assignments: tuple[Assignment, ...]
    prechecks: tuple[CandidateGuard, ...]
    key: Guard | None  #: `condition` is the number that decides; None: the only candidate
    after: tuple[CandidateGuard, ...]
    optional: bool
    cut: str
    best: str
    best_key: str
    found: str
    fitted: str
    followed: bool = False  #: candidates say of which chain they are
    follows: tuple[str, ...] = ()  #: conditions that the candidate a role is was not found in the chain that is tried
    skips: tuple[str, ...] = ()  #: conditions, one for each chain that is tried, under which there is nothing to try
    kept: str = ""  #: field with the candidates where several may be kept
    groups: tuple[str, ...] = ()  #: of candidates that agree in these fields one is kept
    per_chain: bool = False  #: one candidate of each chain is kept; else every one

    @property
    def counts(self) -> bool:
        """Whether candidates before and after the cuts on them are told apart (cut-flow lines of these cuts)."""
        return (bool(self.prechecks) or bool(self.kept)) and not self.optional

    @property
    def all(self) -> bool:
        """Whether every candidate is kept."""
        return bool(self.kept) and not self.per_chain and self.key is None

    @property
    def best_of_groups(self) -> bool:
        """Whether one candidate is kept of each group (without groups: of all)."""
        return bool(self.kept) and not self.per_chain and self.key is not None

    @property
    def single(self) -> bool:
        """Whether the best of all candidates is kept."""
        return not self.kept

    @property
    def first_pad(self) -> str:
        """Indentation of the outermost loop."""
        return "    " if self.needs else "  "

    @property
    def any_fitted(self) -> str:
        """The flag that some candidate was fitted."""
        return self.fitted if self.counts else self.found


@keyword_record
class CombineStep(FitStep):
    template: ClassVar[str] = "combine"


@keyword_record
class TagsStep(FitStep):
    """Entries of the D-tag list; `keys`: local with the numbers that decide, where one of each group is kept."""

    template: ClassVar[str] = "tags"
    keys: str
    missing: str  #: counter of events without the list
    entries: str  #: local of the list, and of the number of the entry
    place: str


@keyword_record
class ListedStep(FitStep):
    """Entries of a list of BOSS: `type` and `path` of the list, the helper that says whether an entry was there before, counters of events without the
    list and of repeated entries."""

    template: ClassVar[str] = "listed"
    missing: str
    repeated: str
    again: str
    type: str
    path: str
    entries: str

    @property
    def entry_pad(self) -> str:
        """Indentation of the loop over the entries."""
        return "      " if self.chain else "    "


@keyword_record
class PairsStep(FitStep):
    """Pairs of D tags: `first`, `second` are the lists of kept ones, `keys` as in `TagsStep`."""

    template: ClassVar[str] = "pairs"
    keys: str
    first: str
    second: str


@keyword_record
class OthersStep(Step):
    template: ClassVar[str] = "others"
    target: str
    again: bool
    list: str
    used: str


@keyword_record
class ProductsStep(Step):
    template: ClassVar[str] = "products"
    target: str
    again: bool
    needs: str
    positions: tuple[str, ...]


@keyword_record
class ScopeStep(Step):
    """`rejects`: the blocks have cuts, so that an event without a candidate left is rejected."""

    template: ClassVar[str] = "scope"
    kept: str
    current: str
    methods: tuple[str, ...]
    rejects: bool
    sides: tuple[tuple[str, str], ...]  #: fields of the context that a pair of D tags sets, and its own
    index: str
    each: str
    left: str


@keyword_record
class VertexFitStep(FitStep):
    template: ClassVar[str] = "vertex_fit"
    hypotheses: str
    hypotheses_name: str


@keyword_record
class KinematicFitStep(FitStep):
    template: ClassVar[str] = "kinematic_fit"


@keyword_record
class SecondaryVertexFitStep(FitStep):
    template: ClassVar[str] = "secondary_vertex_fit"


@keyword_record
class MatchStep(Step):
    template: ClassVar[str] = "match"
    target: str
    again: bool
    list: str
    index: str
    variable: str
    guards: tuple[Guard, ...]
    momentum: str
    to: str
    cut: str
    nearest: str
    smallest: str


@keyword_record
class ColumnFill:
    item: str
    value: str
    before: tuple[Statement, ...] = ()
    comment: str = ""


@keyword_record
class ArrayFill:
    item: str
    count: str
    maximum: str
    truncated: str
    values: str
    energies: str
    before: tuple[Statement, ...]
    comment: str = ""


@keyword_record
class FillTupleStep(Step):
    template: ClassVar[str] = "fill_tuple"
    member: str
    columns: tuple[ColumnFill, ...]
    arrays: tuple[ArrayFill, ...]
    per: Loop | None
    candidate: str  #: number of the row's entry or candidate; empty: there is none


@keyword_record
class ProcessSearch:
    """A process: where its particles go, its table and that of the conjugate chain (names and numbers; empty = none)."""

    target: str
    written: str
    conjugate: str
    numbers: str
    conjugate_numbers: str
    through: str
    comment: str


@keyword_record
class ReadTruthStep(Step):
    """`data`, `missing`: counters of events without truth."""

    template: ClassVar[str] = "read_truth"
    data: str
    missing: str
    processes: tuple[ProcessSearch, ...]


@keyword_record
class FlagFill:
    item: str
    value: str


@keyword_record
class FillTruthStep(Step):
    """`root`: PDG number at the head of the decay tree, 0 = no arrays."""

    template: ClassVar[str] = "fill_truth"
    member: str
    root: int
    maximum: str
    truncated: str
    flags: tuple[FlagFill, ...]
    columns: tuple[ColumnFill, ...]


@keyword_record
class FillHistogramStep(Step):
    template: ClassVar[str] = "fill_histogram"
    member: str
    body: tuple[Statement, ...]
