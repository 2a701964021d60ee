"""Reading pages as a browser does, to say what is in them."""

from html.parser import HTMLParser

VOID = frozenset({"input", "meta", "link", "br", "img"})


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of elements that have an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, str | None]] = []
        self._texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag not in VOID:
            self._open.append((tag, told.get("id")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name is not None:
                self._texts.setdefault(name, []).append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """Attributes of the elements of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]

    def having(self, attribute: str) -> list[dict[str, str | None]]:
        """Attributes of the elements that have this one."""
        return [attributes for _, attributes in self.tags if attribute in attributes]

    def text(self, name: str) -> str:
        """What the element of this id says, spaces joined."""
        return " ".join(self.raw_text(name).split())

    def raw_text(self, name: str) -> str:
        """What the element of this id says, line by line."""
        return "".join(self._texts.get(name, []))
