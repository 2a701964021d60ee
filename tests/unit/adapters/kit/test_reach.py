"""An address that cannot be one is known before anything is asked of it."""

import pytest

from adapters.kit.reach import is_address


@pytest.mark.parametrize(
    "text",
    ["redis://hote", "redis://:mot@127.0.0.1:6379/0", "redis://[::1]:1", "unix:///run/r.sock"],
)
def test_an_address_is_one(text: str):
    assert is_address(text, {"redis", "unix"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "redis://",
        "redis://a:b",
        "redis://a:0",
        "redis://a:99999",
        "redis://[::1",
        "http://a",
    ],
)
def test_what_is_none_is_told(text: str):
    assert not is_address(text, {"redis", "unix"})
