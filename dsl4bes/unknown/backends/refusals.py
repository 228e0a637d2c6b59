"""What a server's refusal, or its silence, means for the user.

In: a status, headers and the beginning of the body; or an exception of httpx. Out: a `Trouble` in words, with what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from dsl4bes.diagnostics.codes.backends import MODEL_REFUSED, MODEL_UNREACHABLE, WRONG_SETTING
from dsl4bes.unknown.backends import wire
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.settings import KEY_VARIABLE
from dsl4bes.unknown.trouble import Trouble


class Again(Exception):
    """A failure after which another try may succeed: `after` are the seconds that the server asks for."""

    def __init__(self, trouble: Trouble, after: float | None = None, worth_it: bool = True) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble
        self.after = after
        self.worth_it = worth_it


def refused(status: int, headers: Mapping[str, str], content: bytes, url: str, key: Key) -> Trouble:
    """The trouble that an HTTP status other than 200 means."""
    said = f"; it says {wire.complaint(content)}" if content.strip() else ""
    if 300 <= status < 400:
        where = _target(key.hide(headers.get("location", "")))
        return Trouble(
            MODEL_REFUSED, f"{url} redirects to {where}, which is not followed", "if you trust that address, write it as `url`"
        )
    if status in (401, 403):
        what = "does not accept the key" if key else "wants a key"
        return Trouble(MODEL_REFUSED, f"{url} {what} (status {status}){said}", f"put a key for it into {KEY_VARIABLE}")
    if status == 404:
        help_ = "compare `model` and `adapter` with the list of `dsl4bes doctor`; most addresses end with /v1"
        return Trouble(MODEL_REFUSED, f"{url} knows no such model or path (status 404){said}", help_)
    if status == 429:
        return Trouble(MODEL_REFUSED, f"{url} has no room for more requests (status 429){said}", "try again later, or ask for fewer `samples`")
    if status >= 500:
        return Trouble(MODEL_UNREACHABLE, f"{url} fails (status {status}){said}", "look at the server's log")
    return Trouble(MODEL_REFUSED, f"{url} refuses the request (status {status}){said}", "mend what it names; a server that does not know a field may be too old")


def _target(location: str) -> str:
    """Where a redirect leads, without its query."""
    try:
        target = urlsplit(location)
    except ValueError:
        return "what is no address"
    return f"{target.scheme}://{target.netloc}{target.path}"[:120] if target.netloc else "another place"


def unreachable(error: httpx.HTTPError | httpx.InvalidURL, url: str) -> Again:
    """What a failure without an answer means, and whether another try is worth it."""
    start = "start the server, or correct `url`"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return Again(Trouble(WRONG_SETTING, f"`{url}` cannot be asked: {error}"), worth_it=False)
    if isinstance(error, httpx.ConnectTimeout):
        return Again(Trouble(MODEL_UNREACHABLE, f"{url} cannot be reached in time", start))
    if isinstance(error, httpx.ReadTimeout):
        help_ = "raise `read_timeout`: a model that is slow sends nothing until its answer is whole"
        return Again(Trouble(MODEL_UNREACHABLE, f"{url} sends nothing", help_), worth_it=False)
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper():
        help_ = "name the authority of its certificate in SSL_CERT_FILE; verification is not switched off"
        return Again(Trouble(MODEL_UNREACHABLE, f"the certificate of {url} is not valid: {error}", help_), worth_it=False)
    if isinstance(error, httpx.ConnectError):
        return Again(Trouble(MODEL_UNREACHABLE, f"nothing answers at {url}: {error or type(error).__name__}", start))
    reason = str(error) or type(error).__name__
    return Again(Trouble(MODEL_UNREACHABLE, f"{url} breaks the connection off: {reason}", "look at the server's log"))
