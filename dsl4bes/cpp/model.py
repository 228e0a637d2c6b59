"""The C++ model: what will be written, before any text exists.

In: nothing. Out: frozen parts of a package: properties, structs, methods, steps, statements, tuples, histograms, cuts.
General parts (the steps of methods are in `steps`), no class per construct. Every string here is finished C++ (or finished
text of an option file); templates only place it. Nothing is decided here and nothing is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from dsl4bes.cpp.record import keyword_record, record
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.cpp.steps import Step

# --- where a line comes from ----------------------------------------------------------------------------------------


@record
class Origin:
    """What a run of generated lines stands for; `label` is `template`, `model` or `hand`."""

    block: str
    span: Span | None
    label: str = "template"


# --- statements -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, semicolon included."""

    kind: ClassVar[str] = "line"
    text: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """`if (condition) { body }`."""

    kind: ClassVar[str] = "if"
    condition: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop over a list of positions: `variable` is the entry, `skip` the conditions under which it is passed over."""

    kind: ClassVar[str] = "loop"
    list: str
    index: str
    start: str
    variable: str
    skip: str = ""  #: condition, empty = none
    body: tuple[Statement, ...] = ()
    pad: str = ""  #: indentation, where a template opens loops one by one


Statement = Line | If | Loop

# --- declarations ---------------------------------------------------------------------------------------------------


@record
class Property:
    """A job-option property."""

    name: str
    member: str
    type: str
    default: str  #: C++ text
    option: str  #: job-option text
    doc: str  #: C++ string literal
    comment: str


@record
class Field:
    """A member of a struct or of the class; `initial` is what a constructor sets (empty = nothing)."""

    type: str
    name: str
    comment: str = ""
    initial: str = ""


@record
class Struct:
    name: str
    comment: str
    fields: tuple[Field, ...]

    @property
    def initials(self) -> tuple[str, ...]:
        """The initialisers of a constructor."""
        return tuple(f"{field.name}({field.initial})" for field in self.fields if field.initial)


@record
class CutLine:
    """One line of the cut flow: `constant` is the enumerator, `name` a string literal."""

    constant: str
    name: str
    key: str
    scoped: bool = False  #: it counts candidates as well


@record
class ColumnItem:
    """A booked column; arrays have a `count` item and a `maximum` member."""

    name: str  #: string literal
    item: str
    type: str
    comment: str
    array: bool = False
    count: str = ""
    count_name: str = ""
    maximum: str = ""


@record
class Indexed:
    """Arrays that share one index item (the decay tree of the truth)."""

    count: str
    count_name: str  #: string literal
    maximum: str
    arrays: tuple[ColumnItem, ...]


@record
class TupleBooking:
    """An ntuple: `struct` is the type that holds its items, `member` the instance, `suffix` what follows the instance name."""

    struct: str
    member: str
    suffix: str  #: string literal, `_rhopi`
    title: str  #: string literal
    items: tuple[ColumnItem, ...]
    arrays: tuple[ColumnItem, ...]
    comment: str
    per_candidate: bool = False
    is_record: bool = False
    indexed: Indexed | None = None


@record
class HistogramBooking:
    member: str
    type: str
    suffix: str
    title: str
    axes: tuple[str, ...]  #: `60, 0.105, 0.165`
    weighted: bool
    comment: str


# --- methods --------------------------------------------------------------------------------------------------------


@keyword_record
class FitTrack:
    """One `AddTrack` of a fit: `number`, and either the text of a WTrackParameter or of a shower."""

    number: int
    parameter: str
    photon: bool
    field: str
    p4: str
    raw: str
    raw_value: str
    sum_value: str = ""  #: four-momentum of a product of a combination
    track: str = ""  #: field that keeps the fitted parameters (vertex fit)
    summed: bool = False  #: its fitted momentum is that of a `Together`
    added: str = ""  #: the whole call of a particle that is not fully measured; `raw` is empty if nothing of it is


@keyword_record
class Together:
    """Particles of a fit that count as one, how many the event says: the tracks and showers at `positions` (texts of `std::vector<int>`) under `hypotheses`
    (-1 a shower; empty: all are showers), added to the fitter after all others by `parameter`. `first`: number of a track that belongs to them; then the
    measured momentum is that of the track so far. `numbers`: the local list of their numbers in the fitter."""

    title: str
    numbers: str
    first: str
    positions: str
    hypotheses: str
    parameter: str
    p4: str
    raw: str


@keyword_record
class Repeat:
    """A vertex fit to be repeated with other species before a kinematic fit."""

    local: str
    struct: str
    result: str
    attempt: str
    hypotheses: str


@keyword_record
class Flight:
    """The second fit of a secondary vertex. `production`: a VertexParameter that is there already; empty: the interaction point."""

    iterations: str
    ceiling: str
    tolerance: str
    production: str
    p4: str
    track: str


@keyword_record
class Pool:
    """The particles of an earlier fit, from whose four-momenta a combination takes those of its products."""

    local: str
    positions: str
    momenta: str
    size: int


@keyword_record
class TagCase:
    """One mode of a D tag: how many tracks and showers it has, lists that are made of them, fields that are set from them."""

    code: int
    text: str
    tracks: int
    showers: int
    mass: str
    lists: tuple[tuple[str, str], ...]  #: local, value
    fields: tuple[tuple[str, str], ...]  #: field, value
    charm: int = 0  #: the only one that is taken
    hypotheses: str = ""  #: of its tracks, where they are asked for: `RecMdcKalTrack::kaon, RecMdcKalTrack::pion`


@keyword_record
class TagPair:
    """The fields of a pair that hold its two tags, and that of their sum."""

    first: str
    second: str
    first_p4: str
    second_p4: str
    p4: str


@keyword_record
class ListedReader:
    """What reading one entry of a list of pi0, eta or V0s needs beside its products: the entry's part each is, the conditions that they are not where
    they must be."""

    type: str
    vees: bool
    pdgid: int
    chain: bool
    places: tuple[str, ...]
    among: tuple[str, ...]


@keyword_record
class TagReader:
    """What reading one entry of the D-tag list needs beside its tracks."""

    identified: str
    cases: tuple[TagCase, ...]
    hypotheses: bool = False  #: those of its tracks are kept
    p4: str
    nominal: str


@keyword_record
class Attempt:
    """The method that performs one fit of one candidate, or puts one combination together (no fitter)."""

    name: str
    struct: str
    title: str
    kinematic: bool
    combination: bool = False
    fitter: str
    iterations: str
    ceiling: str
    tolerance: str
    tracks: tuple[FitTrack, ...]
    constraints: tuple[str, ...]
    error: str
    repeats: tuple[Repeat, ...]
    mark: int
    order: str = ""  #: `0, 1, 2`
    place: str = ""  #: field that keeps the fitted vertex, for a vertex fit that is a production vertex
    total: str = ""  #: field of the particle that is the sum of the products
    raw_total: str = ""  #: the same as measured
    pools: tuple[Pool, ...] = ()
    tag: TagReader | None = None  #: reads an entry of the D-tag list
    pair: TagPair | None = None  #: looks at two D tags
    listed: ListedReader | None = None  #: reads an entry of another list of BOSS
    settings: tuple[str, ...] = ()  #: further calls after `init()`
    together: tuple[Together, ...] = ()  #: particles that count as one
    flight: Flight | None = None  #: of a secondary vertex: the second fit; the settings above are those of the first


@record
class Method:
    """A block's method. `steps` in order;"""

    name: str
    title: str  #: first comment line
    source: tuple[str, ...]  #: the block's own text, line by line, safe for comments
    steps: tuple[Step, ...]
    attempts: tuple[Attempt, ...]  #: the methods that fit one candidate of its fits, written before it
    mark: int
    assumed: bool = False


@keyword_record
class PidMethodModel:
    """The method that runs ParticleID for a track with one set of settings, and what it keeps."""

    name: str
    struct: str
    cache: str
    title: str
    method: str
    systems: str
    hypotheses: str
    quantities: tuple[PidField, ...]


@keyword_record
class PidField:
    name: str
    getter: str
    invalid_at: str  #: value of ParticleID that means "not there", empty = none
    comment: str


@record
class Sequence:
    """A list of block methods in order: the baseline or a region; `flag` is the region's local variable."""

    name: str
    flag: str
    parent: str
    methods: tuple[str, ...]
    mark: int


@record
class Option:
    """A property that an instance sets to another value; all finished texts."""

    name: str
    value: str
    comment: str


@record
class VariationModel:
    """A further instance of the algorithm: what it sets, and whether it fills tuples and histograms (`true`, `false`)."""

    instance: str
    title: str
    options: tuple[Option, ...]
    outputs: str


@record
class Counter:
    member: str
    text: str  #: string literal for finalize()


@record
class Seen:
    """Events are remembered by run and number: at most `limit`; counters of those met before and of those not remembered."""

    limit: str
    repeated: str
    forgotten: str


@record
class Dependency:
    """A package whose headers are included: a `use` line of CMT and a link target of CMake."""

    package: str
    pattern: str
    offset: str
    target: str


@record
class HelixShiftModel:
    """One parameter of the helix of one kind of track: hypothesis, charge, place, members of shift and width."""

    hypothesis: str
    charge: int
    parameter: int
    mean: str
    width: str


@record
class HelixModel:
    """The correction of helices before fits, the method `corrected_track`. `bins`: the rows of a table, each the initialiser of a struct; `outside`
    counts the simulated events with a track that no bin holds."""

    seed: str
    shifts: tuple[HelixShiftModel, ...]
    bins: tuple[str, ...] = ()
    table: str = ""
    outside: str = ""
    counted: str = ""  #: member with run and event of the last one that was counted


@record
class CustomCode:
    """The code of a custom block: the structs of what it sees, then the body of its function."""

    space: str  #: namespace
    title: str
    structs: tuple[Struct, ...]  #: the last one is the view itself
    lines: tuple[str, ...]
    sees: bool  #: whether the body looks at the view
    mark: int
    code_mark: int  #: of the body's own lines


@keyword_record
class Package:
    """Everything a package's files are printed from."""

    name: str
    algorithm: str
    profile: str
    folder: str
    source_name: str
    guard: str
    modern: bool
    includes_header: tuple[str, ...]
    includes_source: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    properties: tuple[Property, ...]
    needs_vertex: bool
    needs_vertex_error: bool
    needs_beam: bool
    needs_truth: bool
    measured_ecms: bool  #: the beams' energy is asked of the data base for every run
    needs_trigger: bool
    seen: Seen | None
    list_classes: tuple[str, ...]  #: of entries of BOSS's lists of candidates that are read
    needs_pi0s: bool  #: a producer of photon pairs runs before
    needs_vees: bool  #: a producer of V0s runs before
    tags: tuple[tuple[str, str], ...]  #: producers of the D-tag list that are needed, and the beam energy they take
    ecms: str
    crossing_angle: str
    masses: tuple[Field, ...]
    helpers: tuple[str, ...]
    structs: tuple[Struct, ...]
    context: Struct
    pids: tuple[PidMethodModel, ...]
    attempts: tuple[Attempt, ...]
    methods: tuple[Method, ...]
    baseline: Sequence
    outputs: Sequence
    always: Sequence
    regions: tuple[Sequence, ...]
    cuts: tuple[CutLine, ...]
    tuples: tuple[TupleBooking, ...]
    record: TupleBooking
    histograms: tuple[HistogramBooking, ...]
    counters: tuple[Counter, ...]
    variations: tuple[VariationModel, ...]
    inputs: tuple[str, ...]
    output: str
    events: int
    edition: str
    origins: tuple[Origin, ...] = field(repr=False)
    helix: HelixModel | None = None
    customs: tuple[CustomCode, ...] = ()

    @property
    def scoped(self) -> bool:
        """Whether a cut counts candidates."""
        return any(cut.scoped for cut in self.cuts)
