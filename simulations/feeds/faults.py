"""Faults an editor's software or a registry really shows, by name, to be injected into a mock."""

from collections.abc import Mapping
from enum import StrEnum

from simulations.feeds.boards import Board


class Fault(StrEnum):
    """Names as `aiguilleur feeds serve --fault` takes them."""

    SLOW = "slow"
    UNAUTHORIZED = "401"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    TRUNCATED = "truncated"
    HTML = "html"
    SILENT = "silent"
    CLOCK_SKEW = "clock_skew"
    EMPTY = "empty"
    STALE = "stale"
    OUT_OF_ORDER = "out_of_order"
    UNSTABLE = "unstable"
    UNFILTERED = "unfiltered"
    LEFTOVERS = "leftovers"
    PHANTOM = "phantom"
    DOUBLE_SOLD = "double_sold"
    DUPLICATE = "duplicate"
    SCHEMA_DRIFT = "schema_drift"
    COLLECTION = "collection"
    WRONG_TOTAL = "wrong_total"
    NO_PROFILE = "no_profile"
    NO_ACTORS = "no_actors"
    DANGLING = "dangling"
    MERGED_PLACES = "merged_places"
    TWICE_DESCRIBED = "twice_described"
    EMPTY_ELEMENTS = "empty_elements"
    PAST = "past"
    WRONG_ZONE = "wrong_zone"
    NO_ZONE = "no_zone"
    ZULU = "zulu"
    NO_END = "no_end"
    NO_AGENDA = "no_agenda"
    UNKNOWN_AUDIENCE = "unknown_audience"
    BUSY = "busy"
    NO_URL = "no_url"
    WRONG_PREFIX = "wrong_prefix"
    BAD_KEY = "bad_key"
    BARE_STRUCTURE = "bare_structure"
    NO_HOLDER = "no_holder"
    NO_PLACE = "no_place"
    NO_ADDRESS = "no_address"
    UNKNOWN_ADDRESS = "unknown_address"
    BAD_PHONE = "bad_phone"
    WRONG_HOURS = "wrong_hours"
    NO_COMMUNITY = "no_community"
    NO_SERVICE = "no_service"
    SWAPPED = "swapped"


TOLD: Mapping[Fault, str] = {
    Fault.SLOW: "répond au bout de huit secondes, une de trop",
    Fault.UNAUTHORIZED: "refuse notre certificat ou nos droits (HTTP 401)",
    Fault.TOO_MANY: "se dit interrogé trop souvent (HTTP 429, Retry-After d'une seconde)",
    Fault.SERVER_ERROR: "tombe en erreur (HTTP 500)",
    Fault.TRUNCATED: "coupe chaque réponse aux deux tiers",
    Fault.HTML: "rend une page de maintenance au lieu de JSON",
    Fault.SILENT: "prend la connexion et ne répond jamais",
    Fault.CLOCK_SKEW: "a une horloge en avance de dix minutes",
    Fault.EMPTY: "ne rend plus rien, avec toutes les marques du succès",
    Fault.STALE: "montre les agendas d'il y a une heure (un fichier : celui d'il y a 40 jours)",
    Fault.OUT_OF_ORDER: "montre, une réponse sur deux, un état plus ancien de deux minutes",
    Fault.UNSTABLE: "perd à chaque réponse une autre moitié des créneaux",
    Fault.UNFILTERED: "ne tient pas compte de la période demandée",
    Fault.LEFTOVERS: "mêle à sa réponse ceux que demandait la recherche précédente",
    Fault.PHANTOM: "montre libres des créneaux qui n'existent pas",
    Fault.DOUBLE_SOLD: "vend deux fois le même créneau",
    Fault.DUPLICATE: "envoie un créneau sur deux en double",
    Fault.SCHEMA_DRIFT: "écrit un créneau sur deux selon une autre version de FHIR (R5)",
    Fault.COLLECTION: "rend une collection au lieu d'un résultat de recherche",
    Fault.WRONG_TOTAL: "annonce un résultat de plus qu'il n'en rend",
    Fault.NO_PROFILE: "ne déclare aucun profil",
    Fault.NO_ACTORS: "n'envoie ni les praticiens, ni les lieux, ni les associations des agendas",
    Fault.DANGLING: "rattache un créneau sur deux à un agenda qu'il n'envoie pas",
    Fault.MERGED_PLACES: "mêle deux lieux dans un même agenda",
    Fault.TWICE_DESCRIBED: "décrit deux fois un praticien sur deux",
    Fault.EMPTY_ELEMENTS: "envoie des éléments vides dans un créneau sur deux",
    Fault.PAST: "date un créneau sur deux d'une semaine plus tôt",
    Fault.WRONG_ZONE: "écrit un créneau sur deux avec le décalage de l'autre saison",
    Fault.NO_ZONE: "oublie le décalage d'un créneau sur deux",
    Fault.ZULU: "écrit les instants d'un créneau sur deux en « Z », sans millisecondes",
    Fault.NO_END: "oublie la fin d'un créneau sur deux",
    Fault.NO_AGENDA: "oublie l'agenda d'un créneau sur deux",
    Fault.UNKNOWN_AUDIENCE: "ouvre un créneau sur deux à un public que personne ne connaît",
    Fault.BUSY: "rend occupé un créneau sur deux",
    Fault.NO_URL: "oublie l'adresse de prise de rendez-vous d'un créneau sur deux",
    Fault.WRONG_PREFIX: "préfixe mal un numéro national sur deux",
    Fault.BAD_KEY: "se trompe dans la clé d'un numéro de structure sur deux",
    Fault.BARE_STRUCTURE: "envoie un numéro de structure sur deux sans préfixe, type ni système",
    Fault.NO_HOLDER: "ne dit pas de qui est un lieu sur deux",
    Fault.NO_PLACE: "n'envoie pas un lieu sur deux",
    Fault.NO_ADDRESS: "envoie un lieu sur deux sans adresse",
    Fault.UNKNOWN_ADDRESS: "envoie un lieu sur deux à une adresse qui n'existe pas",
    Fault.BAD_PHONE: "écrit un téléphone sur deux sans son indicatif",
    Fault.WRONG_HOURS: "déclare ouverts à l'aube des lieux où il montre des créneaux le jour",
    Fault.NO_COMMUNITY: "ne dit pas de quelle CPTS est un créneau de CPTS sur deux",
    Fault.NO_SERVICE: "n'envoie pas le service d'une CPTS sur deux",
    Fault.SWAPPED: "échange latitude et longitude (adresses géocodées)",
}
"""What the editor does, in French, for the page of the faults."""


class FaultBoard(Board[Fault]):
    """The faults an editor's mock, or a registry's, shows at the moment."""
