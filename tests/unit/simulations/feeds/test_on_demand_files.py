"""What the mock bench serves of services on demand and taxis is read whole by the adapters."""

from datetime import timedelta

import pytest

from adapters.gofs.files import read_gofs
from adapters.gtfsflex.files import read_gtfs_flex
from adapters.kit.ingest import FileReader
from adapters.kit.judgement import Judgement
from adapters.letaxi.files import read_letaxi
from simulations.feeds.on_demand_files import free_taxis, gofs_zip, gtfs_flex_zip
from simulations.registers import Registers
from tests.unit.simulations.feeds.registries import AREA, NOW, some_of_haute_garonne

HERE = Judgement(now=NOW, area=AREA)
REGISTERS = Registers(some_of_haute_garonne(), seed=1)


@pytest.mark.parametrize(
    ("make", "read", "kinds"),
    [
        (
            gofs_zip,
            read_gofs,
            {"service", "zone", "vehicle_type", "calendar", "operating_rule", "booking_rule"},
        ),
        (gtfs_flex_zip, read_gtfs_flex, {"booking_rule", "flex_window"}),
        (free_taxis, read_letaxi, {"taxi"}),
    ],
)
def test_a_file_is_read_without_anything_put_aside(make, read: FileReader, kinds: set[str]):
    found = read(make(REGISTERS, NOW), HERE)
    assert found.defects == ()
    assert {one["kind"] for one in found.objects} == kinds


def test_taxis_come_and_go_and_the_same_minute_is_told_the_same():
    now, later = free_taxis(REGISTERS, NOW), free_taxis(REGISTERS, NOW + timedelta(minutes=5))
    assert free_taxis(REGISTERS, NOW) == now
    assert now != later


@pytest.mark.parametrize("make", [gofs_zip, gtfs_flex_zip])
def test_the_same_instant_gives_the_same_bytes(make):
    assert make(REGISTERS, NOW) == make(REGISTERS, NOW)
