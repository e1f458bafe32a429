"""What staff see within five seconds without a tap: a question, one that was not answered, and a no."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from consent.ports import EVERYTHING
from consent.workflow import discuss, handover, read, rehearsal, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit

SOON = 6_500
"""Five seconds, and the time that one look takes on a busy machine."""


def patient_of(desk: Desk, episode: str) -> Visit:
    """The tablet of a patient who has begun to read, on a device of its own."""
    nurse = rehearsal.signed_in(desk, "okafor")
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    known = visit.look_up(desk, handover.hand_over(desk, nurse, episode=episode, ticket=ticket))
    assert known is not None
    who = load(desk, episode).plan.patient
    read.confirm_identity(desk, known, name=who.name, birth_date=date.fromisoformat(who.birth_date))
    return known


def test_a_question_and_a_no_reach_the_staff_by_themselves(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk
) -> None:
    first = desk.ledger.worklist(EVERYTHING, since="0", until="9")[0].episode
    tablet = patient_of(desk, first)
    sign_in("stone")
    expect(page.get_by_text("Reading", exact=True)).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="1 question")).to_have_count(0)

    now = read.ask(desk, tablet, page="matters", text="Can I pick up my grandson?")
    ping = page.get_by_role("button", name="1 question · 0 min")
    expect(ping).to_be_visible(timeout=SOON)
    expect(page.get_by_text("1 question", exact=True)).to_be_visible(timeout=SOON)
    ping.click()
    expect(page.get_by_text("Can I pick up my grandson?")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Waits for")).to_have_value("Medical: Avery Stone")

    nurse, question = rehearsal.signed_in(desk, "okafor"), now.questions[0].question
    discuss.answer_question(desk, nurse, episode=first, question=question, way="typed", text="Yes.")
    expect(ping).to_have_count(0, timeout=SOON)
    read.judge_answer(desk, tablet, question=question, helped=False)
    expect(ping).to_be_visible(timeout=SOON)

    page.get_by_role("button", name="Home").click()
    expect(page.get_by_text("Reading", exact=True)).to_be_visible(timeout=20_000)
    read.refuse(desk, tablet)
    expect(page.get_by_text("Talk to patient: prefers not to")).to_be_visible(timeout=SOON)
