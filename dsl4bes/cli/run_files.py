"""The files that `dsl4bes run` writes beside the ROOT file: pictures, JSON, LaTeX, HTML, N-1 distributions; the published cut flow.

In: what was asked for, and the result of a run. Out: the files, and `Further`: their names and what is to be shown. Each appears only when it is
complete. What cannot be written is the `fault`, beside all that was written before it. Nothing is printed here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl4bes.cli.targets import check_files, check_folders
from dsl4bes.run.errors import RunError

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.run.n_minus_1 import NMinus1
    from dsl4bes.run.published import Entry, PublishedComparison
    from dsl4bes.run.results import RunResult
    from dsl4bes.run.runner import Settings


@dataclass(slots=True)
class Further:
    """What was made: `pictures` of the histograms, all files `written`, the N-1 distributions, the published cut flow beside ours; `fault`: why the rest
    was not made."""

    pictures: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    n_minus_1: NMinus1 | None = None
    published: PublishedComparison | None = None
    fault: RunError | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON: only what was asked for."""
        found: dict[str, Any] = {"written": self.written}
        if self.n_minus_1 is not None:
            found["n_minus_1"] = self.n_minus_1.as_json()
        if self.published is not None:
            found["published"] = self.published.as_json()
        return found

    def as_text(self) -> str:
        """What the terminal shows after the report of the run."""
        parts = []
        if self.published is not None:
            from dsl4bes.run.published import as_text as published_text

            parts.append("\npublished cut flow\n" + published_text(self.published))
        if self.n_minus_1 is not None:
            from dsl4bes.run.n_minus_1 import as_text

            parts.append("\nN-1\n" + as_text(self.n_minus_1))
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `run` that ask for files; empty: not wanted."""

    plot: str = ""
    formats: str = "png"
    save: str = ""
    latex: str = ""
    report: str = ""
    n_1: str = ""
    published: str = ""

    @property
    def pictures(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.plot or self.report or self.n_1)

    def check(self) -> None:
        """Raise `RunError` before anything is run if a format is unknown or the published table cannot be read."""
        kinds_of(self.formats)
        self._published()

    def check_targets(self, output: str, resume: str, inputs: Sequence[str]) -> None:
        """Raise `RunError` before anything is run if something cannot be written, or would replace what is read (`output`: the ROOT file; `resume`: the
        folder of finished pieces)."""
        check_files({"-o": output, "--save": self.save, "--report": self.report, "--latex": self.latex}, inputs)
        check_folders({"--plot": self.plot, "--n-1": self.n_1, "--resume": resume})

    def make(
        self,
        result: RunResult,
        compilation: Compilation,
        settings: Settings,
        facts: dict[str, str],
        quiet: bool,
    ) -> Further:
        """Everything that was asked for, from the result of a run, up to the first fault; what is quick and safe comes first."""
        made = Further()
        try:
            self._tables(result, compilation, made)
            self._drawn(result, compilation, settings, quiet, made)
            if self.report:
                self._text(self.report, page(result, compilation, facts, made), made)
        except RunError as error:
            made.fault = error
        return made

    def _tables(self, result: RunResult, compilation: Compilation, made: Further) -> None:
        """The numbers: saved result, LaTeX, published cut flow."""
        if self.save:
            from dsl4bes.run.saved import as_json, write

            write(self.save, as_json(result, compilation.source.name))
            made.written.append(self.save)
        if self.latex and self.latex != "-":
            from dsl4bes.run.efficiency import as_latex

            self._text(self.latex, as_latex(result.cutflow), made)
        if self.published:
            from dsl4bes.run.published import compare

            made.published = compare(self._published(), result.cutflow)

    def _drawn(self, result: RunResult, compilation: Compilation, settings: Settings, quiet: bool, made: Further) -> None:
        """The pictures, and the N-1 distributions, for which the events are run again."""
        kinds = kinds_of(self.formats)
        if self.plot:
            from dsl4bes.run.plots import write_pictures

            made.pictures = write_pictures(result.histograms, self.plot, kinds)
            if result.variations:
                from dsl4bes.run.systematics_plot import write_pictures as write_systematics

                made.pictures += write_systematics(result.variations, self.plot, kinds, made.pictures)
            made.written += made.pictures
        if self.n_1:
            self._n_minus_1(result, compilation, settings, kinds, quiet, made)

    def _published(self) -> tuple[Entry, ...]:
        from dsl4bes.run.published import read

        return read(self.published) if self.published else ()

    def _n_minus_1(
        self,
        result: RunResult,
        compilation: Compilation,
        settings: Settings,
        kinds: tuple[str, ...],
        quiet: bool,
        made: Further,
    ) -> None:
        from dsl4bes.run.n_minus_1 import n_minus_1, verify
        from dsl4bes.run.n_minus_1_plots import write_pictures
        from dsl4bes.run.progress import Progress

        assert compilation.program is not None
        failed = {failure.path for failure in result.failures}
        files = [path for path in result.files if path not in failed]
        if not files:
            raise RunError("no file is left for the N-1 distributions")
        with Progress(len(files), result.events, quiet) as progress:
            found = n_minus_1(compilation.program, files, None, settings, progress)
        if found.failures:  # the file says what is missing; nothing is drawn or shown of distributions that lack events
            self._n_minus_1_json(found, made)
        verify(found)
        made.n_minus_1 = found
        made.written += write_pictures(found, self.n_1, kinds)
        self._n_minus_1_json(found, made)

    def _n_minus_1_json(self, found: NMinus1, made: Further) -> None:
        self._text(os.path.join(self.n_1, "n-1.json"), json.dumps(found.as_json(), indent=1) + "\n", made)

    def _text(self, path: str, text: str, made: Further) -> None:
        from dsl4bes.cli.files import write

        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            write(path, text)
        except OSError as error:
            raise RunError(
                f"cannot write {path}: {error.strerror or error}", "check the folder and its rights"
            ) from error
        made.written.append(path)


def kinds_of(text: str) -> tuple[str, ...]:
    """`png,pdf` as formats. Raises `RunError` for others."""
    from dsl4bes.run.pictures import FORMATS

    kinds = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    unknown = [kind for kind in kinds if kind not in FORMATS]
    if unknown or not kinds:
        raise RunError(
            f"no such format of pictures: {', '.join(unknown) or text!r}", f"there are {', '.join(FORMATS)}"
        )
    return kinds


def page(result: RunResult, compilation: Compilation, facts: dict[str, str], made: Further) -> str:
    """The HTML report of a run."""
    from dsl4bes import __version__
    from dsl4bes.run.html import report

    program = compilation.program
    assert program is not None
    pictures = []
    if made.n_minus_1 is not None:
        from dsl4bes.run.n_minus_1_plots import svg_pictures

        pictures = svg_pictures(made.n_minus_1)
    settings = {
        "dsl4bes": __version__, "program": compilation.source.name, "algorithm": program.analysis.algorithm,
        "BOSS profile": program.analysis.profile, **facts, "ROOT file": result.output or "none",
        **{each.property_name: f"{_digits(each.value)} {each.unit}".rstrip() for each in program.parameters},
    }  # fmt: skip
    source, style = highlighted(compilation.source.text)
    return report(
        result,
        f"{program.analysis.algorithm}: report of a run",
        source,
        style,
        settings,
        pictures,
        made.published,
    )


def _digits(value: object) -> str:
    """A value of a parameter: 40 degrees are 0.6981317008 rad."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def highlighted(text: str) -> tuple[str, str]:
    """The program as HTML and the styles for it."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    from dsl4bes.syntax.highlight import BesLexer

    light, dark = (HtmlFormatter(cssclass="program", style=style) for style in ("default", "github-dark"))
    scheme = "@media screen and (prefers-color-scheme: dark)"
    styles = f"@media print, screen and (prefers-color-scheme: light) {{ {light.get_style_defs('.program')} }}\n{scheme} {{ {dark.get_style_defs('.program')} }}\n"
    return highlight(text, BesLexer(), light), styles
