"""A record on the screen: the document beside what proves it, for whoever may read it and changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from consent.model.blocks import Heading
from consent.model.document import body, document
from consent.model.replay import frames
from consent.model.replay_told import title
from consent.ui.parts import replay, when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow import day, deliver, drafts, handover, keeping, keyring, read, rehearsal, seal, visit
from consent.workflow.desk import Desk, load, stream_of
from tests.fakes.clock import FixedClock
from tests.screens.test_pages import labels, opened, press, texts

if TYPE_CHECKING:
    from consent.ports import StoredDocument

Screen = Callable[[str], AppTest]
SAW = say("replay.title")


@pytest.fixture
def filed(prepared: str, desk: Desk) -> str:
    """An episode with its document in the chart."""
    stone = rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=prepared)
    rehearsal.talk(desk, stone, episode=prepared)
    stone = rehearsal.patient_signs(desk, stone, episode=prepared)
    rehearsal.clinician_signs(desk, stone, episode=prepared)
    seal.work_once(desk)
    return prepared


def sections(screen: AppTest) -> list[str]:
    return [part.label.strip("*").replace("\u2060\\", "") for part in screen.expander]


def test_the_whole_document_stands_beside_what_proves_it(filed: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("lund"), "record", episode=filed)
    blocks = document(load(desk, filed)).blocks
    assert sections(screen) == [
        SAW,
        *(one.text for one in blocks if isinstance(one, Heading) and one.level == 2),
        "Who looked",
    ]
    assert "Unchanged since" in texts(screen)
    assert f"and {load(desk, filed).version} steps" in texts(screen)
    assert list(screen.table[-1].value["What"]) == ["Opened the record · Ingrid Lund"]
    assert "Patient signed · Patient" in list(screen.table[-2].value["What"])


def test_who_signed_and_when_stands_on_top_with_the_year(filed: str, as_staff: Screen, desk: Desk) -> None:
    now = load(desk, filed)
    assert now.signed
    assert now.attested
    zone = now.plan.clinic.zone
    people = ((now.plan.patient.name, now.signed.at), (now.attested.event.by.name, now.attested.at))
    signed = [f"{name} signed {when.full(at, zone)}" for name, at in people]
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert " · ".join(signed) in texts(screen)
    assert screen.success


def test_a_refusal_is_not_told_like_a_consent(prepared: str, as_staff: Screen, desk: Desk) -> None:
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{prepared}")
    here = visit.look_up(desk, handover.hand_over(desk, nurse, episode=prepared, ticket=ticket))
    assert here
    read.choose_size(desk, here, size="normal")
    read.confirm_identity(desk, here, name="Eleanor Whitfield", birth_date=date(1948, 3, 7))
    read.refuse(desk, here)
    seal.work_once(desk)
    screen = opened(as_staff("lund"), "record", episode=prepared)
    assert not screen.success
    assert screen.warning[0].value == say("record.refused.filed")
    listed = opened(as_staff("lund"), "register")
    assert f":orange-badge[{say('register.refused')}]" in texts(listed)


def test_an_auditor_can_change_nothing_on_a_record(filed: str, as_staff: Screen, desk: Desk) -> None:
    before = load(desk, filed)
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert labels(screen) == ["Home", "Ingrid Lund", "Back to the list", say("record.seal"), say("audit.here")]
    assert load(desk, filed) == before


def test_a_record_without_its_document_shows_what_there_is(prepared: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("lund"), "record", episode=prepared)
    shown = [one.text for one in body(load(desk, prepared)) if isinstance(one, Heading) and one.level == 2]
    assert sections(screen) == [SAW, *shown, "Who looked"]
    assert "Unchanged since" not in texts(screen)


def test_an_unprepared_record_says_that_it_has_no_document(as_staff: Screen, desk: Desk) -> None:
    rows = deliver.today(desk, rehearsal.signed_in(desk, "stone"), since="2000", until="2100")
    screen = opened(as_staff("lund"), "record", episode=rows[-1].episode)
    assert "There is no document yet" in texts(screen)
    assert sections(screen) == [SAW, "Who looked"]


def test_what_was_added_is_listed_and_only_who_performs_it_may_add(filed: str, as_staff: Screen, desk: Desk) -> None:
    nurse = rehearsal.signed_in(desk, "okafor")
    day.withdraw(desk, nurse, episode=filed, said="I *want* to wait")
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert say("notices.making") in texts(screen)
    assert say("correct.way") not in sections(screen)
    seal.work_once(desk)
    screen = opened(as_staff("okafor"), "record", episode=filed)
    assert say("correct.way") not in sections(screen)
    (told,) = load(desk, filed).notices
    assert "**Withdrawal of a consent**" in texts(screen)
    assert f"SHA-256 begins {told.document[:12]}]" in texts(screen)
    assert "Notice filed to the chart · This system" in list(screen.table[-2].value["What"])


def test_a_clinician_adds_a_correction_and_the_document_stays(filed: str, as_staff: Screen, desk: Desk) -> None:
    before = load(desk, filed).sealed
    screen = opened(as_staff("stone"), "record", episode=filed)
    assert say("correct.lead") in texts(screen)
    screen.text_area(key="correction").input("The talk took 25 minutes.")
    screen.button(key="correct").click().run()
    assert say("correct.saved") in texts(screen)
    assert screen.text_area(key="correction").value == ""
    assert "“The talk took 25 minutes.”" in texts(screen)
    screen.button(key="correct").click().run()
    assert say("correct.empty") in texts(screen)
    now = load(desk, filed)
    assert [one.of for one in now.notices] == ["correction"]
    assert now.sealed == before


def test_what_holds_a_record_and_who_would_erase_it_is_told(filed: str, as_staff: Screen, desk: Desk) -> None:
    officer = rehearsal.signed_in(desk, "vale")
    keeping.propose(desk, officer, episode=filed, reason="law")
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert "Tomas Vale proposed on" in texts(screen)
    assert "the law asks for it. If somebody else of compliance agrees within 7 days, it is gone." in texts(screen)
    keeping.set_hold(desk, officer, episode=filed, why="complaint", matter="C-9")
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert "On legal hold: nothing of this record may be erased. A complaint (C-9), since" in texts(screen)
    assert "proposed on" not in texts(screen)


def test_an_erased_record_says_by_whom_and_why_and_nothing_of_the_patient(
    filed: str, as_staff: Screen, desk: Desk
) -> None:
    keeping.propose(desk, rehearsal.signed_in(desk, "vale"), episode=filed, reason="law")
    keeping.agree(desk, rehearsal.signed_in(desk, "ota"), episode=filed)
    for login in ("lund", "vale"):
        screen = opened(as_staff(login), "record", episode=filed)
        said = texts(screen)
        assert "by two persons: the law asks for it. Tomas Vale proposed it, Ines Ota agreed." in said
        assert "CERTIFICATE OF ERASURE" in said
        assert "Eleanor" not in said
        assert "reference" not in said
        assert sections(screen) == ["Certificate of erasure", "Who looked"]
    listed = opened(as_staff("vale"), "register", state="closed")
    assert f"Record {filed}" in texts(listed)
    listed.button(key=f"open-{filed}").click().run()
    assert not listed.exception


def test_an_erased_draft_says_that_nobody_had_signed(as_staff: Screen, desk: Desk) -> None:
    rows = deliver.today(desk, rehearsal.signed_in(desk, "stone"), since="2000", until="2100")
    for days in (400, 800):
        drafts.tidy(replace(desk, clock=FixedClock(desk.clock.now() + timedelta(days=days)), draft_kept_days=1))
    screen = opened(as_staff("lund"), "record", episode=rows[0].episode)
    assert "It was left open, and nobody had signed it." in texts(screen)
    assert sections(screen) == ["Who looked"]


def test_a_document_that_is_not_the_sealed_one_is_told(
    filed: str, *, as_staff: Screen, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consent.errors import Broken

    def changed(*_: object) -> "StoredDocument":
        raise Broken("A stored document is not the one that was sealed.")

    monkeypatch.setattr(type(desk.ledger), "document", changed)
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert "The stored document is not the one that was sealed." in texts(screen)
    assert say("record.seal") not in labels(screen)
    screen = opened(as_staff("lund"), "record", episode=filed, seal="1")
    assert "What happened" in [one.value for one in screen.header]
    assert "Unchanged since" not in texts(screen)


def test_a_consent_that_was_taken_back_is_not_told_in_green(filed: str, as_staff: Screen, desk: Desk) -> None:
    assert opened(as_staff("lund"), "record", episode=filed).success
    day.withdraw(desk, rehearsal.signed_in(desk, "stone"), episode=filed)
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert not screen.success
    assert "Nothing is done on this consent." in texts(screen)


def test_the_seal_is_verified_when_somebody_asks(filed: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("lund"), "record", episode=filed)
    assert "Proved" not in texts(screen)
    press(screen, say("record.seal"))
    (key,) = keyring.taken(desk)
    assert say("record.proved", level="B-B") in [one.value for one in screen.success]
    assert "The pages were made again from the record inside, to the same bytes." in texts(screen)
    assert key.certificate in texts(screen)
    assert say("record.what_it_is") in texts(screen)
    screen = opened(as_staff("lund"), "record", episode=filed, seal="1")
    assert say("record.proved", level="B-B") in texts(screen)


def test_a_seal_by_a_key_that_was_never_in_use_here_proves_nothing(
    filed: str, *, as_staff: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "pinned", lambda _: frozenset({"ab" * 32}))
    screen = opened(as_staff("lund"), "record", episode=filed, seal="1")
    assert "Not proved. Somebody else sealed it" in texts(screen)
    assert "Proved:" not in texts(screen)


def test_what_the_patient_saw_is_gone_through_page_by_page(filed: str, as_staff: Screen, desk: Desk) -> None:
    seen = frames(filed, desk.ledger.read(stream_of(filed)))
    screen = opened(as_staff("lund"), "record", episode=filed, shown="6")
    for number in (6, 7):
        one = seen[number - 1]
        assert say("replay.place", number=str(number), count=str(len(seen))) in texts(screen)
        assert one.page
        assert one.page.passages[0].text in texts(screen)
        press(screen, say("replay.after"))
    lines = [plain(title(one)) + (say("replay.again") if one.time > 1 else "") for one in seen]
    assert list(screen.table[0].value["Page"]) == lines
    pick = screen.selectbox[0]
    pick.select(len(seen)).run()
    assert say("replay.signing") in [one.value for one in screen.subheader]
    assert say("read.tap") not in labels(screen)
    for wrong, number in (("x", 1), ("0", 1), ("9999", len(seen))):
        screen = opened(as_staff("lund"), "record", episode=filed, shown=wrong)
        assert say("replay.place", number=str(number), count=str(len(seen))) in texts(screen)


def test_what_the_patient_saw_is_not_made_while_its_section_is_closed(
    prepared: str, as_staff: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(replay, "frames", never)
    closed = opened(as_staff("lund"), "record", episode=prepared)
    assert (sections(closed)[0], len(closed.error)) == (SAW, 0)


def test_a_record_that_nobody_has_read_says_so(prepared: str, as_staff: Screen) -> None:
    assert say("replay.none_yet") in texts(opened(as_staff("lund"), "record", episode=prepared, shown="1"))
