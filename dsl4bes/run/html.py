"""Everything of a run as one HTML file that needs no other: tables, pictures, program, settings.

In: a `RunResult`, sections of facts, the program as highlighted HTML. Out: the text of the page. Whatever comes from users (names, titles, paths,
reasons) is escaped; pictures are SVG as data in `img` elements, where no script runs; the page has no script and loads nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from dsl4bes.run import efficiency, systematics, truth
from dsl4bes.run.compare import number
from dsl4bes.run.cutflow import CutFlow
from dsl4bes.run.pictures import Picture, canvas, encoded, shown
from dsl4bes.run.plots import draw
from dsl4bes.run.published import PublishedComparison
from dsl4bes.run.results import RunResult

_STYLE = """
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --soft: #57606a; --line: #d0d7de; --thin: #e4e8ec; --shade: #f6f8fa;
  --bad: #b42318; --good: #1a7f37; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #14181d; --soft: #9aa4b0; --line: #3d444d; --thin: #2b3138;
  --shade: #1c2128; --bad: #ff7b72; --good: #56d364; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--page); }
h1, h2, p, li { overflow-wrap: anywhere; }
h1 { font-size: 1.8rem; margin-bottom: .2rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; margin: .8rem 0; } th, td { padding: .25rem .8rem; text-align: left; border-bottom: 1px solid var(--thin); }
th { border-bottom: 2px solid var(--soft); } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { overflow-wrap: anywhere; min-width: 9rem; }
tr.part td { color: var(--soft); border-bottom-style: dotted; } tr.part td:first-child { padding-left: 2.2rem; }
tr.region td { font-weight: 600; background: var(--shade); } .bad { color: var(--bad); } .good { color: var(--good); }
.wide { overflow-x: auto; } pre, .program { background: var(--shade); }
pre { padding: 1rem; margin: 0; overflow-x: auto; font-size: 14px; line-height: 1.45; }
figure { display: inline-block; margin: .5rem 1rem .5rem 0; max-width: 100%; vertical-align: top; }
figure img { width: 30rem; max-width: 100%; background: #fff; } figure.across { display: block; } figure.across img { width: auto; }
figcaption { font-size: .9rem; color: var(--soft); max-width: 30rem; overflow-wrap: anywhere; } .note { color: var(--soft); }
span.pm { display: inline-block; min-width: 6.5em; text-align: left; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } h2, thead { break-after: avoid; } figure, tr, li { break-inside: avoid; }
  figure img { width: 8.5cm; } .wide, pre { overflow: visible; } pre { white-space: pre-wrap; font-size: 9pt; } }
"""


def report(
    result: RunResult,
    title: str,
    source_html: str = "",
    source_style: str = "",
    settings: Mapping[str, str] | None = None,
    pictures: Sequence[Picture] = (),
    published: PublishedComparison | None = None,
) -> str:
    """The page. `source_html` and `source_style` are HTML and CSS of the highlighted program, trusted; all else is escaped here."""
    parts = [
        f"<h1>{escape(title)}</h1>", _summary(result),
        "<h2>Cut flow</h2>", _cutflow(result.cutflow), _image(cutflow_picture(result.cutflow)),
        *(["<h2>Published cut flow</h2>", _published(published)] if published is not None else []),
        "<h2>Checks</h2>", _checks(result), _not_applied(result),
        *(["<h2>Systematics</h2>", _systematics(result)] if result.variations else []),
        *(["<h2>Generated processes</h2>", f"<pre>{escape(truth.as_text(result.truth))}</pre>"] if result.truth is not None else []),
        *(["<h2>Histograms</h2>", *(_image(each) for each in histogram_pictures(result))] if result.histograms else []),
        *(["<h2>N-1 distributions</h2>", *(_image(each) for each in pictures)] if pictures else []),
        *(["<h2>Tuples</h2>", _tuples(result)] if result.rows else []),
        *(["<h2>Program</h2>", f'<div class="wide">{source_html}</div>'] if source_html else []),
        *(["<h2>Settings</h2>", _facts(settings)] if settings else []),
        "<h2>Files</h2>", _files(result),
    ]  # fmt: skip
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{source_style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def histogram_pictures(result: RunResult) -> list[Picture]:
    """One picture per histogram of the program."""
    found = []
    for name, histogram in result.histograms.items():
        with canvas() as (figure, (axes,)):
            draw(histogram, axes)
            found.append(Picture(name, encoded(figure, "svg")))
    return found


def cutflow_picture(flow: CutFlow) -> Picture:
    """The share of all events after each block, with errors."""
    lines = [step for step in efficiency.steps(flow) if not step.line.part and not step.line.region]
    names = ["events", *(step.line.name for step in lines)]
    with canvas(size=(9, 1.6 + 0.5 * len(names))) as (figure, (axes,)):
        if flow.events:
            values = [100.0, *(100 * step.overall.value for step in lines)]
            low = [0.0, *(100 * step.overall.down for step in lines)]
            high = [0.0, *(100 * step.overall.up for step in lines)]
            places = range(len(names))
            axes.barh(
                places, values, color="#8fb7e0", xerr=[low, high], error_kw={"elinewidth": 1.5, "capsize": 4}
            )
        axes.set_yticks(range(len(names)), [shown(name, 30) for name in names], fontsize=14)
        axes.tick_params(axis="y", which="both", length=0)
        axes.invert_yaxis()
        axes.set_xlim(0, 108)
        axes.set_xlabel("events left (% of all)")
        return Picture("Events left after each block", encoded(figure, "svg"))


def _image(picture: Picture) -> str:
    data = base64.b64encode(picture.svg).decode("ascii")
    caption = escape(picture.caption)
    kind = ' class="across"' if picture.across else ""
    return f'<figure{kind}><img alt="{caption}" src="data:image/svg+xml;base64,{data}"><figcaption>{caption}</figcaption></figure>'


def _table(
    header: Sequence[str], rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()
) -> str:
    """A table of escaped cells; columns `numbers` are aligned to the right, a row of three or more of which only the first is filled is a heading."""

    def cells(row: Sequence[str], tag: str) -> str:
        kind = [' class="n"' if i in numbers else "" for i in range(len(row))]
        return "".join(f"<{tag}{kind[i]}>{escape(cell)}</{tag}>" for i, cell in enumerate(row))

    body = "\n".join(
        f"<tr>{cells(row, 'td')}</tr>" if any(row[1:]) or len(row) < 3 else f'<tr class="region"><td colspan="{len(row)}">{escape(row[0])}</td></tr>' for row in rows
    )
    return f'<div class="wide"><table>\n<thead><tr>{cells(header, "th")}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def _summary(result: RunResult) -> str:
    word = (
        '<span class="good">complete, all checks hold</span>'
        if result.ok
        else '<span class="bad">see the checks below</span>'
    )
    return (
        f"<p>{result.events:,} events of {result.files_in_words}, {result.cutflow.selected:,} selected; {word}. "
        f'<span class="note">{result.seconds:.1f} s, {result.processes} process{"es" if result.processes > 1 else ""}.</span></p>'
    )


def _cutflow(flow: CutFlow) -> str:
    rows = [f'<tr><td>events</td><td class="n">{flow.events}</td><td></td><td></td></tr>']
    region = ""
    for step in efficiency.steps(flow):
        line = step.line
        if line.region != region:
            region = line.region
            rows.append(f'<tr class="region"><td colspan="4">{escape(efficiency.region_title(flow, region))}</td></tr>')
        overall = "" if line.part else _efficiency(step.overall)
        kind = ' class="part"' if line.part else ""
        rows.append(
            f'<tr{kind}><td>{escape(efficiency.line_title(line))}</td><td class="n">{line.events}</td>'
            f'<td class="n">{_efficiency(step.relative)}</td><td class="n">{overall}</td></tr>'
        )
    head = '<tr><th>cut</th><th class="n">events</th><th class="n">of the line before (%)</th><th class="n">of all (%)</th></tr>'
    note = f'<p class="note">Errors: {escape(efficiency.INTERVAL)}. Indented lines are the single cuts of the block above them.</p>'
    return (
        f'<div class="wide"><table>\n<thead>{head}</thead>\n<tbody>\n'
        + "\n".join(rows)
        + f"\n</tbody></table></div>\n{note}"
    )


def _efficiency(found: efficiency.Efficiency) -> str:
    if not found.total:
        return "-"
    value, up, down = efficiency.in_percent(found)
    return f'{value} <span class="pm">+{up} &minus;{down}</span>'


#: A check that holds, one that does not, and what was not checked.
_KINDS = {True: "good", False: "bad", None: "note"}


def _checks(result: RunResult) -> str:
    lines: list[tuple[bool | None, str]] = []
    checked = result.expectations
    for sample in checked.compared:
        if not any(difference.sample == sample for difference in checked.differences):
            lines.append((True, f"as expected for {sample}"))
    for each in checked.differences:
        found = (
            "is not a line of the cut flow"
            if each.found is None
            else f"is {each.found}, expected {each.expected}"
        )
        lines.append((False, f"{each.key} of {each.sample} {found}"))
    for sample in dict.fromkeys(checked.skipped):
        lines.append((None, f"not compared with what is expected for {sample}: other files were run"))
    if result.cross_check is not None:
        lines.append((not result.cross_check.count, result.cross_check.summary))
        lines += [(False, line) for line in result.cross_check.differences]
    lines += [(False, f"{failure.path}: {failure.reason}") for failure in result.failures]
    if not lines:
        return '<p class="note">No expectations in the program, no file failed.</p>'
    return (
        "<ul>"
        + "".join(f'<li class="{_KINDS[good]}">{escape(text)}</li>' for good, text in lines)
        + "</ul>"
    )


def _not_applied(result: RunResult) -> str:
    if not result.not_applied:
        return ""
    return (
        "<h2>Not as in BOSS</h2>\n<ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in result.not_applied)
        + "</ul>"
    )


def _published(found: PublishedComparison) -> str:
    rows = [
        (line.cut, number(line.published.events, "g"), f"{number(100 * line.published_efficiency, '.2f')} %", f"{line.events}",
         f"{number(100 * line.efficiency, '.2f')} %", number(line.sigma, "+.2f"))
        for line in found.lines
    ]  # fmt: skip
    header = ("cut", "published", "efficiency", "this run", "efficiency", "difference (sigma)")
    note = f'<p class="note">Efficiencies are relative to {escape(found.reference)}.'
    if found.missing:
        note += f" Published, not in this cut flow: {escape(', '.join(found.missing))}."
    return _table(header, rows, frozenset(range(1, 6))) + note + "</p>"


def _systematics(result: RunResult) -> str:
    """The table of the variations and their picture."""
    from dsl4bes.run.systematics_plot import svg_picture

    rows = systematics.rows_of(result.variations)
    return _table(systematics.HEADER, rows, frozenset((2, 3, 4))) + _image(svg_picture(result.variations))


def _tuples(result: RunResult) -> str:
    rows = [
        (name, f"{count}", ", ".join(result.tables[name].columns) if name in result.tables else "")
        for name, count in result.rows.items()
    ]
    return _table(("tuple", "rows", "columns"), rows, frozenset({1}))


def _facts(facts: Mapping[str, str]) -> str:
    return _table(("setting", "value"), facts.items())


def _files(result: RunResult, most: int = 200) -> str:
    failed = {failure.path: failure.reason for failure in result.failures}
    rows = [(path, failed.get(path, "read")) for path in result.files[:most]]
    rows += [(path, reason) for path, reason in failed.items() if path not in result.files]
    more = len(result.files) - most
    return _table(("file", "state"), rows) + (f"<p>and {more} more</p>" if more > 0 else "")
