"""What pages load: our styles and modules, and the libraries that `make install` brings.

Addresses begin with a digest of everything there: a browser keeps it all for ever, what modules and
styles load by themselves included. Text is compressed once for all who ask.
"""

import gzip
import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = Path(__file__).parent / "static"
VENDOR = "vendor"
FOR_EVER = "public, max-age=31536000, immutable"
VERSIONED = re.compile(r"^(v-[0-9a-f]{12})/(.+)$")
COMPRESSED = frozenset({".css", ".js", ".mjs"})
"""Kinds of files that are text; fonts are compressed already."""

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
"""No script or style but ours, from files."""


def with_origin(policy: str, address: str) -> str:
    """Let pages fetch images of one other origin besides; the policy as it is without one."""
    if not address:
        return policy
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    return policy.replace("connect-src 'self'", f"connect-src 'self' {origin}")


class Assets(StaticFiles):
    """The files, kept by browsers when their address says which version they are."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with how long it may be kept; of another version, not for long."""
        told = VERSIONED.match(path)
        kept = FOR_EVER if told and told[1] == version() else "no-cache"
        path = told[2] if told else path
        response = await super().get_response(path, scope)
        if response.status_code == HTTPStatus.OK and _takes_gzip(path, scope):
            response = await run_in_threadpool(_compressed, path, response)
        response.headers["Cache-Control"] = kept
        response.headers["Content-Security-Policy"] = CSP  # a worker lives under its file's own
        return response


static = Assets(directory=ROOT)


def asset(path: str) -> str:
    """Return the address of a file, with its version."""
    return f"/static/{version()}/{path}"


@cache
def version() -> str:
    """Digest of every file and its name, as addresses begin with it."""
    digest = hashlib.sha256()
    for file in sorted(one for one in ROOT.rglob("*") if one.is_file()):
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return f"v-{digest.hexdigest()[:12]}"


def _takes_gzip(path: str, scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return "gzip" in accepted and Path(path).suffix in COMPRESSED and scope["method"] == "GET"


def _compressed(path: str, response: Response) -> Response:
    """The same answer, compressed."""
    kept = ("content-type", "etag", "last-modified")
    headers = {name: response.headers[name] for name in kept if name in response.headers}
    told = {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_gzipped(path), headers=told)


@cache
def _gzipped(path: str) -> bytes:
    return gzip.compress((ROOT / path).read_bytes(), compresslevel=9, mtime=0)
