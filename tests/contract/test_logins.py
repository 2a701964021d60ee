"""Attempts, sessions and tokens used once: the same on every store."""

from datetime import datetime, timedelta

from adapters.kit.logins import LoginAttempt, Session
from services.store import Store

NOW = datetime.fromisoformat("2026-11-24T09:40:00+00:00")
ATTEMPT = LoginAttempt(
    state="etat", nonce="nonce", verifier="preuve", back_to="/", expires_at=NOW + timedelta(hours=1)
)
SESSION = Session(digest="d" * 64, subject="RPPS:19990000010", began_at=NOW, seen_at=NOW)


def test_an_attempt_is_taken_once(store: Store):
    with store.unit() as unit:
        unit.access.begin(ATTEMPT)
    with store.unit() as unit:
        assert unit.access.take("etat", NOW) == ATTEMPT
    with store.unit() as unit:
        assert unit.access.take("etat", NOW) is None


def test_an_attempt_that_is_over_is_gone_all_the_same(store: Store):
    with store.unit() as unit:
        unit.access.begin(ATTEMPT)
    with store.unit() as unit:
        assert unit.access.take("etat", NOW + timedelta(hours=1)) is None
    with store.unit() as unit:
        assert unit.access.take("etat", NOW) is None


def test_a_session_is_found_touched_and_ended(store: Store):
    with store.unit() as unit:
        unit.access.open(SESSION)
    later = SESSION.seen(NOW + timedelta(minutes=5))
    with store.unit() as unit:
        assert unit.access.find(SESSION.digest) == SESSION
        unit.access.touch(later)
    with store.unit() as unit:
        assert unit.access.find(SESSION.digest) == later
        unit.access.end(SESSION.digest)
    with store.unit() as unit:
        assert unit.access.find(SESSION.digest) is None
        unit.access.touch(later)
        unit.access.end(SESSION.digest)
        assert unit.access.find(SESSION.digest) is None


def test_a_token_is_used_once(store: Store):
    with store.unit() as unit:
        assert unit.access.use_once("jeton", NOW)
    with store.unit() as unit:
        assert not unit.access.use_once("jeton", NOW + timedelta(hours=1))
        assert unit.access.use_once("autre", NOW)


def test_what_is_over_is_forgotten(store: Store):
    with store.unit() as unit:
        unit.access.begin(ATTEMPT)
        unit.access.open(SESSION)
        unit.access.use_once("jeton", NOW + timedelta(minutes=1))
    with store.unit() as unit:
        assert unit.access.purge(NOW, NOW) == 0
    with store.unit() as unit:
        later = NOW + timedelta(hours=2)
        assert unit.access.purge(later, later) == 3
        assert unit.access.find(SESSION.digest) is None
