"""Invented examples shown in the description of the API; a test holds them to its schemas."""

CASE = {
    "id": "appel-2026-11-28-0193",
    "caller": {"at": "2026-11-28T19:40:00+01:00", "language": "fr"},
    "patient": {"age": 10, "sex": "F", "position": {"insee": "31555"}},
    "need": {"code": "GP", "care_level": "R3", "priority": "P2"},
    "mobility": {
        "walking_aid": False,
        "stretcher_or_carrying": True,
        "home": {"floor": 3, "lift": False, "can_use_stairs": False},
        "companion_available": True,
        "own_vehicle_available": "unknown",
    },
    "pharmacy_stop": "likely",
}

OPENED = {
    "id": CASE["id"],
    "state": "OPEN",
    "version": 0,
    "caller": CASE["caller"],
    "patient": {"age": 10, "sex": "F", "position": {"lat": 43.589, "lon": 1.401}},
    "need": CASE["need"],
    "mobility": CASE["mobility"],
    "pharmacy_stop": "likely",
    "return_to": None,
    "preferred_effecteur": None,
    "journal": [],
}

PROPOSAL = {
    "rank": 1,
    "kind": "CONSULTATION",
    "effecteur": {
        "id": "LOCAL:mmg-exemple",
        "kind": "MMG",
        "name": "Maison médicale de garde d'exemple",
        "position": {"lat": 43.601, "lon": 1.442},
        "availability": "FREE",
        "freshness": "FRESH",
        "observed_at": "2026-11-28T19:39:10+01:00",
        "accessibility": {"STEP_FREE": "OK", "STRETCHER_ACCESS": "UNKNOWN"},
    },
    "slot": {
        "id": "exemple-204",
        "start": "2026-11-28T20:40:00+01:00",
        "end": "2026-11-28T21:00:00+01:00",
        "mode": "AMB",
        "booking": "ROUTINE",
        "source": "sas-ps",
        "observed_at": "2026-11-28T19:39:10+01:00",
    },
    "legs": [
        {
            "kind": "outward",
            "mode": "AMBULANCE",
            "vehicle_id": "AMB-07",
            "from": {"lat": 43.589, "lon": 1.401},
            "to": {"lat": 43.601, "lon": 1.442},
            "pickup_at": "2026-11-28T20:02:00+01:00",
            "dropoff_at": "2026-11-28T20:31:00+01:00",
            "distance_m": 6400,
            "on_board_s": 780,
            "price_eur_cents": 10350,
            "patient_eur_cents": 0,
            "am_eur_cents": 10350,
            "payer": "CPAM",
            "shared": False,
            "will_call": False,
        },
        {
            "kind": "return",
            "mode": "AMBULANCE",
            "vehicle_id": "AMB-07",
            "from": {"lat": 43.601, "lon": 1.442},
            "to": {"lat": 43.589, "lon": 1.401},
            "pickup_at": "2026-11-28T21:05:00+01:00",
            "dropoff_at": "2026-11-28T21:33:00+01:00",
            "distance_m": 6400,
            "on_board_s": 760,
            "price_eur_cents": 10350,
            "patient_eur_cents": 0,
            "am_eur_cents": 10350,
            "payer": "CPAM",
            "shared": False,
            "will_call": True,
        },
    ],
    "home_at": "2026-11-28T21:33:00+01:00",
    "objective": {"waiting_s": 540, "aboard_s": 1540, "unknown_access": 1},
    "explanation": ["Consultation : Maison médicale de garde d'exemple, 20:40."],
    "warnings": [
        "Accessibilité inconnue (accès pour brancard) : appeler avant d'envoyer le patient."
    ],
}

ORIENTATION = {
    "case_id": CASE["id"],
    "snapshot_id": "20261128T183910Z-41",
    "rules_version": "2026-11-01",
    "solver": {"status": "OPTIMAL", "wall_ms": 61.4},
    "proposals": [PROPOSAL],
    "excluded": [
        {
            "effecteur_id": "LOCAL:cabinet-12",
            "rule_id": "ELIG-SANS-CRENEAU",
            "reason": "aucun créneau libre selon sa dernière réponse",
        }
    ],
}

DECISION = {
    "rank": 1,
    "motive": "",
    "actor": {"id": "LOCAL:regulateur-4", "role": "REGULATING_DOCTOR"},
    "idempotency_key": "0b6f7c1e-4f0e-4a5e-9f0a-6a3a2f3f4c11",
    "orientation_id": "appel-2026-11-28-0193:1",
}

DECIDED = {**DECISION, "decision_id": DECISION["orientation_id"], "at": "2026-11-28T19:42:05+01:00"}

OUTCOME = {
    "case_id": CASE["id"],
    "state": "DECIDED",
    "decision": DECIDED,
    "proposal": PROPOSAL,
    "booking": {
        "slot_id": "exemple-204",
        "source": "sas-ps",
        "effecteur_id": "LOCAL:mmg-exemple",
        "start": "2026-11-28T20:40:00+01:00",
        "end": "2026-11-28T21:00:00+01:00",
    },
    "promised_rides": [
        {
            "ride_id": "appel-2026-11-28-0193:1/outward",
            "vehicle_id": "AMB-07",
            "pickup_at": "2026-11-28T20:02:00+01:00",
            "dropoff_at": "2026-11-28T20:31:00+01:00",
        },
        {
            "ride_id": "appel-2026-11-28-0193:1/return",
            "vehicle_id": "AMB-07",
            "pickup_at": "2026-11-28T21:05:00+01:00",
            "dropoff_at": "2026-11-28T21:33:00+01:00",
        },
    ],
}

APPEALING = {"community": "FINESS:310000000", "minutes": 15}
APPEAL = {
    "appeal_id": f"{CASE['id']}:cpts-1",
    "case_id": CASE["id"],
    "community_id": "FINESS:310000000",
    "asked": ["LOCAL:cabinet-12", "LOCAL:mmg-exemple"],
    "asked_at": "2026-11-28T19:41:00+01:00",
    "until": "2026-11-28T19:56:00+01:00",
    "taken": None,
    "closed_at": None,
}
LIFTING = {
    "motive": "douleur ancienne, examinée hier, sans signe de gravité",
    "actor": {"id": "LOCAL:regulateur-4", "role": "REGULATING_DOCTOR"},
    "rule_ids": ["ROUGE-MOTIF-MEDICAL"],
}
FLAGS = {
    "case_id": CASE["id"],
    "version": 1,
    "lifted": [
        {
            "rule_id": "ROUGE-MOTIF-MEDICAL",
            "at": "2026-11-28T19:39:12+01:00",
            "actor": "LOCAL:regulateur-4",
            "motive": "douleur ancienne, examinée hier, sans signe de gravité",
        }
    ],
    "standing": [],
}

DOSSIER = {
    **OPENED,
    "state": "DECIDED",
    "version": 2,
    "journal": [
        {
            "at": "2026-11-28T19:40:20+01:00",
            "before": "OPEN",
            "after": "PROPOSED",
            "actor": "LOCAL:regulateur-4",
            "reason": "",
        },
        {
            "at": "2026-11-28T19:42:05+01:00",
            "before": "PROPOSED",
            "after": "DECIDED",
            "actor": "LOCAL:regulateur-4",
            "reason": "",
        },
    ],
    "orientation_id": DECISION["orientation_id"],
    "orientation": ORIENTATION,
    "decisions": [DECIDED],
}

DECLARATIONS = [
    {
        "effecteur_id": "FINESS:990000010",
        "status": "SATURATED",
        "waiting_minutes": 90,
        "observed_at": "2026-11-28T19:30:00+01:00",
        "valid_until": "2026-11-28T21:00:00+01:00",
    }
]
DECLARED = {"accepted": 1, "quarantined": []}

SOURCES = [
    {
        "name": "sas-ps",
        "state": "OK",
        "last_success": "2026-11-28T19:39:10+01:00",
        "message": "",
        "quarantined": 2,
        "changes": [{"at": "2026-11-28T08:00:03+01:00", "state": "OK", "message": ""}],
    },
    {
        "name": "sas-sos",
        "state": "SILENT",
        "last_success": None,
        "message": "no answer within 7 s",
        "quarantined": 0,
        "changes": [
            {
                "at": "2026-11-28T08:00:07+01:00",
                "state": "SILENT",
                "message": "no answer within 7 s",
            }
        ],
    },
]

HEALTH = {
    "status": "degraded",
    "territory": "Haute-Garonne",
    "snapshot_id": "20261128T183910Z-41",
    "taken_at": "2026-11-28T19:39:10+01:00",
    "travel": "modèle routier (estimation)",
    "rules_version": "2026-11-01",
    "sources": SOURCES,
}

SENT_EVENT = """\
id: 412
event: case.decided
data: {"number": 412, "at": "2026-11-28T19:42:05+01:00", "kind": "case.decided", \
"case_id": "appel-2026-11-28-0193", "facts": {"who": "LOCAL:regulateur-4", "rank": 1, "version": 2}}

"""

MESSAGE = {
    "message_id": "appel-2026-11-28-0193:1/outward/transporter",
    "case_id": "appel-2026-11-28-0193",
    "channel": "TRANSPORTER",
    "recipient": "Ambulances d'exemple",
    "kind": "MissionOrder",
    "about": "appel-2026-11-28-0193:1/outward",
    "state": "DEAD",
    "attempts": 7,
    "created_at": "2026-11-28T19:42:05+01:00",
    "until": "2026-11-28T20:18:00+01:00",
    "due_at": None,
    "sent_at": None,
    "last_error": "trop tard : HTTP 503",
}

CASE_MESSAGE = {
    **MESSAGE,
    "body": {"mission_id": "appel-2026-11-28-0193:1/outward", "vehicle_id": "AMB-07", "crew": 2},
}

RESEND = {"message_id": MESSAGE["message_id"]}


DELIVERY = {
    "message_id": "envoi-2026-11-28-0042",
    "events": [
        {
            "type": "answer",
            "at": "2026-11-28T19:44:00+01:00",
            "mission_id": "appel-2026-11-28-0193/1/outward",
            "answer": "ACCEPTEE",
            "vehicle_id": "VSL-31-004",
            "wait_minutes": 45,
        },
        {
            "type": "position",
            "at": "2026-11-28T19:44:10+01:00",
            "vehicle_id": "VSL-31-004",
            "lat": 43.61,
            "lon": 1.45,
            "available": True,
        },
    ],
}
TAKEN = {
    "accepted": 1,
    "repeated": False,
    "quarantined": [
        {"index": 0, "field": "vehicle_id", "reason": "n'est pas un véhicule de cette société"}
    ],
}

GESTURE = {"actor": {"id": "RPPS:19990000010", "role": "REGULATING_DOCTOR"}}

STATE = {"id": "appel-2026-11-28-0193", "state": "CANCELLED", "version": 3}
