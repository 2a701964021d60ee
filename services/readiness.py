"""Whether this process should be sent calls: it can keep what it is told, and isn't stopping."""

from dataclasses import dataclass

from services.store import Store


@dataclass(slots=True)
class Readiness:
    """A process is not ready before its database answers, nor once it is asked to stop."""

    store: Store
    is_draining: bool = False

    def against(self) -> str | None:
        """Say in French why no call should be sent here, None when one may."""
        if self.is_draining:
            return "ce processus s'arrête : s'adresser à un autre"
        if not self.store.is_answering():
            return "la base ne répond pas"
        return None
