"""The whole story on a tablet held upright: both sides, company, and a concept that was not understood."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from consent.model.arrival import items
from consent.model.presentation import site_words
from consent.model.values import Site
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import day, discuss, prepare, rehearsal, visit
from consent.workflow.desk import Desk
from tests.journeys.bedside import handed_over
from tests.journeys.conftest import UPRIGHT
from tests.journeys.tablet import PATIENCE, Tablet

NAME, SON = "Ana Petrović", "My son Ben"
WHO = {"name": NAME, "month": "5", "day": "2", "year": "1944"}
SITES = (Site(place="inner side of the knee", side="left"), Site(place="inner side of the knee", side="right"))


def planned(desk: Desk) -> str:
    """A patient of this minute, for the short text and both knees."""
    stone = rehearsal.signed_in(desk, "stone")
    episode = prepare.open_episode(
        desk,
        stone,
        name=NAME,
        birth_date=date(1944, 5, 2),
        mrn="0005522",
        procedure=rehearsal.MAPPING,
        appointment=desk.clock.now() + timedelta(minutes=1),
        clinician=stone.staff.id,
    ).id
    facts = dict(rehearsal.facts(desk.templates.latest(rehearsal.MAPPING)))
    prepare.prepare(
        desk, stone, episode=episode, sites=SITES, why="Both knees hurt.", performer=stone.staff.id, facts=facts
    )
    return episode


def identified_with_company(tablet: Tablet) -> None:
    """The patient says who they are, and that the son holds the tablet."""
    small, name = tablet.button(say("hello.line.normal")), tablet.page.get_by_label("Your first and last name")
    expect(small.or_(name)).to_be_visible(timeout=PATIENCE)
    if small.is_visible():
        tablet.hit(small)
    tablet.give_identifiers(**WHO)
    tablet.tap(say("holder.companion"))
    tablet.fill(say("holder.name"), SON)
    tablet.tap(say("read.go_on"))


def asked_and_not_answered(tablet: Tablet, desk: Desk) -> None:
    """A parked question is answered, which does not answer it: it waits for staff again."""
    page = tablet.page
    expect(tablet.main("matters")).to_be_visible(timeout=PATIENCE)
    tablet.tap(say("read.question"))
    tablet.fill(say("read.question_label"), "Can I drive home?")
    tablet.tap(say("read.question_save"))
    expect(page.get_by_text(say("read.question_saved"))).to_be_visible(timeout=PATIENCE)
    question, nurse = tablet.now().questions[0].question, rehearsal.signed_in(desk, "okafor")
    discuss.answer_question(
        desk, nurse, episode=tablet.episode, question=question, way="typed", text="Ask at the desk."
    )
    page.reload()
    tablet.tap(say("read.question"))
    expect(page.get_by_text(say("question.did_it"))).to_be_visible(timeout=PATIENCE)
    tablet.hit(page.locator(f".st-key-no-{question}-matters button"))
    expect(page.get_by_text(say("question.said.no"))).to_be_visible(timeout=PATIENCE)
    assert [one.question for one in tablet.now().open_questions] == [question]
    page.keyboard.press("Escape")


def talked(tablet: Tablet, concept: str) -> None:
    """What the talk has to bring up stands on its page, and "We talked" waits for it."""
    page, asked = tablet.page, next(one for one in tablet.now().template.concepts if one.id == concept)
    expect(page.get_by_text(f"With the patient: {SON}")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(asked.name, exact=True)).to_be_visible()
    expect(page.get_by_text("The patient said that this did not answer it: Ask at the desk.")).to_be_visible()
    again, nurse = tablet.now().open_questions[0].question, rehearsal.signed_in(tablet.desk, "okafor")
    discuss.answer_question(tablet.desk, nurse, episode=tablet.episode, question=again, way="in_person")
    page.get_by_label("Minutes").fill("9")
    page.get_by_label("Minutes").press("Tab")
    tablet.settle()
    expect(tablet.button("We talked: hand over to sign")).to_be_disabled()
    tablet.tap(say("talk.alone"))
    expect(page.get_by_text(say("talk.company_lead"))).to_have_count(0, timeout=PATIENCE)
    tablet.settle()
    expect(page.get_by_label(say("talk.said"), exact=True)).to_have_count(1, timeout=PATIENCE)
    tablet.fill(say("talk.said"), "It is only a test, and it wears off.")
    tablet.tap(say("talk.understood"))
    expect(page.get_by_text(say("talk.concepts_lead"))).to_have_count(0, timeout=PATIENCE)
    tablet.tap("We talked: hand over to sign")


def patient_signs(tablet: Tablet) -> None:
    """The son holds the tablet again; the signature waits until the patient does."""
    identified_with_company(tablet)
    tablet.heading(say("holder.to_patient"))
    expect(tablet.button("Check now")).to_have_count(0)
    tablet.page.goto("/sign")
    expect(tablet.button(say("pad.sign"))).to_have_count(0)
    tablet.page.goto("/read")
    tablet.tap(say("holder.mine"))
    tablet.tap("Check now")
    tablet.heading("Check")
    for site in SITES:
        expect(tablet.page.get_by_text(site_words(site)).first).to_be_visible(timeout=PATIENCE)
    tablet.draw()
    tablet.tap("Sign")
    tablet.heading("Thank you. You have signed.")


def clinician_signs(tablet: Tablet) -> None:
    tablet.heading("You attest this")
    tablet.draw()
    tablet.page.get_by_label(say("pad.secret")).fill(DEMO_PASSWORD)
    tablet.tap("Sign")
    expect(tablet.page.get_by_text("Signed. The document is being made and filed.")).to_be_visible(timeout=PATIENCE)


def compared(tablet: Tablet, desk: Desk, *, base_url: str) -> None:
    """Each side stands on a line of its own, on the checklist's card and in the time-out."""
    page, nurse = tablet.page, rehearsal.signed_in(desk, "okafor")
    day.confirm(desk, nurse, episode=tablet.episode, result="stands")
    for item in items(tablet.now().case):
        day.check_item(desk, nurse, episode=tablet.episode, item=item.id, answer="yes")
    token = visit.sign_in(desk, login="okafor", secret=DEMO_PASSWORD, device="tablet")
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": base_url}])
    page.goto(f"/checklist?episode={tablet.episode}")
    for site in SITES:
        expect(page.get_by_text(site_words(site)).first).to_be_visible(timeout=PATIENCE)
    tablet.tap("Time-out")
    main, said, head = page.locator("button.main:not([aria-disabled])"), page.locator(".said"), page.locator(".room h1")
    seen: list[str] = []
    while len(seen) < len(SITES):
        main.click(timeout=PATIENCE)
        expect(main).to_be_focused(timeout=PATIENCE)
        if head.inner_text() == "WHERE":
            seen.append(said.inner_text())
    assert [("LEFT" in one, "RIGHT" in one) for one in seen] == [(True, False), (False, True)]


def test_upright_with_company_for_both_sides_and_a_concept_missed_three_times(
    page: Page, *, desk: Desk, base_url: str
) -> None:
    page.set_viewport_size(UPRIGHT)
    tablet = Tablet(page=page, desk=desk, episode=planned(desk))
    concept = tablet.now().template.concepts[0].id
    handed_over(desk, page, episode=tablet.episode, base_url=base_url, by="stone")
    page.goto("/read")
    identified_with_company(tablet)
    asked_and_not_answered(tablet, desk)
    tablet.read_all(fail=frozenset({concept}))
    tablet.tap("I read it by myself")
    tablet.heading("Thank you")
    assert [one.result for one in tablet.now().checks[concept]] == ["not_yet"] * 3
    tablet.take_back()
    talked(tablet, concept)
    patient_signs(tablet)
    tablet.take_back()
    clinician_signs(tablet)
    compared(tablet, desk, base_url=base_url)
