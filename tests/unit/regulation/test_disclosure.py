"""The allow-list, written a second time: a field added to a recipient's type must be added here."""

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from regulation import disclosure
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
    PublicPlace,
    RideNotice,
    UnsureNotice,
    Withdrawal,
)

ALLOWED = {
    MissionOrder: "mission_id vehicle_id mode halts load equipment crew shared_allowed driver_info "
    "home_access contact_phone communication language answer_by",
    AppointmentNotice: "appointment_id slot_id source effecteur_id window mode need specialty age "
    "sex arrives_by premises_needs companion communication language",
    PharmacyNotice: "visit_id earliest latest premises_needs communication language",
    PatientNotice: "notice_id place_name place care_at outward_mode pickup_at home_at language "
    "replaces meeting calls_home",
    CancelledNotice: "notice_id place_name care_at language",
    RideNotice: "notice_id way mode pickup_at arrives_at language",
    ComingNotice: "notice_id company mode pickup_at is_later language",
    UnsureNotice: "notice_id pickup_at is_sought language way",
    LateNotice: "notice_id way promised_at expected_at language",
    PatientSought: "appeal_id community_id need specialty age sex premises_needs communication "
    "language until path",
    Withdrawal: "what_id cause",
    PublicPlace: "place_id kind name commune address phone position standing until on_duty access "
    "declared hours_source hours_at hours_fresh",
}
INNER = {disclosure.HomeAccess: "floor lift steps", disclosure.Halt: "position at until"}


@pytest.mark.parametrize("kind", [*ALLOWED, *INNER], ids=lambda kind: kind.__name__)
def test_a_recipient_is_told_what_the_list_says_and_nothing_else(kind: type[Any]):
    assert [one.name for one in fields(kind)] == (ALLOWED | INNER)[kind].split()


def test_every_type_that_may_leave_is_on_the_list():
    assert set(get_args(Body)) | {PublicPlace} == set(ALLOWED)
    declared = {one for one in vars(disclosure).values() if is_dataclass(one)}
    ours = {one for one in declared if getattr(one, "__module__", "") == disclosure.__name__}
    assert ours == set(ALLOWED) | set(INNER)


@pytest.mark.parametrize("kind", ALLOWED, ids=lambda kind: kind.__name__)
def test_nothing_that_leaves_can_hold_a_case_or_an_answer_whole(kind: type[Any]):
    told = {str(hint) for hint in get_type_hints(kind).values()}
    for inside in ("Case'", "Caller", "Patient'", "MobilityAnswers", "Any", "object", "Mapping"):
        assert not [hint for hint in told if inside in hint]
