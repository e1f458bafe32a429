"""What somebody with fresh eyes found in the door, each shown closed."""

from dataclasses import replace

import pytest

from consent.errors import NoMatch, NotAllowed, NotSignedIn
from consent.model.people import Role
from consent.ports import Device
from consent.workflow import accounts, glass, prepare, visit
from tests.samples.story import BORN, FACTS, MRN, SECRET, SITE, Story

TABLET = "d-bay-2"


def missed(story: Story, *, device: str, address: str = "") -> None:
    with pytest.raises(NotSignedIn):
        visit.sign_in(story.desk, login="okafor", secret=f"{SECRET} not", device=device, address=address)


def known_tablet(story: Story) -> None:
    story.devices.keep(Device(id=TABLET, token="0" * 64, label="Bay 2", enrolled=story.desk.now()))


def test_a_stranger_on_the_network_does_not_lock_the_bedside(story: Story) -> None:
    known_tablet(story)
    for number in range(5):
        missed(story, device="browser", address=f"192.0.2.{number}")
    missed(story, device="browser", address="192.0.2.9")
    assert visit.sign_in(story.desk, login="okafor", secret=SECRET, device=TABLET)


def test_misses_on_known_tablets_lock_there_and_an_administrator_opens_it(story: Story) -> None:
    known_tablet(story)
    for number in range(5):
        missed(story, device=f"d-{number}")
    with pytest.raises(NotSignedIn):
        visit.sign_in(story.desk, login="okafor", secret=SECRET, device=TABLET)
    accounts.unlock(story.desk, story.staff("admin"), person=story.ids["okafor"])
    assert visit.sign_in(story.desk, login="okafor", secret=SECRET, device=TABLET)


def test_a_right_secret_on_a_locked_account_counts_at_the_place_as_a_wrong_one_does(story: Story) -> None:
    for number in range(5):
        missed(story, device=f"place {number}")
    for _ in range(10):
        with pytest.raises(NotSignedIn):
            visit.sign_in(story.desk, login="okafor", secret=SECRET, device="here")
    with pytest.raises(NotSignedIn, match="Too many tries"):
        visit.sign_in(story.desk, login="stone", secret=SECRET, device="here")


def test_an_account_closed_while_its_holder_chooses_a_pin_stays_closed(story: Story) -> None:
    nurse, admin, person = story.staff("okafor"), story.staff("admin"), story.ids["okafor"]
    story.ledger.others(
        lambda: accounts.change_person(
            story.desk, admin, person=person, roles=[Role.NURSE], privileges=[], units=[], active=False
        ),
        stream=f"person:{person}",
    )
    with pytest.raises(NotSignedIn, match="changed meanwhile"):
        accounts.set_pin(story.desk, nurse, secret=SECRET, pin="482913")
    assert not story.people.kept[person].person.active


def test_a_sign_in_under_way_does_not_survive_a_new_password(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    stale, add = story.people.kept[story.ids["okafor"]], story.sessions.add

    def changed_first(session: object) -> None:
        story.people.keep(replace(stale, secret_hash=story.hasher.hash("another one")))
        add(session)  # type: ignore[arg-type]  # a session row, as the desk gives it

    monkeypatch.setattr(story.sessions, "add", changed_first)
    with pytest.raises(NotSignedIn, match="changed meanwhile"):
        visit.sign_in(story.desk, login="okafor", secret=SECRET, device="browser")
    assert all(row.ended for row in story.sessions.rows.values())


def test_a_broken_glass_is_not_made_to_last_by_taking_the_patient_over(story: Story) -> None:
    story.open(unit="Surgery")
    hale = story.staff("hale")
    account = story.people.kept[story.ids["hale"]]
    able = account.person.model_copy(update={"privileges": (story.template.id,)})
    story.people.keep(replace(account, person=able))
    glass.break_glass(story.desk, hale, mrn=MRN, birth_date=BORN, reason="Fell")
    with pytest.raises(NotAllowed, match="emergency"):
        prepare.assign_unit(story.desk, hale, episode=story.episode, unit="Pain")
    with pytest.raises(NotAllowed, match="emergency"):
        prepare.prepare(
            story.desk,
            hale,
            episode=story.episode,
            sites=[SITE],
            why="y",
            performer=story.ids["hale"],
            facts=FACTS,
        )


def test_a_date_of_birth_is_not_found_by_trying(story: Story) -> None:
    story.open(unit="Surgery")
    hale = story.staff("hale")
    for day in range(1, 6):
        with pytest.raises(NoMatch):
            glass.break_glass(story.desk, hale, mrn=MRN, birth_date=BORN.replace(day=day + 10), reason="Fell")
    with pytest.raises(NoMatch, match="Too many"):
        glass.break_glass(story.desk, hale, mrn=MRN, birth_date=BORN, reason="Fell")
