"""How kernels are compiled: to machine code, kept on disk, typed as what they were."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Never, ParamSpec, TypeVar, cast

import numba
import numba.core.config
from numba.core.compiler import CompileResult
from numba.core.dispatcher import Dispatcher

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
    """Compile to machine code for other kernels to call, at their first call, cached on disk.

    Without numba's reference counts (`_nrt`): kernels allocate nothing, and counting references of
    the arrays in the tuples they pass on is thirty times the work itself. Always inside its
    callers (`forceinline`): handing such tuples over costs more than most kernels do. Without a way
    in from Python: taking such tuples apart is nearly half of what the compiler would have to do.
    """
    return cast("Callable[P, R]", _inner(_compiled(function, inside=True, way_in=False)))


def kernel_apart(function: Callable[P, R]) -> Callable[P, R]:
    """Compile like `kernel`, but once for all its callers.

    For long kernels called from several places: there the copies would cost the compiler minutes,
    and the work is long against handing the tuples over.
    """
    return cast("Callable[P, R]", _inner(_compiled(function, inside=False, way_in=False)))


def kernel_called(function: Callable[P, R]) -> Callable[P, R]:
    """Compile like `kernel`, for Python to call as well."""
    return cast("Callable[P, R]", _compiled(function, inside=True, way_in=True))


def _compiled(function: Callable[P, R], *, inside: bool, way_in: bool) -> Dispatcher:
    compile_ = numba.njit(  # type: ignore[call-overload]  # options that are not in the stubs
        cache=True,
        error_model="numpy",
        forceinline=inside,
        _nrt=False,
        no_cpython_wrapper=not way_in,
        no_cfunc_wrapper=True,
    )
    return cast("Dispatcher", compile_(function))


def _inner(dispatcher: Dispatcher) -> Dispatcher:
    """Refuse calls from Python: without a way in they would end the process."""

    def refuse(*_: object, **__: object) -> Never:
        name = dispatcher.py_func.__qualname__
        raise TypeError(f"{name}: a kernel of kernels; for Python to call it: @kernel_called")

    def keep(compiled: CompileResult) -> None:  # as numba does, which tells Python's calls as well
        types = compiled.signature.args  # type: ignore[attr-defined]  # not in the stubs
        dispatcher.overloads[tuple(types)] = compiled

    vars(dispatcher).update(add_overload=keep, _compile_for_args=refuse)
    return dispatcher
