"""Judges of a bundle as a whole: its form, its references, its numbers of resources."""

from collections import Counter
from collections.abc import Iterator, Mapping

from adapters.audit.checks import Fault, Judge, Judgement, NotProvable, NotTried
from adapters.audit.exchanges import Evidence, Exchange, Placed, Purpose
from adapters.audit.trees import first_text, leaves, texts
from adapters.audit.vocabulary import (
    ACT_CODE,
    CPTS_CATEGORY,
    ENCOUNTERS,
    SERVICE_TYPE_R5,
    WEB_ADDRESS,
)

NO_ANSWER = NotProvable("aucune recherche n'a reçu de réponse exploitable")
NO_SLOT = NotProvable("aucun créneau dans les réponses : rien à juger")
TOO_MANY = NotProvable("le serveur se dit interrogé trop souvent (429) : rien n'est prouvé")


def answers(evidence: Evidence) -> Judgement:
    """Each search answers 200 with a JSON object."""
    asked = evidence.of(Purpose.SEARCH, Purpose.AGAIN, Purpose.NARROW, Purpose.ALONE)
    if not asked:
        return NotTried("aucune recherche n'a été faite")
    heard = [one for one in asked if not one.is_throttled]
    if not heard:
        return TOO_MANY
    return [_on(one, "", _why_unanswered(one)) for one in heard if not one.is_answered]


def _why_unanswered(exchange: Exchange) -> str:
    if exchange.failure:
        return exchange.failure
    if exchange.document is None and exchange.status == 200:  # noqa: PLR2004  OK
        return "la réponse n'est pas un objet JSON"
    return f"HTTP {exchange.status}"


def bundle_profile(url: str) -> Judge:
    """Judge the form of the bundle: declared, counted, its entries holding resources."""

    def judge(evidence: Evidence) -> Judgement:
        searches = evidence.searches()
        return [f for one in searches for f in _bundle(one, url)] if searches else NO_ANSWER

    return judge


def _bundle(search: Exchange, url: str) -> Iterator[Fault]:
    document = search.document or {}
    if document.get("resourceType") != "Bundle":
        yield _on(search, "resourceType", "la réponse n'est pas un Bundle")
        return
    if url not in texts(document, "meta.profile"):
        yield _on(search, "meta.profile", f"le profil {url} n'est pas déclaré")
    total = document.get("total")
    if not isinstance(total, int) or isinstance(total, bool):
        yield _on(search, "total", "le nombre de résultats manque")
    if not texts(document, "link.url"):
        yield _on(search, "link", "la recherche reçue n'est pas rappelée (link self)")
    yield from _entries(search, document.get("entry", []))


def _entries(search: Exchange, entries: object) -> Iterator[Fault]:
    if not isinstance(entries, list):
        yield _on(search, "entry", "n'est pas une liste")
    elif not entries and "entry" in (search.document or {}):
        yield _on(search, "entry", "liste vide : sans résultat, elle ne doit pas être envoyée")
    else:
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
                yield _on(search, f"entry[{index}]", "entrée sans ressource")


def searchset(evidence: Evidence) -> Judgement:
    """The bundle is a searchset."""
    searches = evidence.searches()
    if not searches:
        return NO_ANSWER
    return [
        _on(one, "type", f"{first_text(one.document, 'type')!r} au lieu de « searchset »")
        for one in searches
        if first_text(one.document, "type") != "searchset"
    ]


def holds(kind: str) -> Judge:
    """Make the judge that an answer with slots also holds such a resource."""

    def judge(evidence: Evidence) -> Judgement:
        with_slots = [one for one in evidence.searches() if _has(one, "Slot")]
        if not with_slots:
            return NO_SLOT
        return [
            _on(one, "entry", f"des créneaux, mais aucune ressource {kind}")
            for one in with_slots
            if not _has(one, kind)
        ]

    return judge


def _has(search: Exchange, kind: str) -> bool:
    return any(one.kind == kind for one in search.resources)


def counts(match: str) -> Judge:
    """Make the judge that `total` counts the matches, resources of this kind."""

    def judge(evidence: Evidence) -> Judgement:
        searches = evidence.searches()
        if not searches:
            return NO_ANSWER
        found = [(one, sum(r.kind == match for r in one.resources)) for one in searches]
        return [
            _on(one, "total", f"annonce {total}, {number} ressource(s) {match} transmise(s)")
            for one, number in found
            if (total := (one.document or {}).get("total")) != number
        ]

    return judge


def unique(evidence: Evidence) -> Judgement:
    """A resource stands once in an answer (FHIR bdl-7)."""
    if not evidence.searches():
        return NO_ANSWER
    return [
        _on(search, f"{reference}", f"transmise {times} fois dans la même réponse")
        for search in evidence.searches()
        for reference, times in Counter(one.reference for one in search.resources).items()
        if times > 1
    ]


def references(path_by_kind: Mapping[str, tuple[str, ...]]) -> Judge:
    """Make the judge that each reference at these paths leads to a resource of the answer."""

    def judge(evidence: Evidence) -> Judgement:
        if not any(evidence.resources(*path_by_kind)):
            return NO_SLOT
        return [
            fault for search in evidence.searches() for fault in _dangling(search, path_by_kind)
        ]

    return judge


def _dangling(search: Exchange, path_by_kind: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    known = {one.reference for one in search.resources}
    full = set(texts(search.document, "entry.fullUrl"))
    for placed in search.resources:
        for path in path_by_kind.get(placed.kind, ()):
            for leaf in leaves(placed.resource, path):
                target = str(leaf.value)
                local = "/".join(target.split("/")[-2:])
                if target not in full and local not in known:
                    yield _in(placed, leaf.where, f"{target!r} n'est pas dans la réponse")


def one_resource_each(evidence: Evidence) -> Judgement:
    """A practitioner is one resource, however many places and slots."""
    searches = [one for one in evidence.searches() if _has(one, "Practitioner")]
    if not searches:
        return NO_SLOT
    faults = []
    for search in searches:
        people = [one for one in search.resources if one.kind == "Practitioner"]
        numbers = Counter(first_text(one.resource, "identifier.value") for one in people)
        repeated = [number for number, times in numbers.items() if times > 1 and number]
        faults += [_on(search, "Practitioner", f"{n!r} décrit plusieurs fois") for n in repeated]
    return faults


def consultation_types(evidence: Evidence) -> Judgement:
    """Each slot says in which ways one is seen: AMB, HH, VR."""
    slots = list(evidence.resources("Slot"))
    if not slots:
        return NO_SLOT
    faults = []
    for placed in slots:
        codes = [
            leaf.value.get("code")
            for leaf in leaves(placed.resource, "serviceType.coding")
            if isinstance(leaf.value, dict) and leaf.value.get("system") == ACT_CODE
        ]
        if not codes or not set(codes) <= ENCOUNTERS:
            told = f"types de consultation {codes} ; AMB, HH ou VR attendus"
            faults.append(_in(placed, "serviceType.coding", told))
    return faults


def booking_addresses(evidence: Evidence) -> Judgement:
    """A slot that is booked says where: an address of the web."""
    slots = [
        one
        for one in evidence.resources("Slot")
        if "WALKIN" not in texts(one.resource, "appointmentType.coding.code")
    ]
    if not slots:
        return NO_SLOT
    return [
        _in(placed, "comment", "adresse de prise de rendez-vous absente ou malformée")
        for placed in slots
        if not WEB_ADDRESS.fullmatch(first_text(placed.resource, "comment"))
    ]


def community_slots(evidence: Evidence) -> Judgement:
    """A slot of category 604 leads to the service of its CPTS."""
    slots = [
        one
        for one in evidence.resources("Slot")
        if CPTS_CATEGORY in texts(one.resource, "serviceType.coding.code")
    ]
    if not slots:
        return NotProvable("aucun créneau de CPTS dans les réponses")
    return [
        _in(placed, "serviceType.extension", f"l'extension {SERVICE_TYPE_R5} manque")
        for placed in slots
        if SERVICE_TYPE_R5 not in texts(placed.resource, "serviceType.extension.url")
    ]


def _on(exchange: Exchange, where: str, reason: str) -> Fault:
    return Fault(exchange=exchange, where=where, reason=reason)


def _in(placed: Placed, path: str, reason: str) -> Fault:
    where = f"{placed.where} ({placed.reference}) {path}"
    return Fault(exchange=placed.exchange, where=where, reason=reason)
