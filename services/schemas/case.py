"""The case as it comes in by JSON, refused field by field when it isn't right."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient, Priority, Sex
from regulation.effecteurs import CareCode
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.places import Position
from regulation.ports import Gazetteer
from services.errors import BadInput
from services.schemas.instants import Instant
from services.schemas.mobility import MobilityIn

MAX_AGE = 125
TREATED_AS_PERSONAL = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PositionIn(BaseModel):
    """Exactly one of a point, a postal address or a commune."""

    model_config = TREATED_AS_PERSONAL

    lat: Annotated[float, Field(strict=True, ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(strict=True, ge=-180, le=180)] | None = None
    address: Annotated[str, Field(min_length=3, max_length=200)] | None = None
    insee: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")] | None = None

    @model_validator(mode="after")
    def exactly_one_form(self) -> "PositionIn":
        """Refuse half a point, none and several."""
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat et lon vont ensemble")
        forms = [self.lat is not None, self.address is not None, self.insee is not None]
        if sum(forms) != 1:
            raise ValueError("donner une seule forme : {lat, lon}, {address} ou {insee}")
        return self

    def locate(self, gazetteer: Gazetteer, field: str) -> Position:
        """Return the point inside the territory; raise BadInput naming the field."""
        if self.lat is not None and self.lon is not None:
            found: Position | None = Position(lat=self.lat, lon=self.lon)
        elif self.insee is not None:
            found = gazetteer.find_commune(self.insee)
        else:
            found = gazetteer.find_address(self.address or "")
        if found is None:
            raise BadInput(field, f"introuvable dans le territoire {gazetteer.name}")
        if not gazetteer.contains(found):
            raise BadInput(field, f"hors du territoire {gazetteer.name}")
        return found


class CallerIn(BaseModel):
    """Who calls and when."""

    model_config = TREATED_AS_PERSONAL

    at: Instant
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ().-]{2,28}$")] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    communication: Annotated[str, Field(pattern=r"^[A-Z0-9._-]{1,20}$")] | None = None


class PatientIn(BaseModel):
    """Who needs care and where they are."""

    model_config = TREATED_AS_PERSONAL

    age: Annotated[float, Field(strict=True, ge=0, le=MAX_AGE)]
    sex: Sex = Sex.U
    position: PositionIn


class NeedIn(BaseModel):
    """What is needed and how soon."""

    model_config = TREATED_AS_PERSONAL

    code: CareCode
    specialty: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,6}$")] | None = None
    deadline_minutes: Annotated[int, Field(gt=0, le=7 * 24 * 60)] | None = None
    care_level: CareLevel
    priority: Priority = Priority.P2
    motif: Annotated[str, Field(pattern=r"^M[0-9]{2}(\.[0-9]{2})*$")] | None = None


class CaseIn(BaseModel):
    """One call, as design gives it."""

    model_config = TREATED_AS_PERSONAL

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    caller: CallerIn
    patient: PatientIn
    need: NeedIn
    mobility: MobilityIn = Field(default_factory=MobilityIn)
    pharmacy_stop: PharmacyNeed = PharmacyNeed.NONE
    return_to: PositionIn | None = None
    preferred_effecteur: str | None = None

    def to_case(self, gazetteer: Gazetteer) -> Case:
        """Build the case; raise BadInput naming the field at fault."""
        if self.mobility.age not in {None, "unknown", self.patient.age}:
            raise BadInput("mobility.age", "diffère de patient.age")
        return Case(
            case_id=self.id,
            caller=Caller(
                at=self.caller.at,
                phone=self.caller.phone,
                language=self.caller.language or self.mobility.language,
                communication=self.caller.communication,
            ),
            patient=Patient(
                age=self.patient.age,
                sex=self.patient.sex,
                position=self.patient.position.locate(gazetteer, "patient.position"),
            ),
            need=self._need(),
            mobility=self.mobility.to_answers(age=self.patient.age, within="mobility."),
            pharmacy_stop=self.pharmacy_stop,
            return_to=self.return_to.locate(gazetteer, "return_to") if self.return_to else None,
            preferred_effecteur=self._preferred(),
        )

    def _need(self) -> CareNeed:
        minutes = self.need.deadline_minutes
        return CareNeed(
            code=self.need.code,
            care_level=self.need.care_level,
            specialty=self.need.specialty,
            deadline=None if minutes is None else timedelta(minutes=minutes),
            priority=self.need.priority,
            motif=self.need.motif,
        )

    def _preferred(self) -> Identifier | None:
        if self.preferred_effecteur is None:
            return None
        try:
            return Identifier.parse(self.preferred_effecteur)
        except ValueError:
            reason = f"ce n'est pas un identifiant GENRE:valeur, de genre {', '.join(IdKind)}"
            raise BadInput("preferred_effecteur", reason) from None
