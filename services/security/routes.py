"""The permission each endpoint asks for: what is not written here is open to nobody."""

from collections.abc import Mapping

from services.security.roles import Permission

Endpoint = tuple[str, str]
"""Method, and the template of the path."""

ENDPOINTS: Mapping[Endpoint, Permission] = {
    ("GET", "/health"): Permission.SEE_PUBLIC,
    ("GET", "/openapi.json"): Permission.SEE_PUBLIC,
    ("GET", "/sources"): Permission.SEE_SOURCES,
    ("POST", "/cases"): Permission.OPEN_CASE,
    ("GET", "/cases/{case_id}"): Permission.READ_CASE,
    ("GET", "/cases/{case_id}/events"): Permission.READ_CASE,
    ("POST", "/cases/{case_id}/proposals"): Permission.PROPOSE,
    ("POST", "/cases/{case_id}/decision"): Permission.DECIDE,
    ("POST", "/cases/{case_id}/red-flags/lift"): Permission.LIFT_RED_FLAG,
    ("GET", "/cases/{case_id}/messages"): Permission.READ_CASE,
    ("GET", "/messages"): Permission.FOLLOW,
    ("POST", "/messages/resend"): Permission.DECIDE,
    ("GET", "/events"): Permission.FOLLOW,
    # Companies prove who they are by the signature of what they send, checked by the endpoint.
    ("POST", "/transporteurs/{company}/evenements"): Permission.SEE_PUBLIC,
    ("POST", "/fhir/Appointment"): Permission.BOOK_FROM_OUTSIDE,
    ("PUT", "/fhir/Appointment"): Permission.BOOK_FROM_OUTSIDE,
    ("GET", "/fhir/Appointment/{appointment_id}"): Permission.BOOK_FROM_OUTSIDE,
    ("GET", "/connexion"): Permission.SEE_PUBLIC,
    ("GET", "/connexion/retour"): Permission.SEE_PUBLIC,
    ("POST", "/deconnexion"): Permission.SEE_PUBLIC,
    ("GET", "/moi"): Permission.SEE_PUBLIC,
    ("GET", "/"): Permission.OPEN_CASE,
    ("POST", "/"): Permission.OPEN_CASE,
    ("GET", "/sas/recherche"): Permission.OPEN_CASE,
    ("GET", "/appels/{case_id}"): Permission.READ_CASE,
    ("GET", "/brouillons/{draft_id}"): Permission.OPEN_CASE,
    ("POST", "/appel/attente"): Permission.OPEN_CASE,
    ("GET", "/effecteurs"): Permission.OPEN_CASE,
    ("GET", "/vehicules"): Permission.OPEN_CASE,
    ("GET", "/lieux"): Permission.OPEN_CASE,
    ("POST", "/appel/lecture"): Permission.OPEN_CASE,
    ("POST", "/appel/propositions"): Permission.PROPOSE,
    ("POST", "/appel/decision"): Permission.DECIDE,
    ("POST", "/appel/annulation"): Permission.DECIDE,
    ("GET", "/encours"): Permission.FOLLOW,
    ("POST", "/encours/{case_id}/retour"): Permission.FOLLOW,
    ("POST", "/encours/{case_id}/cloture"): Permission.FOLLOW,
    ("POST", "/encours/{case_id}/reprise"): Permission.PROPOSE,
    ("POST", "/encours/{case_id}/annulation"): Permission.DECIDE,
    ("POST", "/consignes"): Permission.FOLLOW,
    ("GET", "/recherche"): Permission.READ_CASE,
    ("POST", "/poste"): Permission.SEE_PUBLIC,
    ("POST", "/poste/ici"): Permission.SEE_PUBLIC,
    ("GET", "/dossiers/{case_id}"): Permission.READ_CASE,
    ("POST", "/dossiers/{case_id}"): Permission.PROPOSE,
    ("GET", "/carte"): Permission.SEE_OFFER,
    ("GET", "/carte/lieux.geojson"): Permission.SEE_OFFER,
    ("GET", "/public"): Permission.SEE_PUBLIC,
    ("GET", "/public/lieux.geojson"): Permission.SEE_PUBLIC,
    ("GET", "/public/lieux.csv"): Permission.SEE_PUBLIC,
    ("GET", "/public/fond.json"): Permission.SEE_PUBLIC,
    ("GET", "/public/communes/{insee}"): Permission.SEE_PUBLIC,
}
