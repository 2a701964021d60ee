"""An application whose access is required, with accounts of every role on two territories."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.api.app import create_app
from services.security.gate import COOKIE, AccessMode, Security
from services.security.roles import AccessRole
from services.security.wiring import ROLES, AccessSettings
from services.store import InMemoryStore, Store
from tests.worlds import TinyWorld, tiny_world

ADDRESS = "http://essai"
ELSEWHERE = "Ailleurs"
SYSTEM = "LOCAL:editeur-1"


def subject_of(role: str, territory: str) -> str:
    """The subject of the account of a role here, or elsewhere."""
    return f"LOCAL:{role.lower()}-{'ici' if territory != ELSEWHERE else 'ailleurs'}"


@dataclass(frozen=True, slots=True)
class Guarded:
    """The application, its store, its accounts and the key of the one system."""

    app: FastAPI
    world: TinyWorld
    store: Store
    accounts: Path
    key: OKPKey

    @property
    def security(self) -> Security:
        security: Security = self.app.state.security
        return security

    @property
    def here(self) -> str:
        return self.security.territory

    def session(self, role: str, territory: str | None = None) -> Mapping[str, str]:
        """Cookies of somebody of this role, just logged in."""
        subject = subject_of(role, territory or self.here)
        token = self.security.open_session(subject, now=self.security.clock.now())
        return {COOKIE: token}

    def calling(self, **options) -> httpx.AsyncClient:
        """A browser whose pages are ours."""
        transport = httpx.ASGITransport(app=self.app)
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers, **options)

    def signed(self, *, alg: str = "Ed25519", key: OKPKey | None = None, **changed) -> str:
        """A token of the system, as it should be but for what is changed."""
        now = int(self.security.clock.now().timestamp())
        claims = {"sub": SYSTEM, "aud": ADDRESS, "iat": now, "exp": now + 60, "jti": "jeton-0001"}
        header = {"alg": alg, "kid": changed.pop("kid", SYSTEM)}
        return jwt.encode(header, claims | changed, key or self.key, algorithms=[alg])


def accounts_text(here: str, key: OKPKey) -> str:
    """The file of accounts: each role here and elsewhere, and a system that signs."""
    lines = []
    for role in sorted(ROLES):
        for territory in (here, ELSEWHERE):
            lines += [
                "[[account]]",
                f'subject = "{subject_of(role, territory)}"',
                f'role = "{role}"',
                f'territories = ["{territory}"]',
            ]
    public = key.as_dict(private=False)
    written = ", ".join(f'{name} = "{value}"' for name, value in public.items())
    lines += [
        "[[account]]",
        f'subject = "{SYSTEM}"',
        f'role = "{AccessRole.EDITOR_SYSTEM}"',
        f'territories = ["{here}"]',
        f"public_key = {{ {written} }}",
    ]
    return "\n".join(lines)


def guarded(folder: Path, **settings: str) -> Guarded:
    """Make the application."""
    world, store = tiny_world(), InMemoryStore()
    runtime = world.runtime()
    key = OKPKey.generate_key("Ed25519")
    accounts = folder / "comptes.toml"
    accounts.write_text(accounts_text(runtime.gazetteer.name, key), encoding="utf-8")
    access = AccessSettings(
        mode=AccessMode.REQUIRED, address=ADDRESS, accounts=accounts, **settings
    )
    app = create_app(runtime, store=store, access=access)
    return Guarded(app, world, store, accounts, key)
