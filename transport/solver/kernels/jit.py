"""How kernels are compiled: to machine code, kept on disk, typed as what they were."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
import numba.core.config

P = ParamSpec("P")
R = TypeVar("R")

_HERE = Path(__file__).parent


def _sources_digest() -> str:
    sources = sorted(_HERE.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


# numba notices a change in the file of a kernel, not in the files of the kernels it calls: a cache
# folder named after all the sources together can never serve a stale one.
CACHE = _HERE / "__pycache__" / f"kernels-{_sources_digest()}"
numba.core.config.CACHE_DIR = str(CACHE)  # type: ignore[attr-defined]


def forget_others() -> None:
    """Delete the caches of other versions of these sources."""
    for folder in CACHE.parent.glob("kernels-*"):
        if folder != CACHE:
            shutil.rmtree(folder, ignore_errors=True)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile to machine code at the first call with new types, cached on disk.

    Without numba's reference counts (`_nrt`): kernels allocate nothing, and counting references of
    the arrays in the tuples they pass on is thirty times the work itself. Always inside its
    callers (`forceinline`): handing such tuples over costs more than most kernels do.
    """
    return _compiled(function, inside=True)


def kernel_apart(function: Callable[P, R]) -> Callable[P, R]:
    """Compile like `kernel`, but once for all its callers.

    For long kernels called from several places: there the copies would cost the compiler minutes,
    and the work is long against handing the tuples over.
    """
    return _compiled(function, inside=False)


def _compiled(function: Callable[P, R], *, inside: bool) -> Callable[P, R]:
    compile_ = numba.njit(  # type: ignore[call-overload]  # `_nrt` is not in the stubs
        cache=True, error_model="numpy", forceinline=inside, _nrt=False
    )
    return cast("Callable[P, R]", compile_(function))
