"""Settings of the running process, read from the environment: AIGUILLEUR_DATABASE_URL and so on."""

from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.errors import BadInput

Port = Annotated[int, Field(ge=0, le=65_535)]


class Settings(BaseSettings):
    """Where things are kept and listened to. No secret has a default."""

    model_config = SettingsConfigDict(
        env_prefix="AIGUILLEUR_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = "sqlite:///var/aiguilleur.db"
    host: str = "127.0.0.1"
    port: Port = 8000


def read_settings() -> Settings:
    """Read the environment; raise BadInput naming the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        fault = BadInput.from_validation(error)
        raise BadInput(f"AIGUILLEUR_{fault.field.upper()}", fault.reason) from None
