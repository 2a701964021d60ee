"""What each adapter declares of itself, in `manifest.toml` beside its code."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from importlib.resources import files

import msgspec

from adapters.kit.http import MAX_BODY_BYTES
from adapters.kit.retry import RetryPolicy


class Direction(StrEnum):
    """Who speaks first: we do on a pace (PULL) or when we need it (ASK), or the source does."""

    PULL = "pull"
    PUSH = "push"
    ASK = "ask"


class Quality(StrEnum):
    """What an adapter has proven; `scripts/check_manifests.py` holds each level to its claims."""

    BRONZE = "bronze"
    ARGENT = "argent"
    OR = "or"


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a pulled feed is asked; `per_second` keeps within what its owner allows, None when they
    say nothing."""

    request: str
    timeout_s: float
    period_s: float
    batch: int
    attempts: int
    first_pause_s: float
    longest_pause_s: float
    failures_to_open: int
    cool_down_s: float
    per_second: float | None = None
    most_bytes: int = MAX_BODY_BYTES

    def __post_init__(self) -> None:
        figures = (self.timeout_s, self.period_s, self.batch, self.failures_to_open)
        if min(*figures, self.most_bytes, self.per_second or 1) <= 0:
            raise ValueError("timeout_s, period_s, batch and the other figures must be positive")
        _ = self.retries

    @property
    def retries(self) -> RetryPolicy:
        """The retry policy these figures make."""
        return RetryPolicy(
            attempts=self.attempts,
            first_pause_s=self.first_pause_s,
            longest_pause_s=self.longest_pause_s,
        )


class Feed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One flow of the adapter. `validity_s` says by canonical field how long a fact is good."""

    name: str
    flow: str
    title: str
    protocol: str
    direction: Direction
    produces: tuple[str, ...]
    validity_s: Mapping[str, int]
    query: Query | None = None
    limits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(seconds <= 0 for seconds in self.validity_s.values()):
            raise ValueError(f"feed {self.name}: a validity must be positive")

    @property
    def asked(self) -> Query:
        """How the feed is asked; ValueError when it is not one that is asked."""
        if self.query is None:
            raise ValueError(f"feed {self.name} is not one that is asked")
        return self.query

    @property
    def validity(self) -> Mapping[str, timedelta]:
        """How long each field of an observation is good."""
        return {name: timedelta(seconds=told) for name, told in self.validity_s.items()}

    def valid_for(self, field: str) -> timedelta:
        """How long that field of an observation is good; KeyError when it is not declared."""
        return timedelta(seconds=self.validity_s[field])


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One adapter: whose it is, what it speaks, how far it can be relied on."""

    name: str
    title: str
    owner: str
    quality: Quality
    reference: str
    feeds: tuple[Feed, ...]

    def get_feed(self, name: str) -> Feed:
        """Return the feed of that name; raise KeyError naming it."""
        for feed in self.feeds:
            if feed.name == name:
                return feed
        raise KeyError(f"adapter {self.name} declares no feed {name}")


def load_manifest(package: str) -> Manifest:
    """Read the manifest beside a package's code; raise ValueError naming the field at fault."""
    text = (files(package) / "manifest.toml").read_text(encoding="utf-8")
    return read_manifest(text)


def read_manifest(text: str) -> Manifest:
    """Read a manifest; raise ValueError naming the field at fault."""
    try:
        return msgspec.convert(tomllib.loads(text), Manifest)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"manifest.toml: {error}") from None
