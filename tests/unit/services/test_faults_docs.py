"""Each fault has its command on the page, and the command does what the page says it does."""

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import httpx
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import FixedClock
from simulations.agendas import Agendas
from simulations.feeds.bench import FILES, TABLES, bench_app, company_of
from simulations.feeds.boards import Board
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.hub_bench import HubBench
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.mutual_tls import DoorFault
from simulations.feeds.psc_faults import PscFault
from simulations.feeds.psc_provider import PscProvider
from simulations.feeds.transporter_company import TransporterFault
from simulations.feeds.transporter_server import TransporterServer
from simulations.registers import Registers
from tests.unit.simulations.feeds.agendas import NOW
from tests.unit.simulations.feeds.registries import some_of_haute_garonne

REPO = Path(__file__).parents[3]
PAGE = (REPO / "docs/pannes.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"curl -X PUT (?P<url>\S+) -d '(?P<body>\{[^']*\})'")
DESKS = {
    "http://127.0.0.1:8100/_faults": Fault,
    "http://127.0.0.1:8100/mtls/_faults": DoorFault,
    "http://127.0.0.1:8100/transporter/_faults": TransporterFault,
    "http://127.0.0.1:8100/lrm/_faults": LrmFault,
    "http://127.0.0.1:8200/_faults": PscFault,
}
"""Where each family of faults is shown."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults_docs", REPO / "scripts/faults_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Desks:
    """Every mock of `feeds serve` and of `feeds psc`, reached at the addresses of the page."""

    def __init__(self) -> None:
        territory, clock = some_of_haute_garonne(), FixedClock(NOW)
        self.editor, self.company = FaultBoard(), Board[TransporterFault]()
        self.door = Board[DoorFault]()
        self.hub = HubBench("amqp://127.0.0.1:9/", clock, seed=1)
        company = company_of(territory, b"essai", self.company)
        bench = bench_app(
            Agendas(territory, PublicHolidays(territory.department), seed=1),
            Registers(territory, 1),
            clock,
            self.editor,
            transporter=TransporterServer(company, self.company, clock, "http://127.0.0.1:9"),
            hub=self.hub,
            door=self.door,
        )
        psc = PscProvider(clock=clock, draw=lambda: "x", client=("essai", "essai"))
        self.apps = {8100: bench, 8200: psc.app()}

    async def send(self, method: str, url: str, content: str | None = None) -> httpx.Response:
        """Send as `curl` would."""
        transport = httpx.ASGITransport(self.apps[urlsplit(url).port or 80])
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, content=content)

    async def shown(self, url: str) -> list[str]:
        """Ask which faults are shown at a desk."""
        told = (await self.send("GET", url.removesuffix("/script"))).json()
        return list(told["shown"])


@pytest.fixture(scope="module")
def desks() -> Desks:
    return Desks()


def commands() -> Iterator[tuple[str, str]]:
    """Every PUT of the page: its address and its body."""
    for found in COMMAND.finditer(PAGE):
        yield found["url"], found["body"]


def test_the_page_is_up_to_date(script: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert script.main([]) == 0, capsys.readouterr().err


def test_every_fault_of_every_mock_has_its_whole_command_on_the_page():
    alone = {(url, json.loads(body)["show"][0]) for url, body in commands() if _shows_one(body)}
    assert alone >= {(url, str(fault)) for url, known in DESKS.items() for fault in known}
    assert "…/_faults" not in PAGE


def _shows_one(body: str) -> bool:
    return len(json.loads(body).get("show", ())) == 1


def test_a_command_can_be_pasted_into_a_shell():
    for found in COMMAND.finditer(PAGE):
        assert shlex.split(found[0]) == ["curl", "-X", "PUT", found["url"], "-d", found["body"]]


async def test_each_command_of_the_page_shows_what_it_says(desks: Desks):
    for url, body in commands():
        answer = await desks.send("PUT", url, body)
        order = json.loads(body)
        assert answer.status_code == 200, (url, body, answer.text)
        assert answer.json()["seed"] == order.get("seed", answer.json()["seed"])
        if "show" in order:
            assert await desks.shown(url) == sorted(order["show"])
        else:
            assert answer.json()["playing"]


@pytest.fixture
async def quiet(desks: Desks) -> Desks:
    for url in DESKS:
        await desks.send("PUT", url, '{"show": [], "seed": 1}')
    return desks


@pytest.mark.parametrize("url", DESKS)
@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('{"show": ["flood"]}', "show: 'flood'"),
        ('{"show": "slow"}', "$.show"),
        ('{"shown": []}', "shown"),
        ('{"show": [], "seed": "sept"}', "$.seed"),
        ("{}", "show"),
        ("[]", "object"),
        ("{", "truncated"),
    ],
)
async def test_an_order_that_means_nothing_is_refused_by_its_field_and_changes_nothing(
    quiet: Desks, url: str, body: str, named: str
):
    first = next(iter(DESKS[url]))
    await quiet.send("PUT", url, json.dumps({"show": [first], "seed": 5}))
    answer = await quiet.send("PUT", url, body)
    assert answer.status_code == 422
    assert named in answer.json()["error"]
    told = (await quiet.send("GET", url)).json()
    assert (told["shown"], told["seed"]) == ([first], 5)


async def test_every_feed_of_the_bench_can_be_empty(quiet: Desks):
    bench = "http://127.0.0.1:8100"
    await quiet.send("PUT", f"{bench}/_faults", '{"show": ["empty"]}')
    assert (await quiet.send("GET", f"{bench}/acceslibre/api/erps/")).json()["count"] == 0
    files = {name: (await quiet.send("GET", f"{bench}/{name}")).content for name in FILES}
    assert {name for name, content in files.items() if content} == TABLES
    assert {files[name].count(b"\n") for name in TABLES} == {1}


async def test_each_desk_moves_its_own_mock_and_no_other(quiet: Desks):
    await quiet.send("PUT", "http://127.0.0.1:8100/lrm/_faults", '{"show": ["silent"]}')
    await quiet.send("PUT", "http://127.0.0.1:8100/transporter/_faults", '{"show": ["rare"]}')
    await quiet.send("PUT", "http://127.0.0.1:8100/mtls/_faults", '{"show": ["any_name"]}')
    assert quiet.hub.software.board.shown == {LrmFault.SILENT}
    assert quiet.company.shown == {TransporterFault.RARE}
    assert quiet.door.shown == {DoorFault.ANY_NAME}
    assert quiet.editor.shown == frozenset()
