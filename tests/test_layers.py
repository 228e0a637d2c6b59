"""Import layers: nothing lower imports anything higher (STYLE section 2), found by reading the imports.

Imports for type checkers only are left out. `ir.types`, which has no import of its own, is the ground that `physics` stands on.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "dsl4bes"

LAYERS = (
    {"source", "assets"}, {"diagnostics"}, {"physics"}, {"syntax"}, {"ir"}, {"constructs"}, {"resolve"}, {"cpp", "semantics"},
    {"driver"}, {"standin", "events", "run", "fits", "llm", "train"}, {"api"}, {"cli", "lsp", "devtools"},
)  # fmt: skip
RANK = {name: number for number, names in enumerate(LAYERS) for name in names}
#: Data without imports that lower layers may use; language-free parts that anything above may use.
GROUND = {"dsl4bes.ir.types", "dsl4bes.source"}
KNOWS_NO_LANGUAGE = {"standin", "events"}
LANGUAGE = {"syntax", "ir", "constructs", "resolve", "cpp", "semantics", "driver"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_assets" not in path.parts)


def part_of(name: str) -> str:
    """The layer's name of a module: `dsl4bes.ir.expr` is in `ir`."""
    return name.split(".")[1] if "." in name else ""


def imports(path: Path) -> set[str]:
    """All modules of the package that a file imports, also within functions."""
    found: set[str] = set()

    def walk(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                for other in child.orelse:
                    walk(other)
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
                found.add(child.module)
                found.update(f"{child.module}.{alias.name}" for alias in child.names if child.module == "dsl4bes")
            walk(child)

    walk(ast.parse(path.read_text(encoding="utf-8")))
    return {name for name in found if name.startswith("dsl4bes.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path):
    relative = path.relative_to(PACKAGE)
    own = relative.parts[0].removesuffix(".py")
    if own in ("__init__", "__main__"):
        return
    assert own in RANK, f"{own} is in no layer"
    for name in imports(path):
        other = part_of(name)
        if name in GROUND or any(name.startswith(f"{ground}.") for ground in GROUND):
            continue
        if own in KNOWS_NO_LANGUAGE:
            assert other not in LANGUAGE, f"{relative} imports {name}, and knows no language"
            continue
        if other in KNOWS_NO_LANGUAGE:
            continue
        assert other not in RANK or RANK[other] <= RANK[own], f"{relative} imports {name} of a higher layer"
        assert {own, other} != {"cpp", "semantics"}, f"{relative} imports {name}: the two roads know nothing of each other"


def test_constructs_do_not_know_resolve():
    for path in (PACKAGE / "constructs").glob("*.py"):
        assert not any(name.startswith("dsl4bes.resolve") for name in imports(path)), path.name


def test_ir_knows_no_construct():
    for path in (PACKAGE / "ir").glob("*.py"):
        allowed = ("dsl4bes.ir", "dsl4bes.source", "dsl4bes.physics.units")
        assert all(name.startswith(allowed) for name in imports(path)), path.name


def test_top_level_folders_are_not_imported():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            assert not {name.split(".")[0] for name in names} & {"finetune", "templates", "tests", "grammar"}, path.name


def test_package_import_is_light():
    """`import dsl4bes` takes nothing but the standard library and a few modules of its own."""
    code = "import sys, dsl4bes; print(len([m for m in sys.modules if m.startswith('dsl4bes.')]), sorted({'typer', 'jinja2', 'numpy'} & set(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent).stdout
    number, heavy = output.split(" ", 1)
    assert int(number) <= 2 and heavy.strip() == "[]"
