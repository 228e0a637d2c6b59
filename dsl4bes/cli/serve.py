"""`dsl4bes serve`: a model, with its adapters, served by vLLM until it is stopped.

In: a model (folder, GGUF file, hub id), a folder of LoRA adapters, an address. Out: a server that this command started and ends: its address, the names of its
models, and the lines of `dsl4bes.toml` that use it. The command is shown, the key never.
"""

from __future__ import annotations

import json as json_module
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dsl4bes.cli.status import ERRORS, Stop, stop_in_order
from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.unknown.backends.key import Key
    from dsl4bes.unknown.serving.plan import Plan
    from dsl4bes.unknown.serving.process import Served
    from dsl4bes.unknown.trouble import Trouble

_LOOK, _HEALTH_EVERY = 0.2, 15.0


def serve(
    model: Annotated[str, typer.Argument(help="The model: a folder, a GGUF file or a hub id.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="-- ARGUMENTS", help="Further arguments of vLLM, after `--`, as in `-- --tensor-parallel-size 2`.")] = None,
    adapters: Annotated[str, typer.Option("--adapters", metavar="FOLDER", help="A LoRA adapter, or a folder of adapters.")] = "",
    no_merge: Annotated[bool, typer.Option("--no-merge", help="Serve a single adapter beside its base, too (slower).")] = False,
    host: Annotated[str, typer.Option("--host", help="Address to listen at; other than this machine: DSL4BES_MODEL_KEY is needed.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen at.")] = 8000,
    python: Annotated[str, typer.Option("--python", metavar="PATH", help="The Python that has vLLM (default: DSL4BES_VLLM_PYTHON, then this one).")] = "",
    context: Annotated[int, typer.Option("--context", min=0, metavar="TOKENS", help="Longest prompt and answer together (default: 4096, or what the model has).")] = 0,
    timeout: Annotated[float, typer.Option("--timeout", min=1, metavar="SECONDS", help="Time until it must be ready.")] = 1200,
    log: Annotated[str, typer.Option("--log", metavar="FILE", help="Write the lines of the server there.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the command only, and start nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON when it is ready.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only what went wrong.")] = False,
) -> None:
    """Serve a model with vLLM: start it, wait until it is ready, stop it in order."""
    from dsl4bes.unknown.backends.key import Key
    from dsl4bes.unknown.serving.plan import Address
    from dsl4bes.unknown.serving.prepare import Wish, prepare
    from dsl4bes.unknown.serving.pythons import with_vllm
    from dsl4bes.unknown.serving.ready import check_address
    from dsl4bes.unknown.trouble import Trouble

    stop_in_order()
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))  # the terminal has gone: the same
    wish = Wish(model, Address(host, port), Path(os.path.expanduser(adapters)) if adapters else None, not no_merge, context, dry_run)
    try:
        key = Key.from_environment()
        if not dry_run:
            check_address(wish.address, key)
        plan = _with_more(prepare(wish, with_vllm(python), _say(quiet)), tuple(more or ()))
        if dry_run:
            _print_command(plan, key, as_json)
        else:
            _serve(plan, key, Path(log) if log else None, timeout, as_json, quiet)
    except Trouble as trouble:
        _refuse(trouble)


def _with_more(plan: Plan, more: tuple[str, ...]) -> Plan:
    """The plan with further arguments of vLLM; those that this command sets itself, and the key, are not taken."""
    from dataclasses import replace

    from dsl4bes.unknown.serving.command import not_taken

    if more and not more[0].startswith("-"):
        raise typer.BadParameter(f"one model is served, and `{more[0]}` is another word; arguments of vLLM come after `--`")
    wrong = not_taken(plan, more)
    if wrong:
        raise typer.BadParameter(f"`{wrong}` is set by `dsl4bes serve` itself (its options: `dsl4bes serve --help`)")
    return replace(plan, more=more)


def _serve(plan: Plan, key: Key, log: Path | None, timeout: float, as_json: bool, quiet: bool) -> None:
    from dsl4bes.unknown.serving.command import command, shown, whole_environment
    from dsl4bes.unknown.serving.process import Served
    from dsl4bes.unknown.serving.ready import wait_ready

    say = _say(quiet)
    say(shown(plan, os.environ, bool(key)))
    server = Served(command(plan), whole_environment(plan, os.environ, key.header()), key, log)
    ready = False
    try:
        seconds = wait_ready(server, plan.address, plan.names, key, timeout, say)
        ready = True
        _print_ready(plan, key, server, seconds, as_json, quiet)
        _watch(server, plan)
    except KeyboardInterrupt:
        if not ready:
            raise
        say("stopping")  # the way in which a server is ended: no error
    finally:
        server.stop()


def _watch(server: Served, plan: Plan) -> NoReturn:
    """Until it is interrupted, or the server ends by itself; says when the server stops answering, and when it answers again."""
    from dsl4bes.unknown.serving.ready import is_healthy

    healthy, asked = True, time.monotonic()
    while server.ended() is None:
        time.sleep(_LOOK)
        if time.monotonic() - asked > _HEALTH_EVERY:
            now = is_healthy(plan.address)
            if now != healthy:
                print("the server answers again" if now else "warning: the server does not say that it is healthy", file=sys.stderr)
            healthy, asked = now, time.monotonic()
    raise server.trouble("by itself")


def _print_command(plan: Plan, key: Key, as_json: bool) -> None:
    from dsl4bes.unknown.serving.command import command, shown, variables

    if as_json:
        print(json_module.dumps({"command": command(plan), "environment": variables(plan, os.environ), "models": plan.names}, indent=2))
    else:
        print(shown(plan, os.environ, bool(key)))


def _print_ready(plan: Plan, key: Key, server: Served, seconds: float, as_json: bool, quiet: bool) -> None:
    """Address, names, settings: at once, since whoever reads them may wait for them in a pipe."""
    from dsl4bes.unknown.backends.address import is_loopback
    from dsl4bes.unknown.serving.command import command, settings_lines, variables
    from dsl4bes.unknown.settings import FILE_NAME, KEY_VARIABLE

    if as_json:
        told = {
            "url": plan.address.url, "models": plan.names, "seconds": round(seconds, 1), "process": server.number,
            "command": command(plan), "environment": variables(plan, os.environ),
        }  # fmt: skip
        print(json_module.dumps(told), flush=True)
    elif not quiet:
        print(f"ready after {seconds:.0f} s: {plan.address.url}, models {', '.join(plan.names)}")
        print(f"in {FILE_NAME}:\n\n[model]\n" + "\n".join(settings_lines(plan)) + "\n")
        print(f"the key is that in {KEY_VARIABLE}" if key else f"no key: every user of this machine may ask it ({KEY_VARIABLE} sets one)")
        if not is_loopback(plan.address.host):
            print("others reach it unencrypted; dsl4bes sends a key through TLS or a tunnel only (`dsl4bes explain BES0736`)")
        print("Ctrl-C stops it", flush=True)


def _say(quiet: bool) -> Callable[[str], None]:
    """Progress and notes, on the standard error."""

    def say(words: str) -> None:
        if not quiet:
            print(safe(words), file=sys.stderr, flush=True)

    return say


def _refuse(trouble: Trouble) -> NoReturn:
    print(safe(f"error[{trouble.code.id}]: {trouble.message}"), file=sys.stderr)
    if trouble.help:
        print(safe(f"  help: {trouble.help}"), file=sys.stderr)
    raise Stop(ERRORS)
