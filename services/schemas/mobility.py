"""Mobility answers as they come in, and the verdict as it goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from regulation.mobility import (
    UNKNOWN,
    AldAnswers,
    Answer,
    HomeAnswers,
    MobilityAnswers,
    MobilityVerdict,
    Series,
    Unknown,
)
from regulation.scales import Scales
from services.errors import BadInput

CONFIG = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
NotKnown = Literal["unknown"]
YesNo = Annotated[bool, Field(strict=True)] | NotKnown | None
Whole = Annotated[int, Field(strict=True, ge=-5, le=60)] | NotKnown | None
Autonomy = Literal["alone", "with_companion", "with_professional", "unknown"]
Impairment = Literal["motor", "visual", "hearing", "speech", "mental", "psychic", "cognitive"]
Motive = Literal[
    "hospitalisation",
    "chemo_radio_dialysis",
    "ald",
    "work_accident",
    "prison_return",
    "summons",
    "none",
]
Particular = Literal[
    "plane_or_boat",
    "camsp_cmpp",
    "remote_maternity",
    "samsah",
    "escort",
    "emergency_aid",
    "had_outside_protocol",
    "had_admission",
    "usld",
    "ehpad",
    "radiotherapy_elsewhere",
    "home_dialysis",
    "young_patient_leave",
    "css",
    "ame",
    "maternity",
    "franchise_cap_reached",
    "third_party_liable",
]
Kilometres = Annotated[float, Field(strict=True, ge=0, le=2000)]
Age = Annotated[float, Field(strict=True, ge=0, le=125)]
Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}|unknown)$")]


class HomeIn(BaseModel):
    """Access to the home."""

    model_config = CONFIG

    floor: Whole = None
    lift: YesNo = None
    steps: Whole = None
    can_use_stairs: YesNo = None

    def to_answers(self) -> HomeAnswers:
        """Build the answers."""
        return HomeAnswers(
            floor=_whole(self.floor),
            lift=_answer(self.lift),
            steps=_whole(self.steps),
            can_use_stairs=_answer(self.can_use_stairs),
        )


class AldIn(BaseModel):
    """Long-term illness."""

    model_config = CONFIG

    related: YesNo = None
    specific_session: YesNo = None
    incapacity: YesNo = None

    def to_answers(self) -> AldAnswers:
        """Build the answers."""
        return AldAnswers(
            related=_answer(self.related),
            specific_session=_answer(self.specific_session),
            incapacity=_answer(self.incapacity),
        )


class SeriesIn(BaseModel):
    """A series of trips."""

    model_config = CONFIG

    count: Annotated[int, Field(strict=True, ge=1, le=1000)]
    months: Annotated[float, Field(strict=True, gt=0, le=60)]
    km_one_way: Kilometres


class MobilityIn(BaseModel):
    """Answers; absent: not asked, "unknown": asked and not known."""

    model_config = CONFIG

    age: Age | NotKnown | None = None
    smur_team_needed: YesNo = None
    lying_or_semi_sitting: YesNo = None
    stretcher_or_carrying: YesNo = None
    qualified_supervision: YesNo = None
    oxygen: YesNo = None
    asepsis: YesNo = None
    stays_in_wheelchair: YesNo = None
    uses_wheelchair: YesNo = None
    walking_aid: YesNo = None
    strict_hygiene: YesNo = None
    disinfection_risk: YesNo = None
    side_effect_risk: YesNo = None
    companion_available: YesNo = None
    bariatric: YesNo = None
    own_vehicle_available: YesNo = None
    public_transport_possible: YesNo = None
    sharing_excluded: YesNo = None
    car_seat_needed: YesNo = None
    service_animal: YesNo = None
    hospitalised_now: YesNo = None
    leave_without_medical_motive: YesNo = None
    autonomy: Autonomy | None = None
    home: HomeIn | NotKnown = Field(default_factory=HomeIn)
    impairments: list[Impairment] | NotKnown | None = None
    motive: list[Motive] | NotKnown | None = None
    ald: AldIn | NotKnown = Field(default_factory=AldIn)
    distance_km_one_way: Kilometres | NotKnown | None = None
    series: SeriesIn | NotKnown | None = None
    particulars: list[Particular] | NotKnown | None = None
    language: Language | None = None

    def to_answers(self, age: float | None = None, within: str = "") -> MobilityAnswers:
        """Build the answers; raise BadInput naming two answers that contradict each other."""
        self._refuse_contradictions(within)
        flags = {name: _answer(getattr(self, name)) for name in FLAGS}
        return MobilityAnswers(
            **flags,
            age=_measure(self.age) if age is None else age,
            autonomy=UNKNOWN if self.autonomy == "unknown" else self.autonomy,
            home=HOME_UNKNOWN if isinstance(self.home, str) else self.home.to_answers(),
            impairments=_chosen(self.impairments),
            motive=_chosen(self.motive),
            ald=ALD_UNKNOWN if isinstance(self.ald, str) else self.ald.to_answers(),
            distance_km_one_way=_measure(self.distance_km_one_way),
            particulars=_chosen(self.particulars),
            series=UNKNOWN if isinstance(self.series, str) else self._series(),
            language=UNKNOWN if self.language == "unknown" else self.language,
        )

    def _series(self) -> Series | None:
        return Series(**self.series.model_dump()) if isinstance(self.series, SeriesIn) else None

    def _refuse_contradictions(self, within: str) -> None:
        if self.stays_in_wheelchair is True and self.uses_wheelchair is False:
            raise BadInput(f"{within}uses_wheelchair", "contredit stays_in_wheelchair : true")
        if isinstance(self.motive, list) and "none" in self.motive and len(self.motive) > 1:
            raise BadInput(f"{within}motive", "« none » ne va pas avec un autre motif")


HOME_UNKNOWN = HomeAnswers(floor=UNKNOWN, lift=UNKNOWN, steps=UNKNOWN, can_use_stairs=UNKNOWN)
ALD_UNKNOWN = AldAnswers(related=UNKNOWN, specific_session=UNKNOWN, incapacity=UNKNOWN)
FLAGS = tuple(name for name, one in MobilityIn.model_fields.items() if one.annotation == YesNo)


def verdict_out(verdict: MobilityVerdict) -> Mapping[str, object]:
    """Write a verdict."""
    funding, prescription = verdict.funding, verdict.prescription
    return {
        "vehicle_class": verdict.vehicle_class and str(verdict.vehicle_class),
        "at_least": str(verdict.at_least),
        "prescription": {
            "class": prescription.vehicle_class and str(prescription.vehicle_class),
            "reason": prescription.reason,
            "reading": str(prescription.reading),
        },
        "vehicle_needs": sorted(verdict.vehicle_needs),
        "crew": verdict.crew,
        "companion_needed": verdict.companion_needed,
        "shared_allowed": verdict.shared_allowed,
        "driver_info": list(verdict.driver_info),
        "premises_needs": sorted(verdict.premises_needs),
        "funding": {
            "covered": funding.covered,
            "payer": str(funding.payer),
            "document": str(funding.document),
        },
        "fired": [
            {"rule_id": one.rule_id, "reason": one.reason, "source": one.source}
            for one in (*verdict.fired, *funding.notes)
        ],
        "to_confirm_by_doctor": list(verdict.to_confirm_by_doctor),
        "missing": list(verdict.missing),
        "next_question": verdict.next_question,
    }


def scales_out(placed: Scales) -> Mapping[str, object]:
    """Write the levels of other scales."""
    return {
        "level": placed.level,
        "hl7_v2": list(placed.hl7_v2),
        "hl7_v3": list(placed.hl7_v3),
        "nhs": list(placed.nhs),
        "nemt": placed.nemt,
        "fired": [one.rule_id for one in placed.fired],
    }


def _answer(value: bool | str | None) -> Answer:  # noqa: FBT001  an answer is a yes or a no
    return UNKNOWN if isinstance(value, str) else value


def _whole(value: int | str | None) -> int | Unknown | None:
    return UNKNOWN if isinstance(value, str) else value


def _measure(value: float | str | None) -> float | Unknown | None:
    return UNKNOWN if isinstance(value, str) else value


def _chosen(value: Sequence[str] | None) -> frozenset[str] | Unknown | None:
    if value is None:
        return None
    return UNKNOWN if isinstance(value, str) else frozenset(value)


def answers_out(answers: MobilityAnswers) -> Mapping[str, object]:
    """Write the answers that were asked, as they come in."""
    return _asked_out(answers)


def _asked_out(part: object) -> dict[str, object]:
    written: dict[str, object] = {}
    for one in fields(part):  # type: ignore[arg-type]  # only dataclasses come here
        value = getattr(part, one.name)
        if isinstance(value, HomeAnswers | AldAnswers | Series):
            value = _asked_out(value) or None
        elif isinstance(value, frozenset):
            value = sorted(value)
        elif value is UNKNOWN:
            value = "unknown"
        if value is not None:
            written[one.name] = value
    return written
