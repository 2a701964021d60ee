"""Settings of the running process, read from the environment: AIGUILLEUR_DATABASE_URL and so on."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.hubsante.line import HubSettings
from adapters.hubsante.outgoing import NamedRegulator
from adapters.kit.http import ClientCertificate
from adapters.kit.reach import is_address
from services.errors import BadInput
from services.hub_place import HubPlace, hub_tracker
from services.logs import LogFormat
from services.security.gate import AccessMode
from services.security.wiring import AccessSettings


def _address_of(*schemes: str) -> AfterValidator:
    """Have a setting be empty, or an address; what was given may hold a password: not repeated."""

    def read(text: str) -> str:
        if text and not is_address(text, schemes):
            raise ValueError(f"une adresse est attendue, comme {schemes[0]}://hôte:port")
        return text

    return AfterValidator(read)


Port = Annotated[int, Field(ge=0, le=65_535)]


class Settings(BaseSettings):
    """Where things are kept and listened to. No secret has a default."""

    model_config = SettingsConfigDict(
        env_prefix="AIGUILLEUR_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = "sqlite:///var/aiguilleur.db"
    host: str = "127.0.0.1"
    port: Port = 8000
    recipients: Path | None = None
    """The address book: where recipients take their messages; none: they are told by phone."""
    communities: Path | None = None
    """The communities of doctors (CPTS) that may be asked to take a patient; none: nobody is."""
    feeds: Path | None = None
    """The outside systems to read: agendas, registries, rotas (TOML); none: the territory alone."""
    quarantine: Path | None = None
    """Folder of what feeds sent that could not be trusted, which processes may share; none: each
    keeps the latest in memory."""
    redis_url: Annotated[str, _address_of("redis", "rediss", "unix")] = ""
    """The live state that several processes share; empty: each keeps its own."""
    tiles_url: Annotated[str, Field(pattern=r"^$|^https?://[^\s'\";,]+\{z\}[^\s'\";,]*$")] = ""
    """A map server's tiles, with {z}, {x} and {y}; empty: the base map drawn here is alone."""
    hub_url: Annotated[str, _address_of("amqps", "amqp")] = ""
    """The broker of the Hub Santé (amqps://…/version), none: nothing is exchanged over it."""
    hub_client_id: str = "fr.health.ptfsas"
    hub_recipient: str = ""
    """The regulation software of the territory, by its id at the Hub."""
    hub_certificate: Path | None = None
    hub_key: Path | None = None
    hub_authorities: Path | None = None
    hub_regulator_email: str = ""
    """Under whose name appointments are told to the regulation software."""
    sheet: Path | None = None
    """Where a worker writes the paper sheet every 15 minutes; none: nowhere."""
    log_format: LogFormat = LogFormat.TEXT
    workers_apart: bool = False
    """Workers send and read the feeds; an API process only follows what they tell."""
    drain_s: Annotated[float, Field(ge=0, le=300)] = 0
    """How long calls are still taken once asked to stop, for whoever shares them out to know."""
    traces_url: Annotated[str, Field(pattern=r"^$|^https?://\S+$")] = ""
    """Where traces are sent, by OTLP over HTTP (the whole address); empty: nothing is traced."""
    metrics_port: Port | None = None
    """Where counters are given without logging in; none: only at /metrics."""
    link_key: Annotated[SecretStr, Field(min_length=32)] | None = None
    """Signs the links given to effecteurs; none: links die with the process."""
    access: AccessMode = AccessMode.DECLARED
    public_url: str = ""
    accounts: Path | None = None
    psc_issuer: str = ""
    psc_client_id: str = ""
    psc_client_secret: SecretStr = SecretStr("")

    def hub_place(self) -> HubPlace | None:
        """Return who we are at the Hub, None: nobody; raise BadInput naming what is missing."""
        if not self.hub_url:
            return None
        for name in ("hub_recipient", "hub_regulator_email"):
            if not getattr(self, name):
                raise BadInput(f"AIGUILLEUR_{name.upper()}", "requis pour échanger par le Hub")
        certificate = self.hub_certificate
        return HubPlace(
            line=HubSettings(
                url=self.hub_url,
                client_id=self.hub_client_id,
                certificate=None
                if certificate is None
                else ClientCertificate(
                    certificate=certificate,
                    key=self.hub_key or certificate,
                    authorities=self.hub_authorities,
                ),
            ),
            recipient=self.hub_recipient,
            regulator=NamedRegulator(
                last_name="SAS", first_name="Régulation", email=self.hub_regulator_email
            ),
            health=hub_tracker(),
        )

    def access_settings(self, port: int) -> AccessSettings:
        """Return how access is proved, for a service that listens on this port."""
        return AccessSettings(
            mode=self.access,
            address=self.public_url.rstrip("/") or f"http://{self.host}:{port}",
            accounts=self.accounts,
            psc_issuer=self.psc_issuer.rstrip("/"),
            psc_client_id=self.psc_client_id,
            psc_client_secret=self.psc_client_secret.get_secret_value(),
        )


def read_settings() -> Settings:
    """Read the environment; raise BadInput naming the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        fault = BadInput.from_validation(error)
        raise BadInput(f"AIGUILLEUR_{fault.field.upper()}", fault.reason) from None
