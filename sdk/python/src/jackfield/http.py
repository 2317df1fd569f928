"""Capability `http`: reads inside a turn, and the requests that a reply sends after it."""

from __future__ import annotations

import json as _json
from typing import Any
from urllib.parse import quote as _quote

from componentize_py_types import Err
from wit_world.imports import web as _web

from .faults import Bug

# Requests of a reply need no capability of their own. Imported here all the same: while a step runs there are no files to import from.
try:
    from wit_world.imports import http as _http
except ImportError:
    _http = None

Response = _web.Response


class Failed(Exception):
    """There is no complete answer. A status of an error is an answer."""

    def __init__(self, failure: _web.Failure):
        super().__init__(type(failure).__name__.removeprefix("Failure_"))
        self.failure = failure


def request(
    method: str,
    url: str,
    headers: dict[str, str] | None = None,
    json: Any = None,
    timeout_ms: int | None = None,
) -> _web.Request:
    """A request. The address is absolute, or starts with a setting: ``{config:base}/things/1``. ``{secret:NAME}`` in a header is put in
    by the host."""
    lines = [_web.Header(name, value) for name, value in (headers or {}).items()]
    body = None
    if json is not None:
        lines.append(_web.Header("content-type", "application/json"))
        body = _json.dumps(json, separators=(",", ":"), ensure_ascii=False)
    return _web.Request(_web.Method[method.upper()], url, lines, body, timeout_ms)


def read(url: str, headers: dict[str, str] | None = None, timeout_ms: int | None = None) -> Response:
    """Gets something now. At most 8 times in a turn. :class:`Failed` when there is no complete answer."""
    if _http is None:
        raise Bug("pack.toml does not ask for the capability http")
    try:
        return _http.read(request("GET", url, headers, timeout_ms=timeout_ms))
    except Err as error:
        raise Failed(error.value) from None


def json_of(response: Response) -> Any:
    """The body of an answer as JSON."""
    return _json.loads(response.body)


def segment(text: str) -> str:
    """One segment of an address, escaped, so that what a customer typed cannot change which address is asked."""
    return _quote(text, safe="")
