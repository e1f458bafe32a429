"""English words of what the clinician's work needs: the day's list at a glance, questions, what it took."""

_EFFORT = {
    "event.EffortCounted": "The staff's taps and time were added up",
    "effort.said": "Taps of the staff: {taps}, in {time}. In the talk: {talk_taps}, in {talk_time} on its page.",
    "effort.so_far": "Until now: {said}",
    "effort.seconds": "{seconds} s",
    "effort.minutes": "{minutes} min {seconds} s",
}

_LIST = {
    "sieve.whose": "Whose patients",
    "sieve.everybody": "Everybody's",
    "sieve.mine": "Mine",
    "sieve.what": "Show only",
    "sieve.now": "Needs me now",
    "sieve.waiting": "Waiting",
    "sieve.done": "Done",
    "sieve.none": "No patient of this day fits. Tap the chosen word again to see all.",
    "row.interpreter": "Interpreter",
    "row.more": "+{count}",
    "row.flag.question": "1 question",
    "row.flag.questions": "{count} questions",
}

_QUESTIONS = {
    "ping.one": "1 question · {minutes} min",
    "ping.more": "{count} questions · {minutes} min",
    "question.did_it": "Did that answer it?",
    "question.helped": "You said: this answered it.",
    "question.again": "You said: not yet. We will come back to you.",
    "question.said.yes": "Thank you.",
    "question.said.no": "Thank you. We will answer it again.",
    "question.for": "Waits for",
    "question.about.medical": "Medical: {name}",
    "question.about.practical": "Practical: {name}",
    "question.given": "Saved. They see it now.",
    "question.did_not_help": "The patient said that this did not answer it: {text} ({name})",
    "document.did_not_help": "{text} ({name}; the patient said: this did not answer it.)",
    "event.QuestionAssigned": "Gave a question to somebody",
    "event.AnswerJudged": "Said whether the answer helped",
}

_MOVING = {
    "moving.title": "Move the appointment",
    "moving.read_again": "What the patient reads about that day is read again.",
    "moving.day": "New day (month / day / year)",
    "moving.at": "New time",
    "moving.reason": "Why",
    "moving.go": "Move it",
    "moving.done": "Moved.",
    "moving.missing": "The new day or time is missing.",
    "moving.missing_next": "Enter both, then move it.",
    "event.AppointmentMoved": "Appointment moved",
}

WORDS: dict[str, str] = {**_MOVING, **_EFFORT, **_LIST, **_QUESTIONS}
