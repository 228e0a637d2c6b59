"""The address of a server, checked before anything is sent to it.

In: the text of `url`, whether there is a key. Out: a base address without a slash at its end, or a `Trouble`.
A key is sent through TLS, or to this machine itself; to nobody else. No name is looked up here.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from dsl4bes.diagnostics.codes.backends import KEY_IN_SETTINGS, NO_MODEL, WRONG_SETTING
from dsl4bes.unknown.settings import KEY_VARIABLE
from dsl4bes.unknown.trouble import Trouble

_ENDPOINTS = ("/chat/completions", "/completions", "/models")


def base_address(url: str, has_key: bool) -> str:
    """The address that endpoints are appended to.

    >>> base_address("http://localhost:8000", False)
    'http://localhost:8000/v1'
    """
    if not url:
        raise Trouble(NO_MODEL, "no address of a server is given", "set `url`, as in `http://localhost:8000/v1`")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Trouble(WRONG_SETTING, "the address of the server is not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise Trouble(
            KEY_IN_SETTINGS, "the address of the server holds a name or password", f"put the key into {KEY_VARIABLE}"
        )
    if parts.scheme not in ("http", "https") or not host:
        raise Trouble(WRONG_SETTING, f"the address `{url[:100]}` does not begin with http:// or https:// and a host")
    if parts.query or parts.fragment:
        raise Trouble(WRONG_SETTING, "the address of the server ends with a query or fragment", "leave out what follows `?` or `#`")
    if parts.scheme == "http" and has_key and not is_loopback(host):
        raise Trouble(
            WRONG_SETTING,
            f"the key in {KEY_VARIABLE} would go to {host} unencrypted",
            "use an https:// address, a tunnel to localhost, or unset the key",
        )
    path = parts.path.rstrip("/")
    for endpoint in _ENDPOINTS:
        path = path.removesuffix(endpoint)
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its address or by the name that always is."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
