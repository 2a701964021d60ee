"""Reads the file of communities: their number, their name, and the places of their doctors."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adapters.kit.misread import misread
from adapters.kit.refused_values import reason
from regulation.kernel.ids import Identifier
from regulation.marketplace import Community

Number = Annotated[str, Field(pattern=r"^(FINESS|SIRET|LOCAL):[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]


class CommunitiesRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """The file of communities can't be used; the message names file, line and reason."""


class CommunityIn(BaseModel):
    """One community: `["FINESS:310000000"]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    members: Annotated[list[Number], Field(min_length=1, max_length=2_000)]


_BOOK = TypeAdapter(dict[Number, CommunityIn])


def read_communities(path: Path) -> Mapping[Identifier, Community]:
    """Read communities by number; raise CommunitiesRefused naming what is wrong."""
    try:
        book = _BOOK.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
        found = [_community(number, told) for number, told in book.items()]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise CommunitiesRefused(f"{path} : {where} : {reason(first)}") from None
    except (OSError, ValueError, RecursionError) as error:  # no file, no TOML, no number
        raise CommunitiesRefused(f"{path} : {misread(error)}") from None
    return {one.community_id: one for one in found}


def _community(number: str, told: CommunityIn) -> Community:
    members = tuple(dict.fromkeys(map(Identifier.parse, told.members)))
    return Community(community_id=Identifier.parse(number), name=told.name, members=members)
