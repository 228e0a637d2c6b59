"""Who may import whom: the layers of ARCHITECTURE.md, read from the sources with `ast` (imports inside functions count, too)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dsl4bes"

LANGUAGE = {"diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "macro", "semantics", "driver", "api"}
#: Part of the package → parts it may import (itself always).
ALLOWED: dict[str, set[str]] = {
    "source": set(),
    "assets": set(),
    "atomic": set(),
    "diagnostics": {"source"},
    "physics": {"source", "diagnostics", "ir"},  # of `ir` only the leaf `ir.types`: units have dimensions
    "syntax": {"source", "assets", "diagnostics", "physics"},
    "ir": {"source", "diagnostics", "physics", "syntax"},
    "constructs": {"source", "diagnostics", "physics", "syntax", "ir"},
    "resolve": {"source", "diagnostics", "physics", "syntax", "ir", "constructs"},
    "templating": {"assets"},
    "cpp": {"source", "assets", "diagnostics", "physics", "ir", "templating"},
    "macro": {"ir", "templating"},
    "semantics": {"source", "physics", "ir", "events"},
    "driver": {"source", "diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "macro"},
    "standin": set(),
    "events": {"physics"},  # names and masses of the particles of toy decays
    "unknown": {"source", "assets", "diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "semantics", "driver", "events", "run", "standin"},
    "root": {"diagnostics", "unknown"},  # of `unknown` the sandbox and `trouble`
    "fitting": {"source", "diagnostics", "constructs", "ir", "driver", "macro", "unknown", "root"},  # `asked/` alone needs more than `ir`, `macro` and `root`
    "benchmark": {"diagnostics", "driver", "unknown", "root", "fitting"},  # of `unknown` the sandbox, `trouble`, settings and backends; of `fitting` what asks a model
    "heldout": {"source", "diagnostics", "physics", "syntax", "ir", "constructs", "driver", "semantics", "unknown", "run", "events"},
    "dataset": {"templating", "source", "diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "semantics", "driver", "events", "run", "standin", "unknown", "root", "fitting", "benchmark", "heldout"},
    "training": {"source", "assets", "diagnostics", "unknown", "dataset"},
    "evaluation": {"standin", "source", "diagnostics", "syntax", "ir", "driver", "events", "run", "unknown", "root", "fitting", "benchmark", "heldout", "dataset", "training"},
    "preview": {"source", "constructs", "diagnostics", "ir", "cpp", "driver", "events", "run", "standin", "syntax"},
    "importing": {"source", "syntax", "driver"},
    "editors": set(),
    "notebook": {"source", "atomic", "diagnostics", "syntax", "cpp", "driver", "events", "run", "api", "unknown", "fitting", "editing"},
    "agents": {"reports", "importing", "source", "assets", "diagnostics", "syntax", "constructs", "reference", "driver", "api", "events", "run", "unknown", "standin"},
    "reference": {"diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "driver"},
    "docs": {"source", "assets", "diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "driver", "reference"},
    "reports": {"source", "physics", "ir", "cpp", "driver", "run", "events"},  # of `cpp` the names of methods; events only to compare two selections on them
    "editing": {"source", "assets", "diagnostics", "physics", "syntax", "ir", "constructs", "resolve", "cpp", "driver", "reference", "run"},
    "lsp": {"source", "assets", "diagnostics", "syntax", "constructs", "driver", "run", "editing"},
    "studio": {"source", "assets", "atomic", "diagnostics", "syntax", "constructs", "driver", "events", "run", "unknown", "editing", "preview"},  # of `unknown` the lock beside a program, and which address is this machine
    "run": {"source", "physics", "ir", "cpp", "semantics", "driver", "standin", "events", "api"},
}
TOP = {"cli", "devtools", "api", "__init__", "__main__"}  # everything below them is theirs


def imports(path: Path) -> set[str]:
    """Modules of this project that a file imports, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module else set()
    return found


def part(name: str) -> str:
    """`dsl4bes.ir.types.Unit` → `ir`."""
    words = name.split(".")
    return words[1] if len(words) > 1 else "__init__"


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_down(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    names = imports(path)
    assert not {name for name in names if name.split(".")[0] in ("tests", "finetune", "templates", "grammar")}
    if own in TOP:
        return
    ours = {part(name) for name in names if name.split(".")[0] == "dsl4bes"} - {own, "__version__"}
    assert own in ALLOWED, f"{own} has no place in the layers"
    assert ours <= ALLOWED[own], f"{own} imports {sorted(ours - ALLOWED[own])}"


def test_physics_needs_of_the_ir_only_its_types():
    for path in sorted((PACKAGE / "physics").glob("*.py")):
        names = {name for name in imports(path) if name.startswith("dsl4bes.ir")}
        assert all(name.startswith("dsl4bes.ir.types.") for name in names)
    names = {name for name in imports(PACKAGE / "ir/types.py") if name.startswith("dsl4bes")}
    assert not names


def test_root_and_benchmark_need_no_block():
    """Of `unknown` they take what confines and who answers, and nothing that knows a block or the language."""
    for folder, allowed in (("root", {"sandbox", "trouble"}), ("benchmark", {"sandbox", "trouble", "settings", "backends"})):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            names = {name.split(".")[2] for name in imports(path) if name.startswith("dsl4bes.unknown.")}
            assert names <= allowed, f"{path.name} imports {sorted(names - allowed)}"


def test_run_knows_no_construct_and_nothing_imports_the_shell():
    for path in FILES:
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        names = {part(name) for name in imports(path) if name.startswith("dsl4bes.")}
        if own == "run":
            assert not names & {"constructs", "resolve", "syntax"}
        if own not in TOP:
            assert not names & {"cli", "devtools"}


def test_importing_the_package_is_light():
    """`import dsl4bes` takes no library and hardly a module of its own."""
    code = "import sys, dsl4bes; print(sorted(m for m in sys.modules if m.split('.')[0] in ('typer', 'jinja2', 'numpy', 'dsl4bes')))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert set(ast.literal_eval(output)) <= {"dsl4bes", "dsl4bes.api"}


def test_constructs_are_cheap_to_import():
    """The registry brings in no third-party package (STYLE section 5)."""
    code = "import sys; from dsl4bes.constructs.registry import load; load(); print({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names))"
    output = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert {name for name in ast.literal_eval(output) if not name.startswith("_")} == {"dsl4bes"}
