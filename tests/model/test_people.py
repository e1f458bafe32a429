"""Roles and what they may do."""

import pytest
from pydantic import ValidationError

from consent.model.people import MAY, Capability, Person, Role, can


def test_every_role_stands_in_the_table() -> None:
    assert set(MAY) == set(Role)


def test_every_capability_is_held_by_somebody() -> None:
    assert set().union(*MAY.values()) == set(Capability)


def test_nobody_of_the_staff_may_read_or_sign_as_the_patient() -> None:
    mine = MAY[Role.PATIENT]
    assert all(not mine & MAY[role] for role in Role if role is not Role.PATIENT)
    with pytest.raises(ValidationError, match="acts as the patient"):
        Person(id="u-1", name="Ann Lee", roles=(Role.NURSE, Role.PATIENT))


def test_only_clinicians_hold_the_talk_and_attest() -> None:
    holders = {role for role in Role if MAY[role] & {Capability.DISCUSS, Capability.ATTEST}}
    assert holders == {Role.CLINICIAN}


def test_any_of_several_roles_is_enough_and_none_is_not() -> None:
    assert can((Role.REVIEWER, Role.NURSE), Capability.PREPARE)
    assert not can((), Capability.PREPARE)
    assert not can((Role.ADMIN,), Capability.SEE_RECORD)
