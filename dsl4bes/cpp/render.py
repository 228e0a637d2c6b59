"""C++ model → texts of the package's files.

In: a `model.Package`. Out: `{path: text}`, paths relative to the output folder, `\\n` line ends, the same bytes every time.
Templates come from the assets, a user's `template_dir` goes first. Nothing is decided and nothing is written to disk here,
except Jinja's own bytecode cache in the user's cache folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence as Items
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.assets import templates_root
from dsl4bes.cpp.consistency import Inconsistent, check
from dsl4bes.cpp.helpers import GETTERS
from dsl4bes.cpp.model import Field, Package, Sequence
from dsl4bes.cpp.names import option_string
from dsl4bes.cpp.sourcemap import END, MARK, FileMap, source_map, split_marks
from dsl4bes.templating import make_environment, rendered

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: Package, template_dir: str | Path | None = None) -> dict[str, str]:
    """The files of a package; the last is the source map (see `sourcemap`).

    Raises `TemplateFailure` if a template (of the user) is wrong, `Inconsistent` if its output contradicts itself.
    """
    files, maps = render_with_maps(package, template_dir)
    faults = check(files)
    if faults:
        raise Inconsistent(faults)
    files[f"{package.folder}/{SOURCE_MAP}"] = json.dumps(source_map(package, maps), sort_keys=True) + "\n"
    return files


SOURCE_MAP = "sourcemap.json"


def render_with_maps(
    package: Package, template_dir: str | Path | None = None
) -> tuple[dict[str, str], dict[str, FileMap]]:
    """The files without the source map, and for each which lines come from which origin."""
    own = str(template_dir) if template_dir is not None else ""
    environment = _environment(own)
    files: dict[str, str] = {}
    maps: dict[str, FileMap] = {}
    values = _values(package, environment, own)
    for path, template in _files(package).items():
        text, lines = split_marks(rendered(environment, template, values))
        full = f"{package.folder}/{path}"
        files[full] = text
        if lines:
            maps[full] = lines
    return files, maps


def render_methods(package: Package, template_dir: str | Path | None = None) -> str:
    """Only the methods of the blocks (`--fragment`)."""
    environment = _environment(str(template_dir) if template_dir is not None else "")
    values = {"p": package, "methods": package.methods}
    return split_marks(rendered(environment, "package/methods.cxx.j2", values))[0]


def render_run_options(package: Package, inputs: Items[str], output: str) -> str:
    """The job options of a complete job on other files and with another output (tuples; histograms beside it)."""
    environment = _environment("")
    values = _values(replace(package, inputs=tuple(inputs), output=output), environment, "")
    return split_marks(rendered(environment, "package/run_options.txt.j2", values))[0]


def _files(package: Package) -> dict[str, str]:
    """Path within the package → template."""
    name, algorithm = package.name, package.algorithm
    files = {f"{name}/{algorithm}.h": "package/header.h.j2", f"src/{algorithm}.cxx": "package/source.cxx.j2"}
    if package.modern:
        files["CMakeLists.txt"] = "package/CMakeLists.txt.j2"
    else:
        files[f"src/components/{algorithm}_entries.cxx"] = "package/entries.cxx.j2"
        files[f"src/components/{algorithm}_load.cxx"] = "package/load.cxx.j2"
        files["cmt/requirements"] = "package/requirements.j2"
    files[f"{options_folder(package)}/jobOptions_{algorithm}.txt"] = "package/job_options.txt.j2"
    files[f"{options_folder(package)}/{run_file(package)}"] = "package/run_options.txt.j2"
    if package.variations:
        files[f"{options_folder(package)}/{systematics_file(package)}"] = "package/systematics.txt.j2"
    return files


def options_folder(package: Package) -> str:
    """Folder of the job options: `share` under CMT, `opts` in a CMake project."""
    return "opts" if package.modern else "share"


def run_file(package: Package) -> str:
    """Name of the job options of a complete job."""
    return f"ana_{package.algorithm}.txt"


def systematics_file(package: Package) -> str:
    """Name of the job options of the variations."""
    return f"systematics_{package.algorithm}.txt"


def _values(package: Package, environment: Environment, template_dir: str) -> dict[str, Any]:
    """The variables of the templates, as listed in templates/README.md."""
    helpers = [_helper(name, package, environment, template_dir) for name in package.helpers]
    options = f"jobOptions_{package.algorithm}.txt"
    folder = "opts" if package.modern else f"${package.name.upper()}ROOT/share"
    return {
        "p": package,
        "methods": package.methods,
        "helpers": helpers,
        "run_file": run_file(package),
        "if_outputs": "if (m_write_outputs) " if package.variations else "",
        "options_file": options,
        "options_path": f"{folder}/{options}",
        "systematics_path": f"{folder}/{systematics_file(package)}",
        "ntuple_output": option_string(f"FILE1 DATAFILE='{_file_name(package.output)}' OPT='NEW' TYP='ROOT'"),
        "histogram_output": option_string(
            f"HIST DATAFILE='{_histogram_file(package.output)}' OPT='RECREATE' TYP='ROOT'"
        ),
    }


def _helper(name: str, package: Package, environment: Environment, template_dir: str) -> str:
    """The text of a support function. Most have no variables: they are read as they are, which saves a cold start some milliseconds."""
    template = f"support/{'getter' if name in GETTERS else name}.cxx.j2"
    text = _plain(template, template_dir)
    if text is not None:
        return text
    return rendered(environment, template, {"p": package, "getter": GETTERS.get(name)})


@lru_cache(maxsize=256)
def _plain(template: str, template_dir: str) -> str | None:
    """The text of a template without variables, None if it has any or is not there."""
    for folder in (template_dir, str(templates_root())):
        path = os.path.join(folder, template)
        if folder and os.path.isfile(path):
            with open(path, encoding="utf-8", newline="\n") as stream:
                text = stream.read()
            return None if "{{" in text or "{%" in text or "{#" in text else text
    return None


def _file_name(path: str) -> str:
    """A file name inside a quoted part of an option string: its own quotes would end that part."""
    return path.replace("'", "_")


def _histogram_file(path: str) -> str:
    """Histograms go to a file of their own: two services cannot write one file."""
    stem, dot, ending = _file_name(path).rpartition(".")
    return f"{stem}_hist.{ending}" if dot else f"{path}_hist"


# --- the environment -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _environment(template_dir: str) -> Environment:
    environment = make_environment(template_dir)
    environment.globals.update(MARK=MARK, END=END)
    environment.filters.update(
        include_line=include_line,
        trailing=trailing,
        after_blank=lambda text: f" {text}" if text else "",
        initials=initials,
        option_list=option_list,
        region_condition=region_condition,
        any_region=any_region,
    )
    return environment


# --- filters ---------------------------------------------------------------------------------------------------------


def include_line(path: str) -> str:
    """`#include` of a header; standard ones have their angle brackets already."""
    return f"#include {path}" if path.startswith("<") else f'#include "{path}"'


def trailing(comment: str) -> str:
    """A comment after code, or nothing."""
    return f"  // {comment}" if comment else ""


def initials(fields: Items[Field]) -> str:
    """The initial values of fields, as the elements of an array."""
    return ", ".join(field.initial for field in fields)


def option_list(texts: Items[str]) -> str:
    """Strings as the elements of a job-option list."""
    return ", ".join(option_string(text) for text in texts)


def region_condition(region: Sequence) -> str:
    """All blocks of a region, after its parent."""
    calls = [f"{method}(ctx)" for method in region.methods]
    return " && ".join([*([region.parent] if region.parent else []), *calls]) or "true"


def any_region(regions: Items[Sequence]) -> str:
    """Whether any region accepts."""
    return " || ".join(region.flag for region in regions)
