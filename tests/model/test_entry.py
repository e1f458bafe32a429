"""The bytes of every kind of event are held by golden/entries.json: a change of bytes is a change of history.

Renew it, after adding a kind or a new schema number, with: python -m tests.model.test_entry
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from consent.errors import Broken
from consent.model.entry import Entry, Stamp, enter, read
from consent.model.events import (
    Attested,
    ChoiceMade,
    Delivered,
    DeliveryFailed,
    Discussed,
    EpisodeEvent,
    EpisodeOpened,
    Event,
    HandedBack,
    HandedOver,
    IdentityConfirmed,
    IdentityMissed,
    MattersNoted,
    MedicinesPlanned,
    OtherEvent,
    Presented,
    QuestionAnswered,
    QuestionAsked,
    ReadingFinished,
    Refused,
    ScreeningAnswered,
    ScreeningReviewed,
    SealBegun,
    Sealed,
    SealFailed,
    Signed,
    StatementAcknowledged,
    StatementsShown,
    Tailored,
    TemplatePinned,
    UnderstandingChecked,
    UnitAssigned,
)
from consent.model.events_beside import (
    AccessReviewed,
    AccountLocked,
    AccountUnlocked,
    DeviceEnrolled,
    DeviceRevoked,
    DocumentExported,
    FlagAnswered,
    GlassBroken,
    GlassMissed,
    PersonAdded,
    PersonAssigned,
    ProvedAgain,
    RecordViewed,
    SecretChanged,
    SignedIn,
    SignedOut,
    TemplateApproved,
    TemplateRetired,
)
from consent.model.events_clinician import (
    AnswerJudged,
    AppointmentMoved,
    EffortCounted,
    NeedsNoted,
    QuestionAssigned,
)
from consent.model.events_day import (
    ConsentConfirmed,
    ConsentWithdrawn,
    EndingExplained,
    ExceptionDecided,
    HaltResolved,
    PreparationChecked,
    ProcedureEnded,
    ProcedureStarted,
    TimeOutAgreed,
    TimeOutBegun,
    TimeOutCompleted,
    TimeOutHalted,
    TimeOutLapsed,
)
from consent.model.events_draft import DraftClosed, DraftErased, StaffActionRefused
from consent.model.events_keeping import ErasureDropped, ErasureProposed, HoldLifted, HoldSet, RecordErased
from consent.model.events_log import EntryAnchored, LogKeyTaken
from consent.model.events_notices import (
    CorrectionNoted,
    NoticeBegun,
    NoticeDelivered,
    NoticeFailed,
    NoticeSealed,
)
from consent.model.events_pad import Redrawn
from consent.model.events_paper import PacketPrinted
from consent.model.events_register import LargePrintExported, RegisterExported
from consent.model.events_seal import DocumentCertified, SealingKeyTaken, SealUpgraded, UpgradeDelivered
from consent.model.events_tablet import (
    AskedAlone,
    HolderDeclared,
    ShownAgain,
    TabletWiped,
    TellingChosen,
    TextSizeChosen,
)
from consent.model.people import PersonRef, Role
from consent.model.signature import Drawn, Stroke, Typed
from consent.model.template import (
    Alternative,
    Kind,
    Likelihood,
    Number,
    Point,
    Severity,
    Signer,
    Source,
    Statement,
    Template,
    TemplateRef,
)
from consent.model.values import Clinic, MedicineLine, Patient, ShownText, Site

GOLDEN = Path(__file__).parent / "golden" / "entries.json"
NOW = "2026-03-02T09:00:00.000000Z"
STAMP = Stamp(actor="p-1", at=NOW, device="tablet 1", sign_in="s-1")
SALT = bytes(range(32))
STREAM = "episode:e-1"
DIGEST = "ab" * 32
DOCTOR = PersonRef(id="p-1", name="Søren Ødegård", title="MD")
REF = TemplateRef(id="gastroscopy", version="1.0", digest=DIGEST)
PEN = ((0, 0, 0, 500), (900, 40, 10, 510), (1800, 0, 20, 0), (1900, 9, 30, 1), (2000, 7, 40, 1000))


def a_template() -> Template:
    risk = Statement(
        id="bleeding",
        kind=Kind.RISK,
        page="Risks",
        text="You may bleed.",
        severity=Severity.SERIOUS,
        likelihood=Likelihood(
            words="rare",
            numbers=(
                Number(
                    count=1,
                    of=1000,
                    unit="people",
                    population="adults",
                    relation="same_use",
                    comparator="none",
                    period="30 days",
                    source="leaflet",
                ),
            ),
        ),
        acknowledge=True,
        sources=("leaflet",),
    )
    others = (Kind.WHAT, Kind.HOW, Kind.WHO, Kind.WHY, Kind.BENEFIT, Kind.DECLINING, Kind.FREEDOM)
    return Template(
        id="gastroscopy",
        version="1.0",
        language="en",
        status="draft",
        title="Gastroscopy",
        plain_name="A look into the stomach",
        published="2026-01-01",
        authors=("The clinic",),
        sources=(Source(id="leaflet", citation="The leaflet", year=2025),),
        statements=(*(Statement(id=f"about-{k.value}", kind=k, page="About", text="It is so.") for k in others), risk),
        alternatives=(
            Alternative(
                id="nothing",
                name="Doing nothing",
                nothing=True,
                benefits=(Point(text="No risk of the test."),),
                risks=(Point(text="We may miss something."),),
                known="Number not known.",
            ),
        ),
        signers=(Signer(role="patient", meaning="I agree."), Signer(role="clinician", meaning="I explained it.")),
    )


OTHER = PersonRef(id="p-2", name="Ines Ōta")
STOOD = EntryAnchored(
    entry=41,
    place=7,
    log="bedside-consent/log-1",
    size=9,
    root=f"{'A' * 43}=",
    proof="c2sp.org/tlog-proof@v1\n",
)


def examples() -> tuple[Event, ...]:
    """One event of every kind, in the order in which they came into the program, with text beyond ASCII."""
    return (
        EpisodeOpened(
            patient=Patient(name="Zoë O\u2019Brien \u738b", birth_date="1950-02-28", mrn="12-345/6"),
            procedure="gastroscopy",
            appointment="2026-03-09T07:30:00.000000Z",
            clinician=DOCTOR,
            clinic=Clinic(facility="North Clinic", zone="America/Chicago", phone_day="555-0100", mode="demo"),
        ),
        TemplatePinned(ref=REF, status="draft", template=a_template()),
        Tailored(
            sites=(Site(place="left knee", side="left", level="L4"),),
            why="Pain for 6 months",
            performer=DOCTOR,
            helpers=("Dr. Ng",),
            facts={"b_fact": "2 mg", "a_fact": "yes"},
        ),
        MedicinesPlanned(
            by=DOCTOR,
            lines=(MedicineLine(medicine="warfarin", change=True, how="stop 5 days before", agreed_with="Dr. Ng"),),
        ),
        HandedOver(),
        HandedBack(),
        IdentityConfirmed(),
        IdentityMissed(),
        MattersNoted(hope="to eat again\nwith friends", worry="the “tube”"),
        ScreeningAnswered(question="thinners", answer="not_sure", detail="a white pill"),
        ScreeningReviewed(question="thinners", decision="does_not_apply", note="vitamin", by=DOCTOR),
        StatementsShown(page="risks", language="en-US", shown=(ShownText(part="bleeding", digest=DIGEST),)),
        StatementAcknowledged(statement="bleeding", digest=DIGEST),
        QuestionAsked(question="q-1", page="risks", text="Will it hurt?"),
        QuestionAnswered(question="q-1", way="typed", text="A little.", by=DOCTOR),
        UnderstandingChecked(
            concept="sleep",
            round=3,
            way="spoken",
            result="accepted",
            said="I nap",
            note="knows enough",
            judged_by=DOCTOR,
        ),
        ChoiceMade(clause="photos", choice="no"),
        ReadingFinished(way="interpreter", by="Ana Ruiz"),
        Discussed(by=DOCTOR, minutes=12, note="asked about driving"),
        Presented(presentation="n-1", to="patient", covers=DIGEST),
        Signed(
            presentation="n-1",
            covers=DIGEST,
            printed_name="Zoë O\u2019Brien",
            meaning="I agree.",
            mark=Drawn(strokes=(Stroke(points=PEN),)),
        ),
        Attested(
            presentation="n-2",
            covers=DIGEST,
            by=DOCTOR,
            meaning="I explained it.",
            statements=("We talked.",),
            mark=Typed(name="Søren Ødegård"),
        ),
        Refused(reason="not now"),
        SealBegun(at=NOW),
        SealFailed(reason="no glyph"),
        Sealed(document=DIGEST, size=123_456, blocks=DIGEST),
        Delivered(outlet="chart-folder", document=DIGEST, name="e-1_abababababababab.pdf"),
        DeliveryFailed(outlet="chart-folder", document=DIGEST, reason="the folder is missing", attempt=2),
        PersonAdded(person=DOCTOR, roles=(Role.CLINICIAN, Role.ADMIN), privileges=("gastroscopy",)),
        SignedIn(),
        SignedOut(),
        RecordViewed(),
        DocumentExported(document=DIGEST),
        FlagAnswered(ref=REF, flag="dose", answer="as printed", by=DOCTOR),
        TemplateApproved(ref=REF, by=DOCTOR),
        TemplateRetired(ref=REF, by=DOCTOR, reason="a newer one"),
        UnitAssigned(unit="Pain, 2nd floor"),
        PersonAssigned(units=("Pain, 2nd floor", "Surgery")),
        SecretChanged(which="pin"),
        AccountLocked(until=NOW),
        AccountUnlocked(by=DOCTOR),
        ProvedAgain(way="pin", about="n-2"),
        DeviceEnrolled(label="Bay 2", by=DOCTOR),
        DeviceRevoked(by=DOCTOR),
        GlassBroken(glass="g-1", reason="fell in the corridor", until=NOW),
        GlassMissed(),
        AccessReviewed(glass="g-1", finding="justified", note="seen", by=DOCTOR),
        Redrawn(presentation="n-1", cleared=3),
        EffortCounted(taps=11, seconds=84, talk_taps=3, talk_seconds=540),
        ConsentConfirmed(result="changed", note="a new wound", by=DOCTOR),
        PreparationChecked(item="fasting", answer="no", by=DOCTOR),
        ExceptionDecided(item="fasting", outcome="measure_now", owner=DOCTOR, note="142", by=DOCTOR),
        TimeOutBegun(time_out="t-1", reader=DOCTOR),
        TimeOutAgreed(time_out="t-1", card="who", shown=DIGEST),
        TimeOutHalted(time_out="t-1", card="where-1", shown=DIGEST),
        HaltResolved(time_out="t-1", note="the patient meant the bed's left", by=DOCTOR),
        TimeOutCompleted(time_out="t-2"),
        TimeOutLapsed(time_out="t-2", why="repositioned"),
        ProcedureStarted(time_out="t-3"),
        ProcedureEnded(how="stopped_by_patient", by=DOCTOR),
        EndingExplained(note="fainted, awake again at once", by=DOCTOR),
        ConsentWithdrawn(said="not today", by=DOCTOR),
        TextSizeChosen(size="largest", aloud=True),
        HolderDeclared(holder="companion", name="My son Zoë"),
        AskedAlone(by=DOCTOR),
        TabletWiped(),
        QuestionAssigned(question="q-1", about="practical", to=DOCTOR, by=DOCTOR),
        AnswerJudged(question="q-1", helped=False),
        TellingChosen(concept="where"),
        RegisterExported(rows=42, by_text=True, state="refused", since=NOW, until=NOW, procedure="gastroscopy"),
        LargePrintExported(document=DIGEST),
        AppointmentMoved(appointment=NOW, reason="the bus was late", by=DOCTOR),
        PacketPrinted(text=REF),
        DraftClosed(days=30),
        DraftErased(closed=NOW, days=365, events=17),
        StaffActionRefused(times=3),
        NeedsNoted(
            needs=("interpreter", "glasses"), language="Español", interpreter="by video", signal="hand", by=DOCTOR
        ),
        ShownAgain(page="risks"),
        SealingKeyTaken(certificate=DIGEST, begins=NOW, ends=NOW),
        DocumentCertified(document=DIGEST, front=200_000, certificate=DIGEST, level="B-B", problem="It is away."),
        SealUpgraded(of=DIGEST, document=DIGEST, size=230_000, level="B-T"),
        CorrectionNoted(text="the left hand, as the Größe says", by=DOCTOR),
        NoticeBegun(of="correction", entry=41, about=DIGEST, at=NOW),
        NoticeFailed(of="correction", entry=41, reason="no glyph"),
        NoticeSealed(of="correction", entry=41, about=DIGEST, document=DIGEST, size=54_321, blocks=DIGEST),
        NoticeDelivered(outlet="chart-folder", document=DIGEST, name="e-1_abababababababab.pdf"),
        UpgradeDelivered(outlet="chart-folder", document=DIGEST, name="e-1_abab.pdf"),
        LogKeyTaken(key=f"bedside-consent/log-1+0123abcd+{'A' * 43}="),
        STOOD,
        HoldSet(why="lawsuit", matter="LH-2026/014", by=DOCTOR),
        HoldLifted(matter="LH-2026/014", by=DOCTOR),
        ErasureProposed(reason="law", by=DOCTOR),
        ErasureDropped(by=DOCTOR),
        RecordErased(
            reason="retention",
            years=10,
            proposal=41,
            proposed=DOCTOR,
            proposed_at=NOW,
            agreed=OTHER,
            events=41,
            documents=(DIGEST,),
            stood=STOOD,
        ),
    )


def entries() -> tuple[Entry, ...]:
    """The examples as one chain, with a fixed stamp and salt."""
    made: list[Entry] = []
    for number, event in enumerate(examples(), start=1):
        previous = made[-1].leaf if made else None
        made.append(enter(event, STAMP, stream=STREAM, number=number, previous=previous, salt=SALT)[0])
    return tuple(made)


def golden() -> list[dict[str, str]]:
    return [
        {"header": one.header.decode(), "leaf": one.leaf, "payload": (one.payload or b"").decode()} for one in entries()
    ]


def test_every_kind_of_event_has_an_example() -> None:
    kinds = (*get_args(EpisodeEvent), *get_args(OtherEvent))
    assert len(examples()) == len(kinds)
    assert {type(event) for event in examples()} == set(kinds)


@pytest.mark.parametrize("place", range(len(examples())), ids=[event.kind for event in examples()])
def test_the_bytes_of_an_event_never_change(place: int) -> None:
    assert golden()[place] == json.loads(GOLDEN.read_text("utf-8"))[place]


def test_the_golden_file_is_read_back_by_this_program() -> None:
    kept = [
        Entry(
            stream=STREAM,
            number=number,
            header=one["header"].encode(),
            leaf=one["leaf"],
            payload=one["payload"].encode(),
            salt=SALT,
        )
        for number, one in enumerate(json.loads(GOLDEN.read_text("utf-8")), start=1)
    ]
    assert tuple(recorded.event for recorded in read(kept)) == examples()


def test_an_empty_stream_has_no_events() -> None:
    assert read(()) == ()


@pytest.mark.parametrize("missing", [0, 3, 31])
def test_a_missing_entry_breaks_the_chain(missing: int) -> None:
    with pytest.raises(Broken, match=f"Entry {missing + 1} "):
        read([one for place, one in enumerate(entries()) if place != missing])


def test_two_entries_in_each_others_place_break_the_chain() -> None:
    first, second, *rest = entries()
    with pytest.raises(Broken, match="Entry 1 "):
        read([second, first, *rest])


@pytest.mark.parametrize("field", ["header", "payload", "salt"])
def test_one_flipped_bit_is_found(field: str) -> None:
    whole = list(entries())
    spoilt = bytearray(getattr(whole[7], field))
    spoilt[-3] ^= 1
    whole[7] = replace(whole[7], **{field: bytes(spoilt)})  # type: ignore[arg-type]  # each of the three is bytes
    with pytest.raises(Broken, match="Entry 8 "):
        read(whole)


def test_an_entry_of_another_stream_is_found() -> None:
    first, *rest = entries()
    with pytest.raises(Broken):
        read([replace(first, stream="episode:e-2"), *rest])


@pytest.mark.parametrize("field", ["payload", "salt"])
def test_an_erased_entry_is_named(field: str) -> None:
    first, *rest = entries()
    with pytest.raises(Broken, match="was erased"):
        read([replace(first, **{field: None}), *rest])  # type: ignore[arg-type]  # both may be None


def test_a_payload_that_another_salt_committed_to_is_found() -> None:
    other, _ = enter(examples()[0], STAMP, stream=STREAM, number=1, previous=None, salt=bytes(32))
    with pytest.raises(Broken, match="does not match"):
        read([replace(entries()[0], payload=other.payload, salt=other.salt)])


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), ensure_ascii=False, indent=1) + "\n", "utf-8")
