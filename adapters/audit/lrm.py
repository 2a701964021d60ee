"""A regulation software (LRM): appointments taken (INT_L02), cases told, links opened (INT_L01)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, pairwise
from statistics import median
from urllib.parse import parse_qs, urlsplit

from adapters.audit.checks import (
    Check,
    Fault,
    Judge,
    Judgement,
    Measured,
    NotProvable,
    NotTried,
    measure,
    shall,
    shall_not,
)
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.hub_journal import MESSAGE, answers_of
from adapters.audit.lrm_words import positions, spelling
from adapters.audit.sas_shared import FindAddress
from adapters.audit.trees import Json, first_text, leaves, texts

NAME = "lrm"
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}")
CASE_ID = re.compile(r"([a-zA-Z0-9_-]+\.?){4,10}")
STEPS = frozenset({"RECU", "ERREUR", "INTEGRE", "CONSULTE", "SUPPRIME"})
ERRORS: Mapping[int, str] = {
    100: "DELIVERY_MODE_INCONSISTENCY",
    101: "NOT_ALLOWED_CONTENT_TYPE",
    102: "UNRECOGNIZED_MESSAGE_FORMAT",
    200: "SENDER_INCONSISTENCY",
    300: "INVALID_MESSAGE",
    301: "SCHEMA_NOT_FOUND",
    400: "EXPIRED_MESSAGE_BEFORE_ROUTING",
    409: "CONFLICT",
    500: "DEAD_LETTER_QUEUED",
    501: "UNROUTABLE_MESSAGE",
    600: "MESSAGE_CONVERSION_ERROR",
    700: "INTERNAL_CLIENT_ERROR",
    701: "CASE_ALREADY_EXISTS",
    702: "WRONG_MESSAGE_SEQUENCE",
    703: "UNKNOWN_SENDER",
    704: "INSUFFICIENT_DATA",
}
INVALID, CONFLICT = 300, 409
CASE_REQUIRED = ("caseId", "creation", "qualification", "location", "owner")
TAKEN = (Purpose.CREATE, Purpose.UPDATE, Purpose.UPDATE_UNKNOWN)
DATES = ("dateTimeSent", "dateTimeExpires", f"{MESSAGE}.sentAt")
LINK_PATH = "/sas/recherche"
LINK_KNOWN = frozenset(
    {
        *("text", "loc", "origin", "practitioner", "speciality"),
        *("streetnumber", "streetname", "inseecode", "city"),
    }
)
INSEE = re.compile(r"\d[\dAB]\d{3}")
SILENT = NotProvable("le logiciel audité n'a rien envoyé")


def _said(evidence: Evidence) -> Iterator[tuple[Exchange, Json]]:
    for exchange in evidence.exchanges:
        for message in answers_of(exchange):
            yield exchange, message


def _each(judge: Callable[[Json], str]) -> Judge:
    """Make the judge of every message the software sent: why it is wrong, empty when it is not."""

    def judged(evidence: Evidence) -> Judgement:
        said = list(_said(evidence))
        if not said:
            return SILENT
        return [_fault(exchange, why) for exchange, one in said if (why := judge(one))]

    return judged


def _fault(exchange: Exchange, reason: str) -> Fault:
    return Fault(exchange=exchange, where=exchange.purpose, reason=reason)


def _sender(envelope: Json) -> str:
    number, sender = first_text(envelope, "distributionID"), first_text(envelope, "senderID")
    prefix = number.partition("_")[0]
    return "" if sender and prefix == sender else f"distributionID ne commence pas par {sender!r}_"


def _keys(evidence: Evidence) -> Judgement:
    """The routing key is the sender: the Hub hands on nothing else."""
    known = [
        (exchange, str(key.value), first_text(answer, "senderID"))
        for exchange in evidence.exchanges
        for key, answer in zip(
            leaves(exchange.document, "keys"), answers_of(exchange), strict=False
        )
    ]
    if not known:
        return NotProvable("les clés de routage ne sont pas connues d'ici")
    return [
        _fault(exchange, f"publié sous {key!r}, au nom de {sender!r}")
        for exchange, key, sender in known
        if key != sender
    ]


def _in_order(evidence: Evidence) -> Judgement:
    said = [
        (exchange, sent)
        for exchange, one in _said(evidence)
        if exchange.purpose is not Purpose.UNASKED and (sent := _sent_at(one)) is not None
    ]
    if not said:
        return SILENT
    return [
        _fault(exchange, f"daté de {(before - sent).total_seconds():.0f} s avant le précédent")
        for (_, before), (exchange, sent) in pairwise(said)
        if sent < before
    ]


def _sent_at(envelope: Json) -> datetime | None:
    try:
        read = datetime.fromisoformat(first_text(envelope, "dateTimeSent"))
    except ValueError:
        return None
    return read if read.tzinfo else None


def _dates(envelope: Json) -> str:
    given = [leaf.value for path in DATES for leaf in leaves(envelope, path)]
    bad = [one for one in given if not isinstance(one, str) or not STAMP.fullmatch(one)]
    return f"{str(bad[0])[:40]!r} n'est pas AAAA-MM-JJThh:mm:ss±hh:mm" if bad else ""


def _expiry(envelope: Json) -> str:
    sent, expires = (first_text(envelope, name) for name in ("dateTimeSent", "dateTimeExpires"))
    return "" if sent[:19] < expires[:19] else "le message a expiré avant d'être envoyé"


def _one_use_case(envelope: Json) -> str:
    header = {"messageId", "sender", "sentAt", "status", "kind", "recipient"}
    for leaf in leaves(envelope, MESSAGE):
        keys = set(leaf.value) if isinstance(leaf.value, Mapping) else set()
        if len(keys - header) != 1:
            return f"{len(keys - header)} cas d'usage dans le message au lieu d'un"
    return "" if any(True for _ in leaves(envelope, MESSAGE)) else "message vide"


def _kinds_agree(envelope: Json) -> str:
    outer, inner = first_text(envelope, "distributionKind"), first_text(envelope, f"{MESSAGE}.kind")
    is_error = bool(list(leaves(envelope, f"{MESSAGE}.error")))
    if is_error:
        return "" if outer == "Error" and not inner else "une erreur va sans en-tête, en « Error »"
    return "" if outer == inner else f"enveloppe {outer!r}, message {inner!r}"


def _acked(evidence: Evidence) -> Judgement:
    asked = evidence.of(*TAKEN)
    if not asked:
        return NotProvable("aucun rendez-vous n'a été transmis")
    return [
        _fault(one, one.failure or "pas d'accusé (RC-REF) de ce rendez-vous")
        for one in asked
        if not any(first_text(answer, f"{MESSAGE}.reference.step") for answer in answers_of(one))
    ]


def _steps(envelope: Json) -> str:
    steps = texts(envelope, f"{MESSAGE}.reference.step")
    strange = [step for step in steps if step not in STEPS]
    return f"étape {strange[0]!r} inconnue" if strange else ""


def _codes(answer: Json) -> list[int]:
    found = leaves(answer, f"{MESSAGE}.error.errorCode.statusCode")
    return [int(leaf.value) for leaf in found if isinstance(leaf.value, int | float)]


def _refused(purposes: tuple[Purpose, ...], code: int, why: str) -> Judge:
    """Make the judge that such a message is refused with this error."""

    def judged(evidence: Evidence) -> Judgement:
        asked = evidence.of(*purposes)
        if not asked:
            return NotTried(f"{why} : pas essayé")
        return [
            _fault(one, f"{why} : erreur {code} attendue, reçu {found or one.failure}")
            for one in asked
            if code not in (found := list(chain(*(_codes(a) for a in answers_of(one)))))
        ]

    return judged


def _error_names(envelope: Json) -> str:
    for leaf in leaves(envelope, f"{MESSAGE}.error.errorCode"):
        code = next((one.value for one in leaves(leaf.value, "statusCode")), None)
        name = first_text(leaf.value, "statusString")
        if not isinstance(code, int | float) or ERRORS.get(int(code)) != name:
            return f"erreur {code} nommée {name!r}"
    return ""


def _unaltered(evidence: Evidence) -> Judgement:
    asked = evidence.of(*TAKEN)
    if not asked:
        return NotProvable("aucun rendez-vous n'a été transmis")
    return [
        _fault(one, "un rendez-vous conforme est refusé")
        for one in asked
        if any(_codes(answer) for answer in answers_of(one))
    ]


def _answered_once(evidence: Evidence) -> Judgement:
    said = [first_text(one, "distributionID") for _, one in _said(evidence)]
    if not said:
        return SILENT
    return [
        _fault(exchange, "deux messages portent le même distributionID")
        for exchange, one in _said(evidence)
        if said.count(first_text(one, "distributionID")) > 1
    ]


def _cases(evidence: Evidence) -> list[tuple[Exchange, object]]:
    return [
        (exchange, leaf.value)
        for exchange, one in _said(evidence)
        for path in ("createCaseHealth", "createCaseHealthUpdate")
        for leaf in leaves(one, f"{MESSAGE}.{path}")
    ]


def _cases_whole(evidence: Evidence) -> Judgement:
    cases = _cases(evidence)
    if not cases:
        return NotProvable("aucun dossier (RS-EDA) dans le journal")
    return [
        _fault(exchange, f"RS-EDA sans {name}")
        for exchange, case in cases
        for name in CASE_REQUIRED
        if not isinstance(case, Mapping) or not case.get(name)
    ]


def _cases_numbered(evidence: Evidence) -> Judgement:
    cases = _cases(evidence)
    if not cases:
        return NotProvable("aucun dossier (RS-EDA) dans le journal")
    return [
        _fault(exchange, "caseId n'est pas de la forme fr.health.samuXXX.…")
        for exchange, case in cases
        if not CASE_ID.fullmatch(first_text(case, "caseId"))
    ]


def _links(judge: Callable[[str, Mapping[str, list[str]]], str]) -> Judge:
    def judged(evidence: Evidence) -> Judgement:
        opened = evidence.of(Purpose.LINK)
        if not opened:
            return NotProvable("aucun lien d'ouverture (INT_L01) dans le journal")
        faults = []
        for one in opened:
            parts = urlsplit(one.url)
            why = judge(parts.path, parse_qs(parts.query, keep_blank_values=True))
            faults += [_fault(one, why)] if why else []
        return faults

    return judged


def _link_form(path: str, query: Mapping[str, list[str]]) -> str:
    if path != LINK_PATH:
        return f"le chemin n'est pas {LINK_PATH}"
    insee = query.get("inseecode", [])
    if insee and not all(INSEE.fullmatch(one) for one in insee):
        return "inseecode n'est pas un code INSEE"
    asked = {"text", "speciality", "practitioner"} & set(query)
    return "" if asked else "ni spécialité, ni praticien, ni texte à chercher"


def _link_discreet(_path: str, query: Mapping[str, list[str]]) -> str:
    strange = sorted(set(query) - LINK_KNOWN)
    return f"paramètre inconnu {strange[0][:40]!r}" if strange else ""


def _delay(evidence: Evidence) -> Judgement:
    answered = [one.elapsed_s for one in evidence.of(*TAKEN) if one.status is not None]
    if not answered:
        return NotProvable("aucun accusé chronométré")
    told = (
        f"{len(answered)} accusés : médiane {median(answered):.1f} s, maximum {max(answered):.1f} s"
    )
    return Measured(told)


HUB = "hub-sante"
CHECKS: tuple[Check, ...] = (
    shall(
        "expediteur",
        f"{HUB}@distributionID",
        "distributionID commence par senderID_.",
        _each(_sender),
    ),
    shall(
        "cle-de-routage",
        f"{HUB}@routing-key",
        "La clé de routage est l'identifiant de l'expéditeur.",
        _keys,
    ),
    shall("dates-hub", f"{HUB}@datetime", "Dates sans millisecondes ni « Z ».", _each(_dates)),
    shall(
        "expiration",
        f"{HUB}@dateTimeExpires",
        "Un message expire après son envoi.",
        _each(_expiry),
    ),
    shall(
        "un-cas-d-usage",
        f"{HUB}@RC-DE",
        "Un message porte un seul cas d'usage.",
        _each(_one_use_case),
    ),
    shall(
        "nature",
        f"{HUB}@distributionKind",
        "Enveloppe et message disent la même nature.",
        _each(_kinds_agree),
    ),
    shall("sans-doublon-hub", f"{HUB}@messageId", "Chaque message a son numéro.", _answered_once),
    shall("accuse", "int-l02@accuse", "Chaque rendez-vous est accusé (RC-REF).", _acked),
    shall("etapes", "rc-ref@step", "L'accusé dit RECU, INTEGRE, CONSULTE…", _each(_steps)),
    shall_not(
        "refus-a-tort",
        "int-l02@update",
        "Un rendez-vous conforme, ou une mise à jour d'un rendez-vous inconnu, n'est pas refusé.",
        _unaltered,
    ),
    shall(
        "conflit",
        "int-l02@409",
        "Un rendez-vous déjà créé est un conflit (409).",
        _refused((Purpose.CREATE_AGAIN,), CONFLICT, "rendez-vous en double"),
    ),
    shall(
        "invalide",
        "rs-error@300",
        "Un message incomplet est refusé (300).",
        _refused((Purpose.INCOMPLETE,), INVALID, "rendez-vous sans début"),
    ),
    shall(
        "zulu",
        "rs-error@300",
        "Une date en « Z » est refusée (300).",
        _refused((Purpose.ZULU,), INVALID, "date en « Z »"),
    ),
    shall(
        "codes-erreur",
        "rs-error@codes",
        "Les erreurs ont le nom de leur code.",
        _each(_error_names),
    ),
    shall("dossier", "rs-eda@requis", "Un dossier transmis est complet.", _cases_whole),
    shall("numero-dossier", "rs-eda@caseId", "caseId a la forme convenue.", _cases_numbered),
    shall("lien", "int-l01@forme", "Le lien ouvre la recherche du SAS.", _links(_link_form)),
    shall_not(
        "lien-discret",
        "int-l01@parametres",
        "Le lien ne porte rien de plus que ce qui est convenu : jamais d'identité de patient.",
        _links(_link_discreet),
    ),
    measure("ordre-messages", "Les messages sont datés dans l'ordre où ils viennent.", _in_order),
    measure("delai-accuse", "Délai des accusés.", _delay),
    measure("positions", "Les positions transmises (GEO-POS) sont en France.", positions),
    measure(
        "graphies",
        "Adressage et méthodes s'écrivent comme dans les schémas (hubex, CreateAppointment).",
        spelling,
    ),
)


def checks(_find: FindAddress | None) -> tuple[Check, ...]:
    """Return every check of a regulation software, in the order of the report."""
    return CHECKS
