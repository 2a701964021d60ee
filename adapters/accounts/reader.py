"""Reads the file of accounts; a line struck from it is somebody let in no more, at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from adapters.kit.misread import misread
from adapters.kit.refused_values import reason
from adapters.kit.system_errors import said

Subject = Annotated[
    str, Field(pattern=r"^(RPPS|LOCAL|FINESS|SIRET):[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")
]
Role = Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
Territories = Annotated[frozenset[str], Field(min_length=1)]


class AccountsRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """The file of accounts cannot be read as one; the message names file, line and reason."""


class Account(BaseModel):
    """Somebody, or some system. `public_key`: JWK of a system that signs what it asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    role: Role
    territories: Territories
    public_key: dict[str, Any] | None = None

    @field_validator("public_key")
    @classmethod
    def _public(cls, key: dict[str, Any] | None) -> dict[str, Any] | None:
        """Refuse a private key: it has no business here."""
        if key is not None and "d" in key:
            raise ValueError("cette clé est privée : n'écrire que sa moitié publique")
        return key


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    account: tuple[Account, ...] = ()


def read_accounts(path: Path, roles: frozenset[str]) -> Mapping[str, Account]:
    """Read accounts by subject; raise AccountsRefused naming what is wrong."""
    try:
        document = _Document.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise AccountsRefused(f"{path} : {_reason(error)}") from None
    accounts: dict[str, Account] = {}
    for rank, account in enumerate(document.account):
        if account.role not in roles:
            known = ", ".join(sorted(roles))
            raise AccountsRefused(f"{path} : account.{rank}.role : n'est pas parmi {known}")
        if account.subject in accounts:
            raise AccountsRefused(
                f"{path} : account.{rank}.subject : {account.subject} est donné deux fois"
            )
        accounts[account.subject] = account
    return accounts


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])} : {reason(first)}"
    return misread(error)


@dataclass(slots=True)
class LiveAccounts:
    """Accounts as the file has them now: read again whenever it changes.

    A file that has become unreadable lets nobody in until it is mended.
    """

    path: Path
    roles: frozenset[str]
    _stamp: tuple[int, int] = (0, 0)
    _accounts: Mapping[str, Account] | None = None

    def find(self, subject: str) -> Account | None:
        """Return an account, None when there's none; raise AccountsRefused."""
        try:
            status = self.path.stat()
        except OSError as error:
            self._accounts = None
            raise AccountsRefused(f"{self.path} : {said(error)}") from None
        stamp = (status.st_mtime_ns, status.st_size)
        if self._accounts is None or stamp != self._stamp:
            self._accounts = None
            self._accounts = read_accounts(self.path, self.roles)
            self._stamp = stamp
        return self._accounts.get(subject)
