"""What devices claim, beside what we know ourselves.

Decides which claims about time are odd enough to be pointed out.

Invariants:
- A claim proves nothing and refuses nothing: the time of a signature is the server's, on its event (catalogue B4).

Refuses to judge a hand: slow, shaky or short strokes are nobody's business.
"""

from datetime import timedelta

from consent.model import canon
from consent.model.episode import Episode
from consent.model.signature import odd_times

_MS = timedelta(milliseconds=1)


def odd_claims(episode: Episode) -> tuple[str, ...]:
    """What is odd about the times of the patient's and the clinician's strokes, by their devices' clocks."""
    found: list[str] = []
    for made, asked_at in ((episode.signed, episode.asked_patient_at), (episode.attested, episode.asked_clinician_at)):
        if made is not None:
            open_for = (canon.parse_instant(made.at) - canon.parse_instant(asked_at or made.at)) // _MS
            found.extend(odd_times(made.event.mark, open_for=open_for))
    return tuple(dict.fromkeys(found))
