"""A command for whoever must show, years later, what was on a patient's screen.

Decides how a replay reads as plain text. That it was opened is written down, as on the screen.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from consent.cli.console import Arguments, Subparsers, signed_in, staff_command
from consent.model import blocks as b
from consent.model import canon
from consent.model.erasure import check_not_erased
from consent.model.replay import Shown, frames
from consent.model.replay_told import acted, dwell, ending, seen_by, summary, title, told
from consent.words import say
from consent.workflow import deliver
from consent.workflow.desk import stream_of

_RULE = "-" * 72


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    sentence = "Print what was on a patient's tablet, page by page, with times and words."
    again = staff_command(commands, "replay", _replay, sentence=sentence)
    again.add_argument("episode")


def _replay(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        episode = deliver.view(desk, staff, episode=arguments.episode)
        check_not_erased(episode)
        seen = frames(episode.id, desk.ledger.read(stream_of(episode.id)))
        if not seen:
            print(say("replay.none_yet"))
            return
        zone = ZoneInfo(episode.plan.clinic.zone)
        print("\n".join(summary(seen)))
        for number, one in enumerate(seen, 1):
            print("\n".join(_page(one, zone=zone, place=f"{number}/{len(seen)}")))


def _page(one: Shown, *, zone: ZoneInfo, place: str) -> Iterator[str]:
    """One page: when it was there, whether its words are the same, the words, and what was done."""
    until = _local(one.until, zone).strftime("%H:%M:%S") if one.until else ""
    time = say("replay.nth", time=str(one.time)) if one.time > 1 else say("replay.first")
    opened = f"{_local(one.opened, zone):%Y-%m-%d %H:%M:%S %Z}"
    yield f"\n{_RULE}\n{place}  {title(one)}"
    yield say("replay.when", opened=opened, until=ending(one, clock=until), length=dwell(one), time=time)
    yield f"{seen_by(one)} · {one.language} · {one.then.ref.id} {one.then.ref.version}"
    yield say(f"replay.is.{one.likeness}")
    yield ""
    for block in told(one):
        yield from _lines(block)
    for at, what in acted(one):
        yield f"> {_local(at, zone):%H:%M:%S} {what}"


def _local(instant: str, zone: ZoneInfo) -> datetime:
    return canon.parse_instant(instant).astimezone(zone)


def _lines(block: b.Block) -> Iterator[str]:
    match block:
        case b.Heading(text=text):
            yield f"\n{text}"
        case b.Paragraph(text=text):
            yield text
        case b.IconArray(alt=alt):
            yield alt
        case b.ListBlock(items=items):
            yield from (f"- {item}" for item in items)
        case b.Table(header=header, rows=rows):
            yield from (" | ".join(row) for row in (header, *rows))
