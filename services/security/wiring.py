"""Makes the security of an application from its settings."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from adapters.accounts.reader import AccountsRefused, LiveAccounts, read_accounts
from adapters.kit.http import open_client
from adapters.psc.client import DEADLINE_S, ProSanteConnect, Registration
from regulation.kernel.time import Clock
from services.errors import BadInput
from services.security.gate import AccessMode, Security
from services.security.login import LOGIN_PATH
from services.security.rates import Rates
from services.security.roles import AccessRole
from services.store import Store

ROLES = frozenset(AccessRole) - {AccessRole.PUBLIC}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """How access is proved. `address`: ours, as browsers and machines write it."""

    mode: AccessMode = AccessMode.DECLARED
    address: str = "http://127.0.0.1:8000"
    accounts: Path | None = None
    psc_issuer: str = ""
    psc_client_id: str = ""
    psc_client_secret: str = field(default="", repr=False)

    def registration(self) -> Registration | None:
        """Return how we are known to Pro Santé Connect, None when we aren't."""
        if not self.psc_issuer:
            return None
        return Registration(
            issuer=self.psc_issuer,
            client_id=self.psc_client_id,
            client_secret=self.psc_client_secret,
            redirect_uri=f"{self.address}{LOGIN_PATH}/retour",
        )


def open_psc(settings: AccessSettings) -> ProSanteConnect | None:
    """Open the relying party, which the caller closes; None when no provider is configured."""
    registration = settings.registration()
    if registration is None:
        return None
    return ProSanteConnect(open_client(timeout_s=DEADLINE_S), registration)


def make_security(
    settings: AccessSettings, *, territory: str, clock: Clock, store: Store
) -> Security:
    """Make the gate; raise BadInput naming the setting that is missing or wrong."""
    if settings.mode is AccessMode.REQUIRED and settings.accounts is None:
        raise BadInput("AIGUILLEUR_ACCOUNTS", "requis quand l'accès l'est : le fichier des comptes")
    if settings.accounts is not None:
        try:
            read_accounts(settings.accounts, ROLES)
        except AccountsRefused as error:
            raise BadInput("AIGUILLEUR_ACCOUNTS", str(error)) from None
    return Security(
        mode=settings.mode,
        territory=territory,
        clock=clock,
        store=store,
        accounts=LiveAccounts(settings.accounts, ROLES) if settings.accounts else None,
        address=settings.address,
        rates=Rates(stopwatch=time.monotonic),
    )
