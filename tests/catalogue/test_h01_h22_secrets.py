"""Catalogue H15 to H19: wrong secrets, names that are not there, many sign-ins at once, PINs, and a stolen database."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consent.errors import BadInput, NotSignedIn
from consent.model.status import Status
from consent.store.hasher import Argon2Hasher
from consent.wiring import DEMO_PASSWORD
from consent.workflow import accounts, devices, handover, rehearsal, sign, visit
from consent.workflow.visitor import Visit
from tests.catalogue.at_the_door import Door, standing
from tests.light import hash_in_earnest
from tests.samples.story import SECRET, Story, ink

PIN, WRONG = "482915", "917264"
SENTENCE = "That did not work."


@pytest.fixture
def door(furnished: Path, tmp_path: Path) -> Iterator[Door]:
    with standing(furnished, tmp_path) as made:
        yield made


def bay(story: Story, label: str = "Bay 2") -> str:
    """A device that the clinic knows; gives its name."""
    admin = story.staff("admin")
    ticket = visit.new_ticket(story.desk, admin, purpose=f"enrol:{label}")
    return devices.known_here(story.desk, devices.enrol(story.desk, admin, label=label, ticket=ticket))


def asleep(story: Story, device: str, login: str = "okafor") -> Visit:
    """A session of somebody with a PIN, on a device, that fell asleep."""
    staff = story.staff(login)
    if not story.people.kept[staff.staff.id].pin_hash:
        accounts.set_pin(story.desk, staff, secret=SECRET, pin=PIN)
    token = visit.sign_in(story.desk, login=login, secret=SECRET, device=device)
    row = next(row for row in reversed(story.sessions.rows.values()) if row.device == device)
    assert token
    return Visit(session=row, person=staff.staff, at=story.desk.now(), asleep=True)


def refusal(story: Story, sleeping: Visit, secret: str = WRONG) -> str:
    with pytest.raises(NotSignedIn) as caught:
        visit.unlock(story.desk, sleeping, secret=secret)
    return str(caught.value)


def miss(story: Story, login: str, *, device: str = "browser", address: str = "192.0.2.1") -> str:
    with pytest.raises(NotSignedIn) as caught:
        visit.sign_in(story.desk, login=login, secret="wrong words", device=device, address=address)  # noqa: S106 - a wrong one
    return str(caught.value)


def alarms(log: Sequence[Mapping[str, object]]) -> list[object]:
    return [line["alarm"] for line in log if line["event"] == "alarm"]


def test_h15_wrong_pins_lock_the_account_and_it_is_kept_and_alarmed(story: Story) -> None:
    sleeping = asleep(story, bay(story))
    with capture_logs() as log:
        said = {refusal(story, sleeping) for _ in range(6)}
    assert len(said) == 1
    assert refusal(story, sleeping, PIN) in said
    assert refusal(story, sleeping, SECRET) in said
    assert story.kinds(f"person:{sleeping.staff.id}").count("AccountLocked") == 1
    assert [line["alarm"] for line in log] == ["account_locked"]
    story.clock.advance(minutes=15)
    assert visit.unlock(story.desk, sleeping, secret=PIN)


def test_h15_wrong_pins_from_six_devices_lock_the_account_all_the_same(story: Story) -> None:
    places = [asleep(story, bay(story, f"Bay {number}")) for number in range(6)]
    for sleeping in places:
        refusal(story, sleeping)
    assert SENTENCE in refusal(story, places[0], PIN)
    assert story.kinds(f"person:{places[0].staff.id}").count("AccountLocked") == 1


def test_h15_slow_guesses_lock_the_account_too(story: Story) -> None:
    for _ in range(5):
        miss(story, "okafor")
        story.clock.advance(minutes=1)
    with pytest.raises(NotSignedIn):
        story.staff("okafor")
    assert story.kinds(f"person:{story.ids['okafor']}").count("AccountLocked") == 1


def test_h15_an_administrator_opens_a_locked_account_again(story: Story) -> None:
    for _ in range(5):
        miss(story, "okafor")
    admin = story.staff("admin")
    accounts.unlock(story.desk, admin, person=story.ids["okafor"])
    assert story.staff("okafor").staff.id == story.ids["okafor"]
    last = [one for one in story.ledger.read(f"person:{story.ids['okafor']}") if one.event.kind == "AccountUnlocked"]
    assert [one.header.actor for one in last] == [admin.staff.id]
    for _ in range(4):
        miss(story, "okafor")
    assert story.staff("okafor").staff.active


@pytest.mark.parametrize("login", ["stone", "okafor", "desk", "lund", "audit"])
def test_h15_only_an_administrator_unlocks(story: Story, login: str) -> None:
    with pytest.raises(Exception, match="may not do this"):
        accounts.unlock(story.desk, story.staff(login), person=story.ids["hale"])


def test_h15_ten_misses_on_a_device_close_it_for_everybody_and_no_other(story: Story) -> None:
    here, there = bay(story), bay(story, "Bay 3")
    with capture_logs() as log:
        for number in range(10):
            miss(story, f"guess-{number}", device=here)
    assert alarms(log) == ["place_closed"]
    with pytest.raises(NotSignedIn, match="Too many tries from here"):
        visit.sign_in(story.desk, login="stone", secret=SECRET, device=here)
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device=there)
    story.clock.advance(minutes=15, seconds=1)
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device=here)


def test_h15_ten_misses_from_an_address_close_it_and_no_known_device(story: Story) -> None:
    known = bay(story)
    for number in range(10):
        miss(story, f"guess-{number}")
    with pytest.raises(NotSignedIn, match="Too many tries from here"):
        visit.sign_in(story.desk, login="stone", secret=SECRET, device="browser", address="192.0.2.1")
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device="browser", address="192.0.2.2")
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device=known, address="192.0.2.1")


def test_h15_a_hundred_misses_from_everywhere_close_all_but_known_devices(story: Story) -> None:
    known = bay(story)
    with capture_logs() as log:
        for number in range(100):
            miss(story, f"guess-{number}", address=f"192.0.2.{number}")
    assert alarms(log) == ["place_closed"]
    with pytest.raises(NotSignedIn, match="Too many tries from here"):
        visit.sign_in(story.desk, login="stone", secret=SECRET, device="browser", address="198.51.100.1")
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device=known)


def test_h15_misses_that_lie_apart_close_no_place(story: Story) -> None:
    for number in range(40):
        assert SENTENCE in miss(story, f"guess-{number}")
        story.clock.advance(minutes=2)
    assert visit.sign_in(story.desk, login="stone", secret=SECRET, device="browser", address="192.0.2.1")


def test_h15_a_pin_never_signs_in_and_counts_nowhere_but_on_a_known_device(story: Story) -> None:
    device = bay(story)
    sleeping, elsewhere = asleep(story, device), asleep(story, "browser")
    for place in (device, "browser"):
        with pytest.raises(NotSignedIn):
            visit.sign_in(story.desk, login="okafor", secret=PIN, device=place)
    assert SENTENCE in refusal(story, elsewhere, PIN)
    assert visit.unlock(story.desk, sleeping, secret=PIN)


def test_h15_wrong_secrets_at_a_signature_and_at_a_patients_tablet_count_too(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    stone = story.staff("stone")
    presentation, covers = story.present(stone, "clinician")
    body = f'{{"covers": "{covers}", "mark": {str(ink()).replace(chr(39), chr(34))}, "secret": "wrong words"}}'
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            sign.attest(story.desk, stone, presentation=presentation, body=body.encode())
    for _ in range(2):
        with pytest.raises(NotSignedIn):
            handover.take_back(story.desk, story.tablet, secret="wrong words", login="stone")  # noqa: S106 - a wrong one
    assert story.kinds(f"person:{stone.staff.id}").count("AccountLocked") == 1
    assert story.now.status is Status.PATIENT_SIGNED


def test_h15_misses_in_one_session_close_no_other_session_on_an_unknown_device(story: Story) -> None:
    nurse, other = (replace(story.staff(login), at=story.desk.now()) for login in ("okafor", "stone"))
    for _ in range(10):
        with pytest.raises(NotSignedIn):
            accounts.set_pin(story.desk, nurse, secret="not mine", pin="482913")  # noqa: S106 - a wrong one
    with pytest.raises(NotSignedIn, match="Too many tries"):
        accounts.set_pin(story.desk, nurse, secret=SECRET, pin="482913")
    accounts.set_pin(story.desk, other, secret=SECRET, pin="482913")


def test_h15_the_running_server_locks_keeps_it_logs_it_and_is_unlocked_by_an_administrator(door: Door) -> None:
    for number in range(6):
        assert door.signed_in("okafor", secret=f"wrong {number}") == ""
    assert door.signed_in("okafor") == ""
    person = door.person("okafor")
    assert door.kinds(f"person:{person}")[-1] == "AccountLocked"
    assert '"alarm": "account_locked"' in door.app.log.read_text()
    accounts.unlock(door.desk, rehearsal.signed_in(door.desk, "admin"), person=person)
    assert door.signed_in("okafor")
    for number in range(5):
        assert door.signed_in(f"nobody-{number}") == ""
    assert "Too many tries from here" in door.ask("POST", "/sign-in", form={"login": "stone", "password": "x"}).text
    assert door.signed_in("stone") == ""
    device, _ = door.known_device("Bay 2")
    assert door.signed_in("stone", device=device)


def test_h16_an_unknown_name_gets_the_same_page_as_a_wrong_password(door: Door) -> None:
    def page(login: str, secret: str) -> tuple[int, str]:
        answer = door.ask("POST", "/sign-in", form={"login": login, "password": secret})
        return answer.status_code, answer.text.replace(f'value="{login}"', "")

    pages = {page("stone", "wrong"), page("nobody", "wrong"), page("nobody", DEMO_PASSWORD), page("", "")}
    assert len(pages) == 1
    assert SENTENCE in next(iter(pages))[1]


def test_h16_whatever_is_wrong_costs_one_verification_and_one_sentence(story: Story) -> None:
    story.people.deactivate(story.ids["hale"])
    for _ in range(5):
        miss(story, "lund", address="192.0.2.9")
    sleeping = asleep(story, bay(story))
    story.people.kept[story.ids["okafor"]] = replace(story.people.kept[story.ids["okafor"]], pin_hash="")
    tries: tuple[Callable[[], str], ...] = (
        lambda: miss(story, "nobody"),
        lambda: miss(story, "stone"),
        lambda: miss(story, "hale"),
        lambda: miss(story, "lund"),
        lambda: miss(story, ""),
        lambda: miss(story, "a\0b"),
        lambda: refusal(story, sleeping, WRONG),
        lambda: refusal(story, sleeping, "wrong words"),
    )
    said = set()
    for work in tries:
        before = story.hasher.asked
        said.add(work())
        assert story.hasher.asked - before == 1
    assert len(said) == 1


def memory(door: Door, line: str) -> int:
    """A line of the server's memory, in MiB."""
    status = Path(f"/proc/{door.app.process.pid}/status").read_text()
    found = re.search(rf"^{line}:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) // 1024


def test_h17_fifty_sign_ins_at_once_are_all_answered_in_little_memory(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_in_earnest(monkeypatch)
    with sqlite3.connect(door.file, timeout=10) as connection:  # what is kept says how much work it is to verify
        earnest = Argon2Hasher().hash(rehearsal.PASSWORD)
        connection.execute("UPDATE account SET secret_hash = ? WHERE login = 'stone'", (earnest,))
    connection.close()
    assert door.signed_in("stone")
    Path(f"/proc/{door.app.process.pid}/clear_refs").write_text("5")  # the peak begins anew
    before = memory(door, "VmRSS")
    with ThreadPoolExecutor(50) as pool:
        tokens = set(pool.map(lambda _: door.signed_in("stone"), range(50)))
    assert "" not in tokens
    assert len(tokens) == 50
    assert memory(door, "VmHWM") - before < 300
    assert door.ask("GET", "/healthz").status_code == 200


DATES = [datetime(year, month, day, tzinfo=UTC) for year, month, day in ((1948, 3, 7), (2000, 2, 29), (1999, 12, 31))]


@pytest.mark.parametrize("pin", ["000000", "999999", "123456", "654321", "890123", "121212", "123123"])
def test_h18_a_pin_in_a_pattern_is_refused(story: Story, pin: str) -> None:
    with pytest.raises(BadInput, match="guessed"):
        accounts.set_pin(story.desk, story.staff("okafor"), secret=SECRET, pin=pin)


@pytest.mark.parametrize("form", ["%d%m%y", "%m%d%y", "%y%m%d"])
@pytest.mark.parametrize("born", DATES)
def test_h18_a_date_of_birth_is_no_pin(story: Story, born: datetime, form: str) -> None:
    with pytest.raises(BadInput, match="guessed"):
        accounts.set_pin(story.desk, story.staff("okafor"), secret=SECRET, pin=born.strftime(form))


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "48291",
        "4829150",
        "48291a",
        "\uff14\uff18\uff12\uff19\uff11\uff15",
        "٤٨٢٩١٥",
        "482 15",
        "-48291",
        "482915\n",
    ],
)
def test_h18_a_pin_has_six_digits(story: Story, pin: str) -> None:
    with pytest.raises(BadInput, match="six digits"):
        accounts.set_pin(story.desk, story.staff("okafor"), secret=SECRET, pin=pin)


def test_h18_the_last_pin_is_not_the_next_and_a_refused_one_changes_nothing(story: Story) -> None:
    staff = story.staff("okafor")
    accounts.set_pin(story.desk, staff, secret=SECRET, pin=PIN)
    kept = story.people.kept[staff.staff.id]
    for pin in (PIN, "000000", "1"):
        with pytest.raises(BadInput):
            accounts.set_pin(story.desk, staff, secret=SECRET, pin=pin)
    with pytest.raises(NotSignedIn):
        accounts.set_pin(story.desk, staff, secret=PIN, pin=WRONG)
    assert story.people.kept[staff.staff.id].pin_hash == kept.pin_hash
    accounts.set_pin(story.desk, staff, secret=SECRET, pin=WRONG)
    assert story.kinds(f"person:{staff.staff.id}").count("SecretChanged") == 2


def test_h19_a_hash_is_of_no_use_without_its_pepper() -> None:
    peppered, plain, other = Argon2Hasher(pepper=b"p" * 32), Argon2Hasher(), Argon2Hasher(pepper=b"q" * 32)
    kept = peppered.hash(PIN)
    assert peppered.verify(kept, PIN)
    assert Argon2Hasher(pepper=b"p" * 32).verify(kept, PIN)
    assert not plain.verify(kept, PIN)
    assert not other.verify(kept, PIN)
    assert not peppered.verify(plain.hash(PIN), PIN)
    assert "p" * 32 not in kept
