"""The pages of the reading with their frame: title, way back, way on, a question, and "I'd rather not".

Invariants:
- A question and saying no can be reached from every page, and neither stands in the way.
- What stood on a page is kept when it is entered, before it is drawn.
- The page stays until somebody goes on: its key is put into the address, since being shown may settle it.
"""

from consent.ui import gate, session
from consent.ui.parts import frame, leaf, quiet, steps
from consent.wiring import desk
from consent.words import say
from consent.workflow import read
from consent.workflow.visitor import Visit


def draw(visit: Visit, key: str) -> None:
    """One page of the reading."""
    session.point(step=key)
    episode = read.show(desk(), visit, page=key)
    page = steps.pages(episode)[key]
    before = steps.previous(episode, key)
    frame.head(place=steps.place(episode, key), back=gate.go("read", step=before) if before else None, key=key)
    frame.title(page.title)
    leaf.draw(episode, page)
    onward = gate.go("read", step=steps.following(episode, key))
    main = frame.Main(label=say("read.go_on"), press=onward, ready=steps.settled(episode, page), hint=_hint(key))
    if key == "matters":
        save = gate.act(
            read.note_matters,
            hope=gate.typed(leaf.HOPE),
            worry=gate.typed(leaf.WORRY),
            then=lambda _: onward(),
        )
        main = frame.Main(label=say("read.save_and_go_on"), press=save)
    frame.foot(main, key=key, helped=episode, quiet=lambda: quiet.draw(episode, key=key))


def _hint(key: str) -> str:
    kind = key.partition("-")[0]
    return say(f"read.first.{kind if kind in {'screening', 'concept', 'choices'} else 'risk'}")
