"""What the caller told, as a document and back."""

from collections.abc import Mapping
from typing import Any

from adapters.db.answers import read_answers
from adapters.db.documents import from_document, to_document
from regulation.cases import Caller, CareNeed, Case, CaseState, LiftedFlag, Patient, Transition
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.places import Position

KEPT_APART = frozenset({"case_id", "state", "journal"})
"""Fields of a case that are no part of what was told: they have columns or rows of their own."""


def to_dossier(case: Case) -> dict[str, Any]:
    """Write what the caller told, without what has become of the case since."""
    document = to_document(case)
    return {name: value for name, value in document.items() if name not in KEPT_APART}


def from_dossier(
    case_id: str,
    told: Mapping[str, Any],
    state: CaseState = CaseState.OPEN,
    journal: tuple[Transition, ...] = (),
) -> Case:
    """Rebuild the case, its invariants checked again."""
    return Case(
        case_id=case_id,
        caller=from_document(told["caller"], Caller),
        patient=from_document(told["patient"], Patient),
        need=from_document(told["need"], CareNeed),
        mobility=read_answers(told["mobility"]),
        pharmacy_stop=PharmacyNeed(told["pharmacy_stop"]),
        return_to=told["return_to"] and from_document(told["return_to"], Position),
        preferred_effecteur=told["preferred_effecteur"]
        and from_document(told["preferred_effecteur"], Identifier),
        lifted=tuple(from_document(one, LiftedFlag) for one in told.get("lifted", ())),
        state=state,
        journal=journal,
    )
