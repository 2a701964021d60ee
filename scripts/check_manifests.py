"""Hold each adapter's manifest to its code, and write docs/adapters/<name>.md from it.

`python scripts/check_manifests.py` checks; `--write` also writes the pages. Exit 1 on a fault.
"""

import dataclasses
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO))

from adapters.kit.manifest import (  # noqa: E402  the path comes first
    Direction,
    Feed,
    Manifest,
    Quality,
    Query,
    read_manifest,
)
from services.readers import FEEDS, reader_of  # noqa: E402

ANATOMY = ("payloads.py", "mapping.py", "client.py", "gateway.py")
DOWNLOAD = "adapters.kit.download"
"""What an adapter whose source is one file asks by, instead of a client of its own."""

MISBEHAVIOURS = (
    *("401", "429", "500", "truncated", "slow", "duplicate"),
    *("past", "wrong_zone", "empty_elements", "empty"),
)
"""Cases without which nobody knows how an adapter fails; each is named by its tests."""

QUALITIES = {
    Quality.BRONZE: "forme jugée, défauts mis à part avec leurs octets, exemples enregistrés",
    Quality.ARGENT: "bronze, et chaque panne connue de la source éprouvée par un test",
    Quality.OR: "argent, et propriétés générales éprouvées, débit mesuré",
}
DIRECTIONS = {
    Direction.PULL: "interrogé",
    Direction.PUSH: "reçu",
    Direction.ASK: "interrogé à la demande",
}


def main(arguments: list[str]) -> int:
    faults = []
    for folder in sorted(path.parent for path in (REPO / "adapters").glob("*/manifest.toml")):
        try:
            manifest = read_manifest((folder / "manifest.toml").read_text(encoding="utf-8"))
        except ValueError as error:
            faults.append(f"{folder.name}: {error}")
            continue
        faults += [f"{folder.name}: {fault}" for fault in faults_of(manifest, folder)]
        page = REPO / "docs/adapters" / f"{manifest.name}.md"
        if "--write" in arguments:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(page_of(manifest), encoding="utf-8")
        elif not page.is_file() or page.read_text(encoding="utf-8") != page_of(manifest):
            faults.append(f"{folder.name}: docs/adapters/{page.name} is out of date (--write)")
    faults += undeclared_feeds()
    for fault in faults:
        print(f"check_manifests: {fault}", file=sys.stderr)
    return 1 if faults else 0


def undeclared_feeds() -> list[str]:
    """Feeds the command line reads and no manifest declares."""
    declared = {
        feed.name
        for path in (REPO / "adapters").glob("*/manifest.toml")
        for feed in read_manifest(path.read_text(encoding="utf-8")).feeds
    }
    return [f"ingest reads {name}, which no manifest declares" for name in FEEDS.keys() - declared]


def faults_of(manifest: Manifest, folder: Path) -> Iterator[str]:
    """Say where a manifest and the code beside it disagree."""
    if manifest.name != folder.name:
        yield f"name: {manifest.name} is not the name of its folder"
    for field in ("title", "owner", "reference"):
        if not getattr(manifest, field).strip():
            yield f"{field}: is empty"
    if not manifest.feeds:
        yield "feeds: there is none"
    for feed in manifest.feeds:
        yield from (f"feed {feed.name}: {fault}" for fault in _feed_faults(feed))
    yield from _quality_faults(manifest, folder)


def _feed_faults(feed: Feed) -> Iterator[str]:
    if feed.direction is not Direction.ASK and not _is_read(feed.name):
        yield "aiguilleur ingest cannot read it"
    if (feed.direction is not Direction.PUSH) != (feed.query is not None):
        yield "query: a feed that is pulled says how it is asked, and only such a feed"
    fields: set[str] = set()
    for produced in feed.produces:
        kind = _find(produced)
        if kind is None:
            yield f"produces: there is no {produced}"
        else:
            fields |= {field.name for field in dataclasses.fields(kind)}
    for name in feed.validity_s:
        if name not in fields:
            yield f"validity_s: nothing it produces has a field {name}"
    if feed.query and min(feed.validity_s.values(), default=0) < feed.query.period_s:
        yield "validity_s: a fact would be stale before it is asked again"


def _is_read(name: str) -> bool:
    try:
        return name in FEEDS and callable(reader_of(name))
    except (ImportError, LookupError):
        return False


def _find(dotted: str) -> type | None:
    module, _, name = dotted.partition(":")
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def _quality_faults(manifest: Manifest, folder: Path) -> Iterator[str]:
    if not any((REPO / "tests/fixtures" / folder.name).glob("*")):
        yield "quality bronze: no recorded payload in tests/fixtures"
    if manifest.quality is Quality.BRONZE:
        return
    sources = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    expected = [name for name in ANATOMY if name != "client.py" or DOWNLOAD not in sources]
    yield from (
        f"quality argent: {name} is missing" for name in expected if not (folder / name).is_file()
    )
    tests = _texts("tests", folder.name)
    for case in MISBEHAVIOURS:
        if not any(case in text.lower() for text in tests):
            yield f"quality argent: no test names the case {case}"
    if manifest.quality is not Quality.OR:
        return
    if not any("from hypothesis import" in text for text in tests):
        yield "quality or: no property is tested"
    if not _texts("benchmarks", folder.name):
        yield "quality or: nothing measures it"


def _texts(root: str, adapter: str) -> list[str]:
    """Sources of that tree which use the adapter."""
    texts = [path.read_text(encoding="utf-8") for path in (REPO / root).rglob("*.py")]
    return [text for text in texts if f"adapters.{adapter}" in text]


def page_of(manifest: Manifest) -> str:
    """Write the page of an adapter, in French, for those who run it."""
    lines = [
        f"# {manifest.name} : {manifest.title}",
        "",
        f"Page produite à partir de `adapters/{manifest.name}/manifest.toml` par",
        "`scripts/check_manifests.py` ; ne pas la modifier à la main.",
        "",
        f"- Responsable : {manifest.owner}",
        f"- Référence : {manifest.reference}",
        f"- Niveau de qualité : {manifest.quality.value} ({QUALITIES[manifest.quality]})",
    ]
    for feed in manifest.feeds:
        lines += ["", *_feed_lines(feed)]
    return "\n".join(lines) + "\n"


def _feed_lines(feed: Feed) -> Iterator[str]:
    yield f"## {feed.name} ({feed.flow})"
    yield ""
    yield f"{feed.title}."
    yield ""
    yield f"- Protocole : {feed.protocol}"
    yield f"- Sens : flux {DIRECTIONS[feed.direction]}"
    yield f"- Produit : {', '.join(f'`{one}`' for one in feed.produces)}"
    for name, seconds in feed.validity_s.items():
        yield (
            f"- Validité de `{name}` : {seconds} s ; au-delà l'information est dite périmée, "
            f"et au-delà de {3 * seconds} s perdue, donc inconnue"
        )
    if feed.query is not None:
        yield from _query_lines(feed.query)
    if feed.direction is not Direction.ASK:
        yield f"- Lecture d'un fichier : `aiguilleur ingest FICHIER --feed {feed.name}`"
    if feed.limits:
        yield ""
        yield "Limites :"
        yield ""
        yield from (f"- {limit}" for limit in feed.limits)


def _query_lines(query: Query) -> Iterator[str]:
    yield f"- Requête : `{query.request}`, par lots de {query.batch} au plus"
    yield f"- Période : {_number(query.period_s)} s ; réponse attendue {_number(query.timeout_s)} s"
    yield (
        f"- Reprises : {query.attempts} essais en tout, pauses tirées au sort jusqu'à "
        f"{_number(query.longest_pause_s)} s, `Retry-After` respecté"
    )
    yield (
        f"- Disjoncteur : après {query.failures_to_open} échecs de suite, la source est laissée "
        f"{_number(query.cool_down_s)} s"
    )


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
