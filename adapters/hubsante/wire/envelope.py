"""The envelope EDXL-DE and the header RC-DE of each message in it."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import field

from adapters.hubsante.forms import Stamp
from adapters.hubsante.wire.part import AT_LEAST_ONE, Wire


class Kind(StrEnum):
    """What a message is for."""

    REPORT = "Report"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Status(StrEnum):
    """Whether a message is about real people. `System`: in the header alone."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"


class HeaderStatus(StrEnum):
    """Whether a message is about real people, or about the systems themselves."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"


class ExplicitAddress(Wire, frozen=True):
    """To whom; the scheme is `hubex`."""

    explicit_address_scheme: str
    explicit_address_value: str


class Descriptor(Wire, frozen=True):
    """In which language, and to whom."""

    language: str
    explicit_address: ExplicitAddress


class EmbeddedJsonContent(msgspec.Struct, frozen=True):
    """One message as its bytes: it is judged on its own."""

    message: msgspec.Raw


class JsonContent(Wire, frozen=True):
    """One message, wrapped."""

    embedded_json_content: EmbeddedJsonContent


class Content(Wire, frozen=True):
    """One message, wrapped twice."""

    json_content: JsonContent


class Envelope(Wire, frozen=True):
    """EDXL-DE: who sends what to whom, when, and until when it makes sense."""

    distribution_id: str = field(name="distributionID")
    sender_id: str = field(name="senderID")
    date_time_sent: Stamp
    date_time_expires: Stamp
    distribution_status: Status
    distribution_kind: Kind
    descriptor: Descriptor
    content: Annotated[tuple[Content, ...], AT_LEAST_ONE]


class Party(Wire, frozen=True):
    """A system and its address."""

    name: str
    uri: str = field(name="URI")


class Header(Wire, frozen=True):
    """RC-DE: the envelope once more, for whoever reads the message without it."""

    message_id: str
    sender: Party
    sent_at: Stamp
    kind: Kind
    status: HeaderStatus
    recipient: Annotated[tuple[Party, ...], AT_LEAST_ONE]


HEADER_FIELDS = frozenset(Header.__struct_encode_fields__)
