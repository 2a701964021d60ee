"""The sources a service reads are named in a file, and each is read into the live offer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import FixedClock
from adapters.kit.directory import PlaceDirectory
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.sas.gateway import open_offers
from adapters.sas.places import Flow
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier
from services.errors import BadInput
from services.feeds import FeedsIn, NumberedPlaces, read_feeds
from services.live import LiveOffer
from simulations.agendas import Agendas
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from tests.unit.simulations.demonstration import haute_garonne
from tests.unit.simulations.feeds.registries import NOW

EXAMPLE = Path(__file__).parents[3] / "examples/sources.toml"


def test_the_example_names_the_sources_the_mock_bench_serves():
    feeds = read_feeds(EXAMPLE)
    assert [one.name for one in feeds.sas] == ["editeur-fictif", "sos-fictif"]
    assert feeds.finess is not None
    assert feeds.acceslibre is not None
    assert [one.form for one in feeds.rota] == ["rota-ics"]
    assert feeds.ror is None


def test_without_a_file_nothing_is_read():
    assert read_feeds(None) == FeedsIn()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[finess", "n'est pas du TOML"),
        pytest.param(f"x = {'[' * 100_000}", "emboîte trop de choses", id="deep"),
        pytest.param(f"x = {'9' * 5_000}", "nombre démesuré", id="vast"),
        ('[finess]\nurl = "ftp://a"', "finess.url"),
        ("[[rota]]\nname = 'a'\nurl = 'http://a'\nform = 'xls'", "rota.0.form"),
        (
            "[[sas]]\nname = 'a'\nurl = 'http://a'\nflow = 'sas-sos'",
            "sas.0 : associations : requises par sas-sos",
        ),
        (
            "[[sas]]\nname = 'a'\nurl = 'http://a'\nassociations = {'SIRET:99900634900016' = {}}",
            "sas.0 : associations : requises par sas-sos, et par lui seul",
        ),
        (
            "[[sas]]\nname = 'a'\nurl = 'http://a'\nflow = 'sas-sos'\nassociations = {'9' = {}}",
            "sas.0.associations.9",
        ),
        (
            (
                "[[sas]]\nname='a'\nurl='http://a'\nflow='sas-sos'\n[sas.associations]\n"
                "'SIRET:99900634900016' = {'1 bis' = 'FINESS:990000028'}"
            ),
            "sas.0 : .*1 bis",
        ),
        ('[nouveau]\nurl = "http://a"', "nouveau"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(tmp_path: Path, text: str, where: str):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=f"AIGUILLEUR_FEEDS: .*{where}"):
        read_feeds(path)
    with pytest.raises(BadInput, match="fichier ou dossier introuvable"):
        read_feeds(tmp_path / "absent.toml")


async def test_the_slots_of_sos_medecins_are_read_live_at_the_place_they_are_said_to_be():
    (sos,) = [one for one in read_feeds(EXAMPLE).sas if one.flow == "sas-sos"]
    whole, holidays = haute_garonne(), PublicHolidays("31")
    kept = tuple(one for one in whole.effecteurs if one.kind is EffecteurKind.SOS)
    territory = replace(whole, effecteurs=kept, duties=(), weekly_hours={})
    clock = FixedClock(NOW)
    offer = LiveOffer(territory, holidays, clock)
    with serve_in_thread(SasEditor(Agendas(whole, holidays, seed=1), clock).app()) as url:
        async with open_offers(
            url,
            source=sos.name,
            directory=NumberedPlaces(offer.directory, sos.places()),
            quarantine=InMemoryQuarantine(),
            draws=np.random.default_rng(1),
            flow=Flow.SOS,
        ) as feed:
            await offer.refresh(feed, numbers=sos.numbers)
    (agenda,) = offer.current().agendas.values()
    assert str(agenda.effecteur_id) == "SIRET:99900634900016"
    assert agenda.slots.value
    assert agenda.slots.source == "sos-fictif"


def test_a_place_nobody_numbered_is_found_as_before():
    place, association = (Identifier.parse(f"SIRET:9990063{n}") for n in ("3100014", "4900016"))
    inside = Identifier.parse("LOCAL:99900634900016/1")
    own = PlaceDirectory(places={place: place}, practices={})
    numbered = NumberedPlaces(own, {association: {inside: place}})
    assert numbered.find_effecteur(place) == numbered.find_effecteur(inside) == place
    assert numbered.find_effecteur(association) is None
    assert numbered.practices_of(association) == {place}
    assert numbered.practices_of(place) == frozenset()
