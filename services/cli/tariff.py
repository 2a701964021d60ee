"""`aiguilleur tariff`: the price of one leg, line by line."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.calendar import PublicHolidays
from regulation.fares import Fare
from regulation.tariffs import NoTariffError, price_ride
from services.cli import Format, print_json, read_json
from services.cli.rules import Overrides, usable_rules
from services.errors import BadInput
from services.schemas.tariff import RideIn, fare_out


def register(app: typer.Typer) -> None:
    """Add the command `tariff`."""
    app.command(
        "tariff",
        help=(
            "Dire le prix d'un trajet pour chaque patient à bord ; refusé, avec la raison, sans "
            "tarif connu."
        ),
    )(tariff)


def tariff(
    leg: Annotated[Path, typer.Argument(metavar="LEG.json", help="Le trajet, tel que facturé.")],
    overrides: Overrides = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Price one leg for each patient aboard; refused with the reason where no tariff is known."""
    ride = read_json(leg, RideIn).to_ride()
    calendar = PublicHolidays(ride.department)
    try:
        fare = price_ride(ride, usable_rules(overrides), calendar)
    except NoTariffError as error:
        raise BadInput(error.field, error.reason) from None
    if output is Format.JSON:
        print_json(fare_out(fare))
        return
    for line in _lines(fare):
        typer.echo(line)


def _lines(fare: Fare) -> list[str]:
    shown = [(line.label, _euros(line.cents)) for line in fare.lines]
    shown.append(("Total par patient", _euros(Decimal(fare.total_cents))))
    return [*(f"{label:<44}{amount:>12} €" for label, amount in shown), *fare.notes]


def _euros(cents: Decimal) -> str:
    """Write an exact amount: two decimals at least, more when the cent is broken."""
    euros = (cents / 100).normalize()
    decimals = max(2, -int(euros.as_tuple().exponent))
    return f"{euros:.{decimals}f}".replace(".", ",")
