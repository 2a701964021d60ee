"""The address book: a TOML file that says where each recipient takes its messages."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.couriers.http import Address
from adapters.kit.misread import misread
from adapters.kit.refused_values import reason
from adapters.kit.system_errors import said
from regulation.messages import Channel

OTHERS = "*"
"""Recipient that stands for all those that have no line of their own."""


class AddressBookError(ValueError):
    """The file can't be used; says where and why, and never repeats an address or a secret."""


class AddressIn(BaseModel):
    """One recipient: an address, and the file that holds the secret shared with it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$")]
    secret_file: Path | None = None


class AddressBookIn(BaseModel):
    """Recipients by channel: `[transporter."Ambulances du Nord"]`, `[patient."*"]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    transporter: dict[str, AddressIn] = {}
    effecteur: dict[str, AddressIn] = {}
    pharmacy: dict[str, AddressIn] = {}
    patient: dict[str, AddressIn] = {}
    regulation: dict[str, AddressIn] = {}


def read_address_book(path: Path) -> Mapping[Channel, Mapping[str, Address]]:
    """Read the addresses of each channel that has some; raise AddressBookError."""
    try:
        book = AddressBookIn.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise AddressBookError(f"{path} : {where} : {reason(first)}") from None
    except (OSError, ValueError, RecursionError) as error:  # no file, no UTF-8, no TOML
        raise AddressBookError(f"{path} : {misread(error)}") from None
    by_name: dict[str, dict[str, AddressIn]] = dict(book)
    return {
        Channel(name.upper()): {who: _address(path, one) for who, one in recipients.items()}
        for name, recipients in by_name.items()
        if recipients
    }


def _address(path: Path, told: AddressIn) -> Address:
    if told.secret_file is None:
        return Address(url=told.url)
    file = path.parent / told.secret_file
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise AddressBookError(f"{file} : {said(error)}") from None
    if not secret:
        raise AddressBookError(f"{file}: ne contient pas de secret")
    return Address(url=told.url, secret=secret)
