"""How to see it again: a command to copy, secrets and people's numbers left to shell variables."""

import re
from urllib.parse import SplitResult, urlsplit

from adapters.audit.exchanges import Exchange, Purpose
from adapters.audit.masking import PERSONS_NUMBERS, masked_json, masked_query, masked_text
from adapters.audit.webhook_journal import ORDER_HEADER

HTTP = frozenset({"http", "https"})
CERTIFICATES = {
    Purpose.NO_CERTIFICATE: "",
    Purpose.OTHER_NAME: "CERTIFICAT_AUTRE_NOM",
    Purpose.OTHER_UNIT: "CERTIFICAT_AUTRE_UNITE",
}
"""The certificate that a question was asked with, when not the auditor's own."""
WRITES = frozenset(
    {
        *(Purpose.BOOKING, Purpose.BOOKING_AGAIN, Purpose.CANCELLING, Purpose.FORGED),
        *(Purpose.ORDER, Purpose.ORDER_AGAIN, Purpose.WITHDRAWAL, Purpose.DELIVERY),
    }
)
"""What is only seen by an audit that has leave to write; over a broker, everything is."""
ORDERS = frozenset({Purpose.ORDER, Purpose.ORDER_AGAIN, Purpose.FORGED, Purpose.WITHDRAWAL})
ASKED_OF_THE_SYSTEM = frozenset({"GET", "POST", "PUT"})


def replay_of(exchange: Exchange, target: str, profile: str) -> str:
    """Write the command that asks the same again: `curl` over HTTP, else the audit itself.

    What went over a Hub, or came from the audited system, is seen again only by auditing again.
    """
    base = urlsplit(target)
    is_question = exchange.method in ASKED_OF_THE_SYSTEM and base.scheme in HTTP
    if not is_question or exchange.purpose is Purpose.DELIVERY:
        return _audit(exchange, base, target, profile)
    variables = Variables()
    if exchange.purpose in ORDERS:
        lines = _order(exchange, base, variables)
    else:
        lines = _curl(exchange, base, variables)
    return "\n".join([*variables.told(), *lines])


class Variables:
    """Shell variables of one command, in the order it names them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._hints: dict[str, str] = {}

    def secret(self, name: str, hint: str) -> str:
        """Name a secret, or a file that holds one."""
        self._hints[name] = hint
        return f"${name}"

    def written(self, text: str) -> str:
        """Write a text between double quotes, the numbers of people in it as variables."""
        safe = re.sub(r"([\\`\"$])", r"\\\1", masked_query(text))
        return PERSONS_NUMBERS.sub(lambda found: f"${{{self._named(found[0])}}}", safe)

    def document(self, text: str) -> str:
        """Write a text between the marks of a here-document, in the same way."""
        safe = re.sub(r"([\\`$])", r"\\\1", text)
        return PERSONS_NUMBERS.sub(lambda found: f"${{{self._named(found[0])}}}", safe)

    def told(self) -> list[str]:
        """Say what to set before."""
        return [f"# {name}=…  {hint}" for name, hint in self._hints.items()]

    def _named(self, number: str) -> str:
        name = self._names.setdefault(number, f"NUMERO_{len(self._names) + 1}")
        self._hints[name] = masked_text(number)
        return name


def _curl(exchange: Exchange, base: SplitResult, variables: Variables) -> list[str]:
    options = ["curl", "-i"] if exchange.method == "GET" else ["curl", "-i", "-X", exchange.method]
    options += _identity(exchange, base, variables)
    address = f'"{variables.written(_address(base) + exchange.url)}"'
    if not exchange.sent:
        return [" ".join([*options, "-H 'Accept: application/json+fhir'", address])]
    options += ["-H 'Content-Type: application/fhir+json'", address, "-d @- <<FIN"]
    return [" ".join(options), variables.document(masked_json(exchange.sent)), "FIN"]


def _order(exchange: Exchange, base: SplitResult, variables: Variables) -> list[str]:
    """Sign the body as docs/transporteurs.md says; the forged one, with another secret."""
    key = "un autre secret"
    if exchange.purpose is not Purpose.FORGED:
        key = variables.secret("SECRET", "le secret partagé avec le transporteur")
    options = ["curl", "-i", "-X", exchange.method, *_identity(exchange, base, variables)]
    options += [f'-H "{ORDER_HEADER}: t=$T,v1=${{V1%% *}}"', f'"{_address(base) + base.path}"']
    body = variables.document(masked_json(exchange.sent))
    return [
        f"CORPS=$(cat <<FIN\n{body}\nFIN\n)",
        "T=$(date +%s)",
        f"""V1=$(printf '%s.%s' "$T" "$CORPS" | openssl dgst -sha256 -hmac "{key}" -r)""",
        " ".join([*options, '-d "$CORPS"']),
    ]


def _identity(exchange: Exchange, base: SplitResult, variables: Variables) -> list[str]:
    """Say who asks: certificates over TLS, a name and password when the address has them."""
    options = []
    if base.scheme == "https":
        authorities = variables.secret("AUTORITES", "fichier PEM des autorités")
        options.append(f'--cacert "{authorities}"')
        name = CERTIFICATES.get(exchange.purpose, "CERTIFICAT")
        if name:
            known = variables.secret(name, "fichier PEM du certificat et de sa clé")
            options.append(f'--cert "{known}"')
    if base.username is not None:
        options.append(f'-u "{variables.secret("IDENTIFIANTS", "nom:mot de passe")}"')
    return options


def _address(base: SplitResult) -> str:
    """The address of the server, without a name or a password."""
    return f"{base.scheme}://{base.netloc.rpartition('@')[2]}"


AUDITS = {
    "lrm": '--id "$IDENTIFIANT"',
    "transporter": '--id "$TRANSPORTEUR" --secret "$FICHIER_DU_SECRET"',
}
"""What an audit of each profile must be told besides."""


def _audit(exchange: Exchange, base: SplitResult, target: str, profile: str) -> str:
    is_broker = base.scheme in {"amqp", "amqps"}
    told = ['"$COURTIER"' if is_broker else f"'{target}'", f"--profile {profile}"]
    told += [AUDITS[profile]] if profile in AUDITS else []
    told += ["--book 1"] if is_broker or (base.scheme and exchange.purpose in WRITES) else []
    return " ".join(["aiguilleur audit", *told])
