"""The call page without scripts: the same form, answered by a page; errors by their field."""

import re
from dataclasses import replace

import httpx
import pytest

from services.console.assets import ROOT, asset
from services.console.fields import FIELDS
from services.store import Store
from tests.unit.services.console.html import Elements
from tests.worlds import MMG_AT_14, MMG_ID, PLACES, TinyWorld, offer

FILLED = {
    "patient.age": "47,5",
    "patient.position": "31000 Toulouse",
    "need.code": "GP",
    "need.care_level": "R3",
    "need.priority": "P2",
    "mobility.autonomy": "with_companion",
    "mobility.companion_available": "true",
    "mobility.walking_aid": "true",
    "mobility.oxygen": "unknown",
    "mobility.home.floor": "3",
    "mobility.own_vehicle_available": "false",
    "mobility.public_transport_possible": "false",
    "mobility.motive": "none",
    "pharmacy_stop": "certain",
}


def injected(html: str) -> list[dict[str, str | None]]:
    page = Elements(html)
    return [one for one in page.all("script") if "src" not in one] + page.all("img")


async def submitted(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await client.post("/", data=FILLED | changes, follow_redirects=True)


async def test_the_form_can_be_used_by_ear_and_by_keyboard(client: httpx.AsyncClient):
    answer = await client.get("/")
    page = Elements(answer.text)
    assert page.all("html")[0]["lang"] == "fr"
    asked = {
        field["id"]: field["name"]
        for field in page.all("input", "select")
        if field.get("type") not in {"hidden", "checkbox"} and field.get("name") in FIELDS
    }
    labelled = {label.get("for") for label in page.all("label")}
    assert set(asked) <= labelled
    ticked = {field.get("name") for field in page.all("input") if field.get("type") == "checkbox"}
    assert set(FIELDS) <= set(asked.values()) | ticked
    described = " ".join(field.get("aria-describedby") or "" for field in page.all("input"))
    assert set(described.split()) <= {one["id"] for one in page.having("id")}
    assert len(page.all("h1")) == 1
    assert all("tabindex" not in attributes for _, attributes in page.tags)


async def test_pages_run_and_look_only_as_files_of_ours_say(client: httpx.AsyncClient):
    for answer in (await client.get("/"), await submitted(client)):
        page = Elements(answer.text)
        assert not page.all("style")
        assert all((one["src"] or "").startswith("/static/") for one in page.all("script"))
        assert not [
            a for _, attrs in page.tags for a in attrs if a.startswith("on") or a == "style"
        ]
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["css/desk.css", "js/card.js"])
async def test_a_file_of_this_version_is_kept_for_ever_and_compressed_once_for_all(
    client: httpx.AsyncClient, path: str
):
    kept = await client.get(asset(path))
    assert (kept.status_code, kept.headers["content-encoding"]) == (200, "gzip")
    assert kept.content == (ROOT / path).read_bytes()
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/")
    plain = await client.get(asset(path), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for other in (f"/static/v-000000000000/{path}", f"/static/{path}"):
        assert (await client.get(other)).headers["cache-control"] == "no-cache"
    assert (await client.get("/static/v-000000000000/../../assets.py")).status_code == 404


async def test_the_page_of_a_call_names_beforehand_every_module_it_will_load(
    client: httpx.AsyncClient,
):
    page = Elements((await client.get("/")).text)
    named = {one["href"] for one in page.all("link") if one["rel"] == "modulepreload"}
    imported = {
        name
        for module in ("desk", "card", "choice", "place", "stream")
        for name in re.findall(r'from "\./([a-z]+\.js)"', (ROOT / f"js/{module}.js").read_text())
    }
    assert named == {asset(f"js/{name}") for name in imported}


async def test_a_call_is_answered_with_ranked_proposals(client: httpx.AsyncClient, store: Store):
    answer = await submitted(client)
    assert answer.status_code == 200
    assert answer.url.path == "/dossiers/appel-page"
    html = answer.text
    assert "MMG du Nord" in html
    assert "Aller" in html
    assert "Vers la pharmacie" in html
    assert re.search(r"\d,\d km", html)
    assert re.search(r"\d,\d\d €", html)
    assert "Assurance maladie" in html
    assert "Effecteurs écartés" in html
    with store.unit() as unit:
        case = unit.cases.find("appel-page")
        lines = unit.audit.entries_of("appel-page")
    assert case is not None
    assert (case.patient.age, case.mobility.home.floor) == (47.5, 3)
    assert [(line.who, str(line.action)) for line in lines] == [
        ("poste", "OPEN"),
        ("poste", "PROPOSE"),
        ("poste", "READ"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("patient.age", "abc", "Donner un âge en années, entre 0 et 125."),
        ("patient.age", "", "Donner un âge en années, entre 0 et 125."),
        ("patient.age", "200", "Donner un âge en années, entre 0 et 125."),
        ("patient.position", "", "Lieu introuvable"),
        ("patient.position", "Lune", "Lieu introuvable"),
        ("return_to", "Mars", "Lieu introuvable"),
        ("need.code", "MAGIC", "Choisir dans la liste."),
        ("need.deadline_minutes", "bientôt", "Donner un nombre entier de minutes"),
        ("mobility.home.floor", "haut", "Donner un étage en chiffres."),
        ("mobility.oxygen", "peut-être", "Cette réponse n&#39;est pas admise."),
        ("preferred_effecteur", "Dr House", "Donner un identifiant de la forme TYPE:valeur."),
    ],
)
async def test_an_error_is_shown_by_its_field_and_nothing_is_stored(
    client: httpx.AsyncClient, store: Store, name: str, value: str, said: str
):
    answer = await submitted(client, **{name: value})
    assert answer.status_code == 422
    page = Elements(answer.text)
    field_id = FIELDS[name].html_id
    field = next(one for one in page.all("input", "select") if one.get("name") == name)
    assert field["aria-invalid"] == "true"
    assert f"{field_id}-erreur" in (field["aria-describedby"] or "")
    assert f'href="#{field_id}"' in answer.text
    assert said in answer.text
    assert "<title>Erreur · " in answer.text
    with store.unit() as unit:
        assert unit.cases.find("appel-page") is None


async def test_what_was_filled_stays_filled_after_an_error(client: httpx.AsyncClient):
    page = Elements((await submitted(client, **{"patient.age": "abc"})).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["patient.age"] == "abc"
    assert values["patient.position"] == "31000 Toulouse"
    chosen = [one["value"] for one in page.all("option") if "selected" in one]
    assert "with_companion" in chosen
    assert "certain" in chosen


async def test_hostile_names_are_shown_not_run(client: httpx.AsyncClient, world: TinyWorld):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    named = replace(PLACES[MMG_ID], name=hostile)
    snapshot = offer(MMG_AT_14)
    world.offer.publish(replace(snapshot, effecteurs={**PLACES, MMG_ID: named}))
    answer = await submitted(client)
    assert "&lt;script&gt;" in answer.text
    assert not injected(answer.text)
    refused = await submitted(client, **{"patient.position": hostile})
    assert not injected(refused.text)


async def test_a_red_flag_is_unmistakable(client: httpx.AsyncClient):
    answer = await submitted(client, **{"mobility.smur_team_needed": "true"})
    assert "handover" in answer.text
    assert "aide médicale urgente (AMU)" in answer.text
    assert not Elements(answer.text).all("ol")


async def test_proposals_are_computed_again_on_demand(client: httpx.AsyncClient, store: Store):
    await submitted(client)
    answer = await client.post("/dossiers/appel-page", follow_redirects=True)
    assert answer.status_code == 200
    with store.unit() as unit:
        assert unit.journal.get_orientation("appel-page:2")


async def test_a_dossier_that_does_not_exist_is_said_in_french(client: httpx.AsyncClient):
    for answer in (await client.get("/dossiers/rien"), await client.post("/dossiers/rien")):
        assert answer.status_code == 404
        assert "Aucun dossier" in answer.text
