"""The templates as Jinja has them: where they are found, how they are cached, what a fault of one is called.

In: a folder of the user's own templates, which goes first. Out: an environment; the text of a template. Which templates there are and what they may use is said where they are used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from dsl4bes.assets import templates_root

if TYPE_CHECKING:
    from jinja2 import Environment


class TemplateFailure(RuntimeError):
    """A template could not be rendered; the message names the template, its line and the fault."""


def make_environment(template_dir: str = "") -> Environment:
    """An environment that knows the shipped templates and, before them, those of a folder."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

    loaders = [FileSystemLoader(folder) for folder in (template_dir, str(templates_root())) if folder]
    return Environment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
        bytecode_cache=_bytecode_cache(),
    )


def rendered(environment: Environment, template: str, values: dict[str, Any]) -> str:
    """The text of a template. Raises `TemplateFailure`."""
    from jinja2 import TemplateError

    try:
        return environment.get_template(template).render(values)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{getattr(error, 'name', None) or template}{f':{line}' if line else ''}"
        raise TemplateFailure(f"{where}: {error.message or type(error).__name__}") from error


def _bytecode_cache() -> Any:
    """Compiled templates are kept in the user's own cache folder; without one that can be written there is no cache."""
    from jinja2 import FileSystemBytecodeCache

    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(base, "dsl4bes", "templates")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(folder) if os.access(folder, os.W_OK) else None
