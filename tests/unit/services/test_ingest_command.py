import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import build
from services.errors import BadInput
from services.readers import FEEDS, reader_of

FIXTURES = Path(__file__).parents[2] / "fixtures/sas"
AT = "2026-11-22T19:40:00+01:00"


def run(*arguments: str):
    return CliRunner().invoke(build(), ["ingest", *arguments])


def ingest(name: str, *options: str, feed: str = "sas-ps"):
    result = run(str(FIXTURES / name), "--feed", feed, "--format", "json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, BadInput)
    return str(result.exception)


@pytest.mark.parametrize(
    ("feed", "name", "written", "field"),
    [
        ("ror", "ror/good.json", r"\b20\d\d-\d\d-\d\d\b", "notAvailable[0].during"),
        ("ccas", "ccas/registre.csv", r"\b20\d\d-\d\d-\d\d\b", "consenti_le"),
        ("rota-csv", "rota/good.csv", r"\b20\d\d-\d\d-\d\d\b", "date"),
        ("rota-ics", "rota/good.ics", r"\b20\d\d(?=\d{4})", "dtstart"),
        ("manual", "manual/good.json", r"\b20\d\d(?=-)", "observed_at"),
        ("gofs", "gofs/booking_rules.json", r"\b20\d\d-[-\d]+T[\d:]+", "last_updated"),
    ],
)
def test_a_date_after_which_there_is_no_day_is_put_aside_by_its_field(
    tmp_path: Path, feed: str, name: str, written: str, field: str
):
    told = (FIXTURES.parent / name).read_text(encoding="utf-8")
    last = {")": "9999", "+": "9999-12-31T23:59:59"}.get(written[-1], "9999-12-31")
    file = tmp_path / Path(name).name
    file.write_text(re.sub(written, last, told), encoding="utf-8")
    result = run(str(file), "--feed", feed, "--format", "json")
    assert result.exit_code == 0, repr(result.exception)
    assert field in {one["field"] for one in json.loads(result.stdout)["quarantined"]}


def test_a_good_file_is_accepted_whole():
    found = ingest("ps_good.json", "--at", AT, "--area", "31")
    assert (found["feed"], found["accepted"], found["quarantined"]) == ("sas-ps", 5, [])
    assert found["objects"][0] == {
        "kind": "slot",
        "id": "LOCAL:sas-ps/a-1",
        "effecteur_id": "FINESS:990000010",
        "organization_id": "FINESS:990000010",
        "practitioner_id": "RPPS:19990000002",
        "start": "2026-11-23T09:00:00+01:00",
        "end": "2026-11-23T09:15:00+01:00",
        "modes": ["AMB", "VR"],
        "booking": "ROUTINE",
        "visibility": ["SNP"],
        "specialties": ["SM54"],
        "reason": "Soins non programmés",
        "booking_url": "https://agenda.example/rdv/a-1",
        "capacity": 1,
        "reserved": False,
        "place": {"name": None, "address": "1 rue des Essais, 31000 Toulouse"},
        "communities": [],
        "source": "sas-ps",
        "observed_at": AT,
        "warnings": [],
    }


def test_bad_records_are_listed_and_the_command_succeeds():
    found = ingest("ps_no_zone.json", "--at", AT)
    assert found["accepted"] == len(found["objects"]) == 4
    assert found["quarantined"] == [
        {
            "index": 0,
            "field": "start",
            "reason": "n'a pas de décalage horaire : l'instant est inconnu",
        }
    ]


def test_form_only_is_judged_without_an_instant():
    assert ingest("ps_past.json")["accepted"] == 5
    assert ingest("ps_past.json", "--at", AT)["accepted"] == 4


def test_a_document_of_another_kind_is_put_aside_whole():
    found = ingest("outcome_error.json")
    assert found["accepted"] == 0
    assert (found["quarantined"][0]["index"], found["quarantined"][0]["field"]) == (
        None,
        "resourceType",
    )


@pytest.mark.parametrize(
    ("feed", "name", "accepted"),
    [
        ("sas-cpts", "cpts_one_without_community.json", 1),
        ("sas-sos", "sos_two_places.json", 2),
        ("sas-appointment", "appointment_good.json", 1),
        ("sas-appointment", "appointment_without_operator.json", 0),
    ],
)
def test_every_feed_that_is_named_works(feed, name, accepted):
    assert ingest(name, feed=feed)["accepted"] == accepted


def test_people_read_a_summary_and_each_reason():
    output = run(str(FIXTURES / "ps_busy.json"), "--feed", "sas-ps").stdout
    assert output.splitlines()[0] == "sas-ps: acceptés 4, écartés 1"
    assert "fiche 1 : status : " in output


def test_a_mark_that_some_editors_write_first_is_ignored(tmp_path):
    path = tmp_path / "bom.json"
    path.write_bytes(b"\xef\xbb\xbf" + (FIXTURES / "ps_good.json").read_bytes())
    result = run(str(path), "--feed", "sas-ps", "--format", "json")
    assert json.loads(result.stdout)["accepted"] == 5


def test_a_file_that_is_not_there_is_bad_input(tmp_path):
    path = str(tmp_path / "none.json")
    assert refusal(path, "--feed", "sas-ps") == f"{path}: fichier ou dossier introuvable"


def test_a_truncated_file_is_bad_input():
    path = str(FIXTURES / "ps_truncated.json")
    assert refusal(path, "--feed", "sas-ps").startswith(f"{path}: n'est pas du JSON")


@pytest.mark.parametrize("feed", ["sas", "Sas-ps", "nothing"])
def test_a_feed_that_does_not_work_yet_is_refused_by_name(feed):
    message = refusal(str(FIXTURES / "ps_good.json"), "--feed", feed)
    assert message.startswith(f"--feed: {feed} n'est pas parmi")
    assert "sas-ps" in message


@pytest.mark.parametrize(
    ("option", "value"),
    [("--at", "2026-11-22T19:40:00"), ("--at", "yesterday"), ("--area", "20"), ("--area", "Gers")],
)
def test_an_option_that_cannot_be_read_is_named(option, value):
    message = refusal(str(FIXTURES / "ps_good.json"), "--feed", "sas-ps", option, value)
    assert message.startswith(f"{option}: ")
    assert value in message


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_of_the_table_has_a_reader(feed):
    assert callable(reader_of(feed))


OWN = {
    "sas-ps": "sas/ps_good.json",
    "sas-cpts": "sas/cpts_one_without_community.json",
    "sas-sos": "sas/sos_two_places.json",
    "sas-appointment": "sas/appointment_good.json",
    "ror": "ror/good.json",
    "annuaire": "annuaire/good.json",
    "finess": "finess/good_utf8.csv",
    "hub": "hubsante/rs_eda.json",
    "acceslibre": "acceslibre/good.csv",
    "rota-ics": "rota/good.ics",
    "rota-csv": "rota/good.csv",
    "letaxi": "letaxi/taxis.json",
    "gofs": "gofs",
    "gtfs-flex": "gtfsflex",
    "transporter": "transporter/good.json",
    "manual": "manual/good.json",
}
"""A file of the project's own for each feed of design.md §4; a folder is sent as one archive."""


@pytest.mark.parametrize("feed", OWN)
def test_every_feed_works_from_the_command_line_on_a_file_of_our_own(feed: str, tmp_path: Path):
    path = FIXTURES.parent / OWN[feed]
    if path.is_dir():
        path = Path(shutil.make_archive(str(tmp_path / feed), "zip", path))
    result = run(str(path), "--feed", feed, "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["feed"] == feed
    assert found["accepted"] == len(found["objects"]) > 0


def test_a_feed_that_is_added_has_its_file_of_our_own():
    assert set(FEEDS) - set(OWN) == {"ccas", "ban"} & set(FEEDS)
