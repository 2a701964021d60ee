"""Effecteurs: who can receive the patient, where, when open, and how accessible."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from regulation.kernel.windows import merge


class EffecteurKind(StrEnum):
    """Kind of effecteur, in the field's words."""

    CABINET = "CABINET"
    MSP = "MSP"
    CDS = "CDS"
    CPTS = "CPTS"
    MMG = "MMG"
    SOS = "SOS"
    PHARMACIE = "PHARMACIE"
    LABORATOIRE = "LABORATOIRE"
    IMAGERIE = "IMAGERIE"
    ED = "ED"
    TELE = "TELE"
    UNITE_MOBILE = "UNITE_MOBILE"


class CareCode(StrEnum):
    """What is needed (need.code of a case)."""

    GP = "GP"
    PAEDIATRIC = "PAEDIATRIC"
    DENTAL = "DENTAL"
    NURSE = "NURSE"
    PHYSIO_RESPIRATORY = "PHYSIO_RESPIRATORY"
    MIDWIFE = "MIDWIFE"
    PSYCHIATRY = "PSYCHIATRY"
    IMAGING = "IMAGING"
    LAB = "LAB"
    PHARMACY = "PHARMACY"
    OTHER_SPECIALTY = "OTHER_SPECIALTY"


class Accessible(StrEnum):
    """Verdict of one premises need: unknown is never a yes and never a no."""

    OK = "OK"
    OK_WITH_HELP = "OK_WITH_HELP"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility:
    """Answers to Acceslibre's fields, by field name of its schema; a field that is absent is
    unknown. Values are booleans, numbers (cm, steps), one code, or a tuple of codes."""

    fields: Mapping[str, bool | float | str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effecteur:
    """One place (or team) that can receive or visit a patient.

    `care` lists the needs it answers; `specialties` the TRE_R38 codes of its practitioners;
    `practitioners` the RPPS numbers under which agendas are asked; `open_windows` the opening
    or duty windows known for the coming days (empty: unknown hours), in order: those that touch are
    joined, since who is on duty after its hours does not close in between.
    """

    effecteur_id: Identifier
    kind: EffecteurKind
    name: str
    position: Position
    commune: CommuneCode
    address: str = ""
    phone: str | None = None
    care: frozenset[CareCode]
    specialties: frozenset[str] = frozenset()
    practitioners: tuple[Identifier, ...] = ()
    accessibility: Observed[Accessibility] | None = None
    open_windows: tuple[TimeWindow, ...] = ()
    min_age: float = 0.0
    synthetic: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "open_windows", merge(self.open_windows))

    def is_open_at(self, instant: datetime) -> bool | None:
        """Tell whether it is open; None when its hours are unknown."""
        if not self.open_windows:
            return None
        return any(window.contains(instant) for window in self.open_windows)
