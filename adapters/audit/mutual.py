"""Judges of mutual authentication (SAS, securing exchanges by mTLS, V3.2)."""

from adapters.audit.checks import Fault, Judge, Judgement, NotProvable
from adapters.audit.exchanges import Evidence, Purpose

IN_CLEAR = "l'adresse auditée est en clair"


def requires_a_certificate(evidence: Evidence) -> Judgement:
    """Whoever shows no certificate is turned away, before or after the handshake."""
    if not evidence.is_encrypted:
        if evidence.is_local or evidence.is_file:
            return NotProvable(f"{IN_CLEAR}, sur cette machine : rien n'est prouvé")
        return [Fault(exchange=evidence.exchanges[0], where="", reason=IN_CLEAR)]
    return _turned_away(evidence, Purpose.NO_CERTIFICATE, "sans certificat")


def turns_away(purpose: Purpose, told: str) -> Judge:
    """Make the judge that a certificate of the right authority, but of another, is refused."""
    return lambda evidence: _turned_away(evidence, purpose, told)


def _turned_away(evidence: Evidence, purpose: Purpose, told: str) -> Judgement:
    tried = evidence.of(purpose)
    if not tried:
        return NotProvable(f"il faut essayer {told} : l'auditeur n'en a pas de quoi")
    return [
        Fault(exchange=one, where="", reason=f"répond HTTP {one.status} {told}")
        for one in tried
        if one.status is not None and one.status < 400  # noqa: PLR2004  accepted
    ]
