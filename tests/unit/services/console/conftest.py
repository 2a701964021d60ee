"""A screen held by a regulating doctor, on the tiny world."""

import httpx
import pytest

from services.console.post import COOKIE
from tests.unit.services.console.screens import Screen

DOCTOR = "REGULATING_DOCTOR|RPPS:10001234567"


@pytest.fixture
async def screen(client: httpx.AsyncClient) -> Screen:
    client.cookies.set(COOKIE, DOCTOR)
    return await Screen(client).open()
