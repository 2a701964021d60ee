"""A Chromium for the tests: headless, driven by playwright, talking to loopback alone."""

from pathlib import Path

from tests.servers.finding import ServerMissing, address, on_path

VARIABLE = "AIGUILLEUR_TEST_CHROMIUM"
FROM_NPM = Path(__file__).parents[2] / ".cache/chromium/chromium"
ADVICE = (
    f"no Chromium for the tests: give the path of one in {VARIABLE}, "
    "or run `make install-test`, or `apt-get install chromium`"
)
PLAIN = (
    "--no-sandbox",  # tests may run as root; the pages are ours
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
)
OPTIONS = (
    *PLAIN,
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
"""With a graphics card emulated by the processor, for the map; every frame of a page then waits
for it, which no desk has: one with no card paints without any."""


def find_chromium() -> Path:
    """Return the program; raise ServerMissing."""
    given = address(VARIABLE)
    if given is not None:
        return Path(given)
    found = on_path("chromium", "chromium-browser", "google-chrome")
    if found is None and FROM_NPM.is_file():
        found = FROM_NPM
    if found is None:
        raise ServerMissing(ADVICE)
    return found
