"""English words of what the clinician's work needs: what it took."""

_EFFORT = {
    "event.EffortCounted": "The staff's taps and time were added up",
    "effort.said": "Taps of the staff: {taps}, in {time}. In the talk: {talk_taps}, in {talk_time} on its page.",
    "effort.so_far": "Until now: {said}",
    "effort.seconds": "{seconds} s",
    "effort.minutes": "{minutes} min {seconds} s",
}

WORDS: dict[str, str] = {**_EFFORT}
