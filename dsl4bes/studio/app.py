"""The application: which request is answered by what.

In: a `Studio` (folder, program, events, token). Out: an ASGI application with its guard around it. Every route below `/api/` takes JSON and gives JSON (or a zip); errors are `Words` with a status. No logic of its own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from dsl4bes import __version__
from dsl4bes.assets import page_root
from dsl4bes.driver import compile_source
from dsl4bes.preview.events import Events
from dsl4bes.run.errors import RunError
from dsl4bes.studio import messages as m
from dsl4bes.studio.folder import Changed, FolderError, Missing, Root
from dsl4bes.studio.guard import Guard, Hosts
from dsl4bes.studio.language import Language, shown_folder
from dsl4bes.studio.live import Pages, held, ignored, internal


@dataclass(frozen=True, slots=True)
class Studio:
    """What was started: `file` is the program (relative to the root; it need not exist), `text` what a page without one begins with."""

    root: Root
    token: str = field(repr=False)
    file: str = ""
    text: str = ""
    given: Events | None = None
    include: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    log: Callable[[str], None] = ignored


def application(studio: Studio) -> Guard:
    """The guarded application."""
    app = FastAPI(title="dsl4bes studio", docs_url=None, redoc_url=None, openapi_url=None)
    language = Language(studio.root, studio.include)
    _add_errors(app, studio.log)
    _add_program(app, studio)
    _add_services(app, language)
    _add_live(app, Pages(language, studio.given, studio.log))
    app.mount("/", StaticFiles(directory=page_root(), html=True))
    return Guard(app, studio.token, Hosts.of(studio.host))


def _add_program(app: FastAPI, studio: Studio) -> None:
    """Files: what a page begins with, what there is, open, save."""

    def start() -> m.Start:
        try:
            opened = _file(studio.root, studio.file) if studio.file else m.File(path="", text=studio.text, digest="")
        except Missing:  # a new program of this name
            opened = m.File(path=studio.file, text=studio.text, digest="")
        return m.Start(version=__version__, root=shown_folder(studio.root), file=opened, given=held(studio.given).name)

    def files() -> m.Listing:
        programs, events = studio.root.listed()
        return m.Listing(programs=programs, events=events)

    def open_file(asked: m.Open) -> m.File:
        return _file(studio.root, asked.path)

    def save(asked: m.Save) -> m.Saved:
        return m.Saved(path=asked.path, digest=studio.root.save(asked.path, asked.text, asked.digest, asked.crlf))

    for path, work in (("start", start), ("files", files), ("open", open_file), ("save", save)):
        _post(app, path, work)


def _file(root: Root, path: str) -> m.File:
    found = root.open(path)
    return m.File(path=path, text=found.text, digest=found.digest, crlf=found.crlf)


def _add_services(app: FastAPI, language: Language) -> None:
    """What needs nothing but the text."""

    def package(asked: m.Written) -> Response:
        source, bodies = language.source(asked.path, asked.text)
        made = compile_source(source, loader=language.loader, bodies=bodies)
        if made.bag.has_errors or not made.everything:
            return JSONResponse(m.Words(words="the program has errors" if made.bag.has_errors else "there is nothing to compile").model_dump(), 422)
        folder = next(iter(made.everything)).split("/")[0]
        return Response(_zipped(made.everything), media_type="application/zip", headers={"content-disposition": f'attachment; filename="{folder}.zip"'})

    for path, work in (
        ("complete", language.complete), ("hover", language.about), ("format", language.formatted), ("rename", language.rename), ("package", package),
    ):  # fmt: skip
        _post(app, path, work)


def _add_live(app: FastAPI, pages: Pages) -> None:
    """What is kept for a page."""
    _post(app, "analyse", pages.analyse)
    _post(app, "preview", pages.live)
    _post(app, "events", pages.load)


def _post(app: FastAPI, path: str, work: Callable[..., Any]) -> None:
    app.post(f"/api/{path}", name=path)(work)


def _zipped(files: dict[str, str]) -> bytes:
    """A zip of texts; the same bytes for the same texts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# --- errors ----------------------------------------------------------------------------------------------------------------


def _add_errors(app: FastAPI, log: Callable[[str], None]) -> None:
    """Everything that goes wrong has words and a status, and never repeats what was sent."""

    def answer(status: int, words: str, digest: str = "") -> JSONResponse:
        return JSONResponse(m.Words(words=words, digest=digest).model_dump(), status)

    def by(words: Callable[[Any], JSONResponse]) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handle(_: Request, error: Exception) -> Response:
            return await run_in_threadpool(words, error)

        return handle

    app.add_exception_handler(Changed, by(lambda error: answer(409, str(error), error.digest)))
    app.add_exception_handler(Missing, by(lambda error: answer(404, str(error))))
    app.add_exception_handler(FolderError, by(lambda error: answer(400, str(error))))
    app.add_exception_handler(RunError, by(lambda error: answer(422, f"{error}" + (f"; {error.advice}" if error.advice else ""))))
    app.add_exception_handler(RequestValidationError, by(lambda error: answer(422, _validation(error))))
    app.add_exception_handler(HTTPException, by(lambda error: answer(error.status_code, str(error.detail))))

    async def no_traceback(request: Request, work: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            return await work(request)
        except Exception as error:  # noqa: BLE001  the one place for faults of our own
            return answer(500, internal(error, log))

    app.middleware("http")(no_traceback)


def _validation(error: RequestValidationError) -> str:
    """The first fault, without the value: a page knows what it sent."""
    first = error.errors()[0]
    where = ".".join(str(word) for word in first["loc"] if word != "body")
    return f"{where or 'the request'}: {first['msg'][:200]}"
