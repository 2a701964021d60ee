"""Messages in French words, for whoever has to know what left: what, to whom, what became of it."""

from collections.abc import Mapping
from typing import Final

from regulation.disclosure import (
    AppointmentNotice,
    Body,
    CancelledNotice,
    ComingNotice,
    LateNotice,
    MissionOrder,
    PatientNotice,
    PatientSought,
    PharmacyNotice,
    RideNotice,
    UnsureNotice,
    Withdrawal,
)
from regulation.messages import Channel, DeliveryState

STATES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.WAITING: "en attente",
    DeliveryState.SENT: "parti",
    DeliveryState.DEAD: "mort",
    DeliveryState.WITHDRAWN: "retiré",
}
TO: Final[Mapping[Channel, str]] = {
    Channel.TRANSPORTER: "transporteur",
    Channel.EFFECTEUR: "effecteur",
    Channel.PHARMACY: "pharmacie",
    Channel.PATIENT: "patient (SMS)",
    Channel.REGULATION: "logiciel de régulation",
}
SAYS: Final[Mapping[type[Body], str]] = {
    MissionOrder: "course demandée",
    AppointmentNotice: "patient attendu",
    PharmacyNotice: "passage annoncé",
    PatientNotice: "où et quand il est vu",
    CancelledNotice: "annulation",
    RideNotice: "trajet changé",
    ComingNotice: "véhicule confirmé",
    UnsureNotice: "véhicule plus assuré",
    LateNotice: "retard du véhicule",
    PatientSought: "patient à prendre",
    Withdrawal: "annulation",
}
