"""Each endpoint, each role, here and elsewhere: let in or turned away as the matrix says."""

import pytest
from fastapi.routing import APIRoute

from services.security.rates import Rates
from services.security.roles import PERMISSIONS, TOLD, AccessRole, Permission, may
from services.security.routes import ENDPOINTS
from services.security.wiring import ROLES
from tests.unit.services.security.worlds import ELSEWHERE, Guarded, guarded


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    """One application for all: nothing asked here changes it."""
    made = guarded(tmp_path_factory.mktemp("comptes"))
    made.security.rates = Rates(stopwatch=lambda: 0.0, burst=1e9)
    return made


TURNED_AWAY = {401, 403}
ANYBODY = {(method, path) for (method, path), asked in ENDPOINTS.items() if asked == "SEE_PUBLIC"}
CASES = sorted((*one, role) for one in ENDPOINTS for role in ROLES)


def filled(path: str) -> str:
    """The path, about something that isn't there: whoever is let in finds nothing, or errs."""
    for name in ("case_id",):
        path = path.replace(f"{{{name}}}", "rien")
    return path


async def answered(door: Guarded, method: str, path: str, cookies=None) -> int:
    """The status of a request; a stream is not followed."""
    async with door.calling(cookies=cookies) as client:
        answer = await client.request(method, filled(path), params={"follow": "false"})
    return answer.status_code


@pytest.mark.parametrize(("method", "path", "role"), CASES)
async def test_a_role_is_let_in_here_where_it_has_the_permission(
    door: Guarded, method: str, path: str, role: str
):
    status = await answered(door, method, path, door.session(role))
    allowed = may(AccessRole(role), ENDPOINTS[method, path])
    assert (status not in TURNED_AWAY) == allowed or (method, path) in ANYBODY


@pytest.mark.parametrize(("method", "path", "role"), CASES)
async def test_a_role_of_another_territory_is_turned_away(
    door: Guarded, method: str, path: str, role: str
):
    status = await answered(door, method, path, door.session(role, ELSEWHERE))
    assert status == 403 or (method, path) in ANYBODY


@pytest.mark.parametrize(("method", "path"), sorted(ENDPOINTS))
async def test_nobody_gets_in_without_saying_who_they_are(door: Guarded, method: str, path: str):
    assert await answered(door, method, path) == 401 or (method, path) in ANYBODY


def served(routes) -> set[tuple[str, str]]:
    """Methods and paths that an application answers, those of its routers included."""
    found = set()
    for route in routes:
        if isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods or ()}
        found |= served(getattr(getattr(route, "original_router", None), "routes", ()))
    return found


def test_every_endpoint_says_what_it_asks_for_and_no_other_is_written_down(door: Guarded):
    assert served(door.app.routes) | {("GET", "/openapi.json")} == set(ENDPOINTS)


def test_only_a_regulating_doctor_lifts_a_red_flag():
    able = {role for role in AccessRole if may(role, Permission.LIFT_RED_FLAG)}
    assert able == {AccessRole.REGULATING_DOCTOR}


def test_who_manages_or_administers_reads_no_case():
    for role in (AccessRole.TERRITORY_MANAGER, AccessRole.ADMINISTRATOR):
        assert not PERMISSIONS[role] & {Permission.READ_CASE, Permission.PROPOSE, Permission.DECIDE}


def test_every_permission_is_told_in_french_and_given_to_somebody():
    assert set(TOLD) == set(Permission)
    assert set(Permission) == set().union(*PERMISSIONS.values())
