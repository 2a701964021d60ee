"""Judges of mutual authentication (SAS, securing exchanges by mTLS, V3.2)."""

from http import HTTPStatus

from adapters.audit.checks import Fault, Judge, Judgement, NotProvable, NotTried
from adapters.audit.exchanges import Evidence, Purpose

TURNED_AWAY = frozenset(
    {None, HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, 495, 496}
)
"""No answer (the handshake failed), or what servers say of a certificate; 495, 496: nginx."""
IN_CLEAR = "l'adresse auditée est en clair"


def requires_a_certificate(evidence: Evidence) -> Judgement:
    """Whoever shows no certificate is turned away, before or after the handshake."""
    if not evidence.is_encrypted:
        if evidence.is_local or evidence.is_file:
            return NotTried(f"{IN_CLEAR}, sur cette machine : rien n'est prouvé")
        return [Fault(exchange=evidence.exchanges[0], where="", reason=IN_CLEAR)]
    return _turned_away(evidence, Purpose.NO_CERTIFICATE, "sans certificat")


def turns_away(purpose: Purpose, told: str) -> Judge:
    """Make the judge that a certificate of the right authority, but of another, is refused."""
    return lambda evidence: _turned_away(evidence, purpose, told)


def _turned_away(evidence: Evidence, purpose: Purpose, told: str) -> Judgement:
    """Silence is a refusal only of a server that answers whoever it should let in."""
    tried = evidence.of(purpose)
    if not tried:
        return NotTried(f"il faut essayer {told} : l'auditeur n'en a pas de quoi")
    let_in = [
        one for one in tried if one.status is not None and one.status < HTTPStatus.BAD_REQUEST
    ]
    if let_in:
        reasons = ((one, f"répond HTTP {one.status} {told}") for one in let_in)
        return [Fault(exchange=one, where="", reason=reason) for one, reason in reasons]
    if not any(one.is_answered for one in evidence.exchanges):
        return NotProvable("le serveur ne répond à personne : rien n'est prouvé")
    unclear = [one for one in tried if one.status not in TURNED_AWAY]
    if unclear:
        return NotProvable(f"répond HTTP {unclear[0].status} {told} : ni admis ni refusé")
    return []
