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
    ("GET", "/events"): Permission.FOLLOW,
    ("GET", "/connexion"): Permission.SEE_PUBLIC,
    ("GET", "/connexion/retour"): Permission.SEE_PUBLIC,
    ("POST", "/deconnexion"): Permission.SEE_PUBLIC,
    ("GET", "/moi"): Permission.SEE_PUBLIC,
    ("GET", "/"): Permission.OPEN_CASE,
    ("POST", "/"): Permission.OPEN_CASE,
    ("GET", "/dossiers/{case_id}"): Permission.READ_CASE,
    ("POST", "/dossiers/{case_id}"): Permission.PROPOSE,
}
