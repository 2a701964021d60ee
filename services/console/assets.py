"""What pages load: our styles and modules, and the libraries that `make install` brings.

Addresses carry a digest of the content, so that a browser may keep them for ever.
"""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = Path(__file__).parent / "static"
VENDOR = "vendor"
FOR_EVER = "public, max-age=31536000, immutable"

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
        """Return a file with how long it may be kept."""
        response = await super().get_response(path, scope)
        kept = FOR_EVER if scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        response.headers["Content-Security-Policy"] = CSP  # a worker lives under its file's own
        return response


static = Assets(directory=ROOT)


def asset(path: str) -> str:
    """Return the address of a file, with its version."""
    return f"/static/{path}?v={_digest(path)}"


@cache
def _digest(path: str) -> str:
    file = ROOT / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "absent"
