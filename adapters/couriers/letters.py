"""A message as its recipient reads it: JSON, signed with a secret the two of them share."""

import hashlib
import hmac
from datetime import datetime

import msgspec

from regulation.messages import OutgoingMessage

SIGNATURE = "Aiguilleur-Signature"
"""Header `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`, in hexadecimal."""


def letter_of(message: OutgoingMessage) -> bytes:
    """Write what the message is and the body of its recipient's type, nothing of the rest.

    `message_id` never changes: a recipient drops what it has already had.
    """
    document = {
        "message_id": message.message_id,
        "kind": type(message.body).__name__,
        "about": message.about,
        "created_at": message.created_at,
        "until": message.until,
        "body": message.body,
    }
    return msgspec.json.encode(document, order="deterministic")


def signature_of(letter: bytes, secret: bytes, at: datetime) -> str:
    """Sign a letter sent at an instant, so that it can be neither forged nor sent again later."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret, f"{seconds}.".encode() + letter, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
