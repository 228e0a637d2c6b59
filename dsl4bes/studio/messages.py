"""What page and server say to each other, as types.

In: JSON of a page, checked and bounded by pydantic. Out: JSON of the server. Offsets count characters (code points) from 0, lines and columns from 1. No logic.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dsl4bes.syntax.lexer import MAX_CHARACTERS

MAX_TOY = 50_000

Program = Annotated[str, Field(max_length=MAX_CHARACTERS)]
Path = Annotated[str, Field(max_length=1000)]
Page = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,40}$")]
Offset = Annotated[int, Field(ge=0, le=MAX_CHARACTERS)]


class Asked(BaseModel):
    """A request; what it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class Written(Asked):
    """A program as it stands in a page: `path` is where it lies below the folder, empty if nowhere; newer versions have larger numbers."""

    page: Page
    version: Annotated[int, Field(ge=0)] = 0
    text: Program
    path: Path = ""


class At(Written):
    offset: Offset


class Rename(At):
    new: Annotated[str, Field(min_length=1, max_length=200)]


class Open(Asked):
    path: Path


class Save(Asked):
    path: Path
    text: Program
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    crlf: bool = False


class Events(Asked):
    """Events for a page: a file or folder below the root, toy events of a decay, the ten fully simulated ones, those of the command line, or none."""

    page: Page
    source: Literal["file", "toy", "sample", "given", "none"]
    path: Path = ""
    decay: Annotated[str, Field(max_length=2000)] = ""
    number: Annotated[int, Field(ge=1, le=MAX_TOY)] = 10_000
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1


# --- the server's ----------------------------------------------------------------------------------------------------------


class Place(BaseModel):
    """A place in the program; `file` is the name of an included file, where `start` and `end` are those of its `include`."""

    start: int
    end: int
    line: int
    column: int
    file: str = ""


class Edit(BaseModel):
    start: int
    end: int
    text: str


class Repair(BaseModel):
    """Edits that belong together."""

    title: str
    edits: list[Edit]


class Remark(BaseModel):
    place: Place
    text: str


class Finding(BaseModel):
    """A diagnostic."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    message: str
    label: str = ""
    help: str = ""
    shows: str = ""
    place: Place | None = None
    related: list[Remark] = []
    fixes: list[Repair] = []


class Method(BaseModel):
    """The C++ of a block; `changed` are its lines (from 0) that the version before did not have."""

    name: str
    keyword: str
    text: str
    assumed: bool
    place: Place | None
    changed: list[int]


class Analysis(BaseModel):
    version: int
    dropped: bool = False  #: a newer text was there before this one was looked at
    ok: bool = False
    findings: list[Finding] = []
    methods: list[Method] = []
    words: str = ""


class Share(BaseModel):
    """An efficiency, with the ends of its interval (Clopper-Pearson, 68.27 %); `value` is None of nothing."""

    value: float | None
    low: float
    high: float


class Cut(BaseModel):
    """A line of the cut flow: `relative` to the one before, `overall` to all events."""

    label: str
    key: str
    region: str
    passed: int
    part: bool
    candidates: int | None
    relative: Share
    overall: Share
    place: Place | None


class Picture(BaseModel):
    """A histogram; with a second axis `cells[i][j]` are its contents."""

    name: str
    title: str
    axis: str
    unit: str
    edges: list[float]
    counts: list[float]
    outside: float
    edges_y: list[float]
    cells: list[list[float]]


class Live(BaseModel):
    """What the events make of a program; without `cuts` the `words` say why."""

    version: int
    dropped: bool = False
    words: str = ""
    cuts: list[Cut] | None = None
    pictures: list[Picture] = []
    tuples: dict[str, int] = {}
    events: int = 0
    events_name: str = ""
    remarks: list[str] = []
    seconds: float = 0.0
    reused: int = 0


class Offered(BaseModel):
    """A completion; `snippet` has places to fill in as `${1:word}`."""

    label: str
    kind: str
    detail: str
    documentation: str
    start: int
    end: int
    text: str
    snippet: str | None


class Completions(BaseModel):
    version: int
    items: list[Offered]


class About(BaseModel):
    """What is known of the word at a place, as Markdown; empty: nothing."""

    markdown: str = ""
    start: int = 0
    end: int = 0


class Edits(BaseModel):
    """Edits of the text, or words that say why there are none."""

    edits: list[Edit] = []
    words: str = ""


class File(BaseModel):
    path: str
    text: str
    digest: str
    crlf: bool = False


class Saved(BaseModel):
    path: str
    digest: str


class Start(BaseModel):
    """What a page begins with."""

    version: str
    root: str
    file: File
    given: str  #: the events of the command line, empty if there are none
    max_toy: int = MAX_TOY


class Listing(BaseModel):
    programs: list[str]
    events: list[str]


class Held(BaseModel):
    """The events that a page has now."""

    name: str
    number: int


class Words(BaseModel):
    """Why something was not done. `digest`: of what is on disk now."""

    words: str
    digest: str = ""
