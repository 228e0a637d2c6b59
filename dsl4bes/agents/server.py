"""The server: tools and resources of the Model Context Protocol over pipes.

In: the folder whose programs may be read (empty: none). Out: a server of the official package. Each tool is a function of `tools.py`; what it refuses is data with a `fault`, and no failure of the protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from pydantic import Field

from dsl4bes import __version__
from dsl4bes.agents import tools, toy, work
from dsl4bes.agents.places import MAX_TEXT, given
from dsl4bes.agents.refused import NotAllowed

INSTRUCTIONS = """\
DSL4BES compiles a block language (.bes) for selections of BESIII events to C++ packages for BOSS. Write the selection in this language and not in C++: begin with `examples` and `describe_language`, ask
`explain` for the fields of a block, call `check` until it finds no error (each finding has a code, a place and often a fix), try it with `run_on_toy`, read with `describe`
whether it says what was meant, then `compile`. `import_cpp` makes a draft of a hand-written algorithm."""

Text = Annotated[str, Field(max_length=MAX_TEXT, description="The program (.bes). Give either this or `path`.")]
Path = Annotated[str, Field(max_length=4096, description="A program below the folder that the server was started with (--root).")]


def server(root: str = "") -> MCPServer[Any]:
    """The server; `root` is a real path, or empty."""
    made: MCPServer[Any] = MCPServer("dsl4bes", title="DSL4BES", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")
    _programs(made, root)
    _words(made)
    _runs(made, root)
    _resources(made)
    return made


def _answer(done: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a tool gives; what is refused is an answer, too."""
    try:
        return done()
    except NotAllowed as error:
        return {"ok": False, "fault": str(error)}


def _programs(made: MCPServer[Any], root: str) -> None:
    @made.tool()
    async def check(text: Text = "", path: Path = "") -> dict[str, Any]:
        """Everything wrong or doubtful with a program: codes, places, messages, fixes."""
        return await work.limited("check", text, path, root)

    @made.tool()
    async def fix(text: Text = "", path: Path = "") -> dict[str, Any]:
        """The program with all safe fixes applied, as text, and what is still wrong. No file is changed."""
        return await work.limited("fix", text, path, root)

    @made.tool()
    async def format(text: Text = "", path: Path = "") -> dict[str, Any]:
        """The program in canonical form, as text. No file is changed."""
        return await work.limited("format", text, path, root)

    @made.tool()
    async def compile(text: Text = "", path: Path = "", profile: Annotated[str, Field(pattern=r"^(7\.0\.x|8)?$", description="BOSS version: 7.0.x or 8 (default: the program's).")] = "") -> dict[str, Any]:
        """The BOSS package of a program: path and text of each file. Nothing is written."""
        return await work.limited("compile", text, path, root, profile)

    @made.tool()
    async def describe(text: Text = "", path: Path = "", language: Annotated[str, Field(pattern="^(en|zh)$", description="en or zh.")] = "en") -> dict[str, Any]:
        """The selection in words for a paper: every cut and every number with its unit, assumed standards too."""
        return await work.limited("describe", text, path, root, language)

    @made.tool()
    async def import_cpp(
        text: Annotated[str, Field(max_length=tools.MAX_CPP, description="The C++ of a hand-written BOSS algorithm, with `execute`.")],
        header: Annotated[str, Field(max_length=tools.MAX_CPP, description="Its header.")] = "",
        options: Annotated[str, Field(max_length=tools.MAX_CPP, description="Its job options, whose numbers count more than defaults.")] = "",
        name: Annotated[str, Field(max_length=tools.MAX_WORD, description="Name of the file, for comments.")] = "",
    ) -> dict[str, Any]:
        """A draft of a program from a hand-written algorithm; what is not understood stays C++ in comments that begin with NOT UNDERSTOOD, where a cut may be."""
        return await work.imported(text, header, options, name)


def _words(made: MCPServer[Any]) -> None:
    @made.tool()
    def explain(word: Annotated[str, Field(max_length=tools.MAX_WORD, description="A block, field (photons.energy), function, particle, unit or code (BES0201).")]) -> dict[str, Any]:
        """What a word of the language, a particle, a unit or a code of a finding means."""
        return _answer(lambda: tools.explained(word))

    @made.tool()
    def describe_language(topic: Annotated[str, Field(max_length=tools.MAX_WORD, description="Words that must occur; empty: all.")] = "") -> dict[str, Any]:
        """The blocks, functions, units and shapes of the language, one line each; `topic` searches."""
        return _answer(lambda: tools.language(topic))

    @made.tool()
    def examples(name: Annotated[str, Field(max_length=tools.MAX_WORD, description="An example to read; empty: the list.")] = "") -> dict[str, Any]:
        """Whole selections that compile and run: their list, or one of them."""
        return _answer(lambda: tools.examples(name))


def _runs(made: MCPServer[Any], root: str) -> None:
    @made.tool()
    async def run_on_toy(
        ctx: Context[Any, Any],
        decay: Annotated[str, Field(max_length=20_000, description='The decay to generate, "J/psi -> rho(770)0 pi0", or the text of a DecFile.')],
        text: Text = "",
        path: Path = "",
        events: Annotated[int, Field(ge=1, le=toy.MAX_EVENTS, description="How many toy events.")] = 1000,
        seed: Annotated[int, Field(ge=0, lt=2**31, description="The same seed gives the same events.")] = 1,
        rows: Annotated[int, Field(ge=0, le=toy.MAX_ROWS, description="Rows of each tuple to give back.")] = 5,
    ) -> dict[str, Any]:
        """Compile a program, run the generated C++ on toy events: cut flow, first rows of the tuples, histograms."""

        async def progress(done: float, words: str) -> None:
            await ctx.report_progress(done, 1.0, words)

        try:
            return await toy.run_on_toy(given(text, path, root), decay, events, seed, rows, root, progress)
        except NotAllowed as error:
            return {"ok": False, "fault": str(error)}


def _resources(made: MCPServer[Any]) -> None:
    @made.resource("dsl4bes://grammar", mime_type="text/plain")
    def grammar() -> str:
        """The grammar of the language (Lark)."""
        from dsl4bes.assets import grammar_path

        main = grammar_path()
        return "\n\n".join(f"// {each.name}\n{each.read_text(encoding='utf-8')}" for each in sorted(main.parent.glob("*.lark"), key=lambda each: (each != main, each.name)))

    @made.resource("dsl4bes://reference", mime_type="text/markdown")
    def reference() -> str:
        """All blocks, fields, functions, particles and units."""
        from dsl4bes.reference.pages import page

        return page()

    @made.resource("dsl4bes://example/{name}", mime_type="text/plain")
    def example(name: str) -> str:
        """A whole selection."""
        return str(tools.examples(name)["text"])
