"""Training itself: steps, evaluations, checkpoints.

In: a `Learner`, encoded pairs, a plan of rows, the folder of the run. Out: an adapter that is the same, bit for bit, whether the run was interrupted or not: the order of the pairs follows from the seed, and a checkpoint holds weights, optimizer
and the state of the random numbers. A step that was interrupted leaves no trace. Nothing is printed: a `Listener` hears.
"""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.adapter import save_adapter
from dsl4bes.training.batch import loss, tensors
from dsl4bes.training.encode import Encoded
from dsl4bes.training.folder import LOG, PROGRESS, Log, RunFolder
from dsl4bes.training.model import Learner
from dsl4bes.training.recipe import Recipe
from dsl4bes.training.rows import Micro, Plan
from dsl4bes.training.schedule import rate
from dsl4bes.unknown.serving.adapters import WEIGHTS
from dsl4bes.unknown.trouble import Trouble

_STATE, _STATE_KIND = "state.pt", "dsl4bes-training-1"


class Listener(Protocol):
    """Hears what happens; `stop` is asked between micro batches."""

    def begins(self, step: int, steps: int) -> None: ...
    def step(self, step: int, epoch: int, loss: float, rate: float, tokens: int, seconds: float) -> None: ...
    def evaluated(self, step: int, loss: float) -> None: ...
    @property
    def stop(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """`finished` is False if it was stopped; `seconds` are those of this sitting."""

    finished: bool
    step: int
    seconds: float


@dataclass
class Trainer:
    """One run. `pinned`: what every saved adapter says of itself."""

    learner: Learner
    recipe: Recipe
    pairs: Sequence[Encoded]
    validation: Sequence[Micro]
    held_out: Sequence[Encoded]
    plan: Plan
    run: RunFolder
    listener: Listener
    pinned: dict[str, Any]

    def train(self) -> Ended:
        """To the end, or until the listener says stop."""
        import torch

        started = time.monotonic()
        weights = list(self.learner.learned.values())
        training = self.recipe.training
        optimizer = torch.optim.AdamW(weights, lr=training.learning_rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=training.weight_decay)
        torch.manual_seed(training.seed)
        done = self._resume(optimizer)
        log = Log(self.run.folder / LOG, done)
        self.listener.begins(done, self.plan.steps)
        try:
            while True:
                before = _random_state()
                whole = self._evaluate(done, log) and (done == self.plan.steps or self._step(done, weights, optimizer, log))
                if not whole:
                    _set_random_state(before)
                    self._checkpoint(done, optimizer)
                    return Ended(False, done, time.monotonic() - started)
                if done == self.plan.steps:
                    break
                done += 1
                if done % self.recipe.watch.checkpoint_every == 0 or done == self.plan.steps:
                    self._checkpoint(done, optimizer)
        finally:
            log.close()
        return Ended(True, done, time.monotonic() - started)

    def _step(self, number: int, weights: list[Any], optimizer: Any, log: Log) -> bool:
        """One step; False if it was to be stopped, and nothing is changed then."""
        import torch

        started = time.monotonic()
        epoch, micros = self.plan.step(number)
        learned = sum(self.pairs[pair].learned for micro in micros for row in micro for pair in row)
        self.learner.model.train()
        optimizer.zero_grad(set_to_none=True)
        total, tokens = 0.0, 0
        for micro in micros:
            if self.listener.stop:
                return False
            made = tensors(micro, self.pairs, self.learner.device)
            some, _ = loss(self.learner.model, made)
            (some / learned).backward()
            total += float(some.detach())
            tokens += sum(len(self.pairs[pair]) for row in micro for pair in row)
        mean = total / learned
        if not math.isfinite(mean):
            raise Trouble(BAD_TRAINING, f"the loss of step {number + 1} is not a number", "lower learning_rate, or take precision = \"float32\"; the last checkpoint is kept")
        clip = self.recipe.training.clip
        norm = float(torch.nn.utils.clip_grad_norm_(weights, clip or math.inf))
        now = rate(number, self.plan.steps, self.recipe.training)
        for group in optimizer.param_groups:
            group["lr"] = now
        optimizer.step()
        seconds = time.monotonic() - started
        log.add(step=number + 1, epoch=epoch + 1, loss=round(mean, 6), rate=now, norm=round(norm, 4), tokens=tokens, learned=learned, seconds=round(seconds, 3))
        self.listener.step(number + 1, epoch + 1, mean, now, tokens, seconds)
        return True

    def _evaluate(self, step: int, log: Log) -> bool:
        """The mean loss of the held-out pairs, where one is due: before the first step, behind the last one and every so many; False if it was to be stopped."""
        import torch

        due = step % self.recipe.watch.evaluate_every == 0 or step == self.plan.steps
        if not self.validation or not due or log.has_validation(step):
            return True
        self.learner.model.eval()
        total, count = 0.0, 0
        with torch.inference_mode():
            for micro in self.validation:
                if self.listener.stop:
                    return False
                some, learned = loss(self.learner.model, tensors(micro, self.held_out, self.learner.device))
                total, count = total + float(some), count + learned
        log.add(step=step, validation=round(total / count, 6))
        self.listener.evaluated(step, total / count)
        return True

    def _checkpoint(self, step: int, optimizer: Any) -> None:
        import torch

        def write(folder: Path) -> None:
            save_adapter(self.learner, folder, self.recipe, {**self.pinned, "step": step})
            state = {"kind": _STATE_KIND, "optimizer": optimizer.state_dict(), "random": _random_state()}
            whole = io.BytesIO()
            torch.save(state, whole)  # into memory: a full disk is an `OSError` then, and not one of torch
            (folder / _STATE).write_bytes(whole.getbuffer())
            (folder / PROGRESS).write_text(json.dumps({"step": step, "steps": self.plan.steps}) + "\n")

        self.run.add_checkpoint(step, write, self.recipe.watch.keep)

    def _resume(self, optimizer: Any) -> int:
        """Weights, optimizer and random numbers of the last checkpoint; the number of steps done."""
        import safetensors.torch
        import torch
        from safetensors import SafetensorError

        last = self.run.last()
        if last is None:
            return 0
        try:
            step = int(json.loads((last / PROGRESS).read_text())["step"])
            state = torch.load(last / _STATE, weights_only=True, map_location="cpu")
            if state["kind"] != _STATE_KIND:
                raise ValueError("it is of another version")
            saved = safetensors.torch.load_file(last / WEIGHTS)
            with torch.no_grad():
                for name, weight in self.learner.learned.items():
                    weight.copy_(saved[name.replace(".default.", ".")])
            optimizer.load_state_dict(state["optimizer"])
            _set_random_state(state["random"])
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError, UnpicklingError, SafetensorError) as error:
            reason = str(error).strip().partition("\n")[0][:200]
            raise Trouble(BAD_TRAINING, f"the checkpoint `{last}` cannot be read: {reason}", "remove it, and the one before is taken; or begin anew with --force") from None
        return step


def _random_state() -> dict[str, Any]:
    import torch

    found: dict[str, Any] = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        found["cuda"] = torch.cuda.get_rng_state()
    return found


def _set_random_state(state: dict[str, Any]) -> None:
    import torch

    torch.set_rng_state(state["cpu"])
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"])
