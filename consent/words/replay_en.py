"""English words of the replay: what a record tells about the patient's screen, for those who must show it later."""

WORDS = {
    "replay.title": "What the patient saw",
    "replay.none_yet": "No page has been on the patient's tablet yet.",
    "replay.sum": (
        "{pages} pages, opened {times} times · language: {language} · {length} on the {known} whose end is known"
    ),
    "replay.text": "The text: {procedure}, version {version}, SHA-256 {digest}.",
    "replay.same": "Of {all} with a digest, {same} were rebuilt to the same words.",
    "replay.other": (
        "Of {all} with a digest, {same} were rebuilt to the same words. {other} could not be; they are marked in "
        "the list."
    ),
    "replay.rest": (
        "{count} more, a quiz or fields, have no digest: they rest on the pinned text and the facts of the record."
    ),
    "replay.limits": (
        "All of it is rebuilt now from the steps of this record. A time says how long a page was there, not that "
        "somebody read it. “At most” means that the record tells only by when it was gone. Help, “I'd rather not” and "
        "two ways side by side leave no trace of their own."
    ),
    "replay.pick": "Which page",
    "replay.all": "All in order",
    "replay.number": "No.",
    "replay.at": "From",
    "replay.page": "Page",
    "replay.long": "How long",
    "replay.line": "{number}. {clock} {title}",
    "replay.again": " · again",
    "replay.mark": " · **other words**",
    "replay.place": "{number} of {count}",
    "replay.before": "Previous",
    "replay.after": "Next",
    "replay.when": "{opened} to {until} · {length} · {time}",
    "replay.until.next": "{at}, another page came",
    "replay.until.signed": "{at}, signed",
    "replay.until.elsewhere": "{at} at the latest, something else was on the tablet",
    "replay.until.back": "{at} at the latest, staff took the tablet back",
    "replay.until.pause": "{at} at the latest, after a pause",
    "replay.until.handed": "{at} at the latest, the tablet was handed over again",
    "replay.until.refused": "{at} at the latest, the patient said no",
    "replay.until.wiped": "{at} at the latest, the tablet was wiped",
    "replay.until.unknown": "not known",
    "replay.first": "for the first time",
    "replay.nth": "time {time}",
    "replay.is.same": "Rebuilt to the same words: the digests match.",
    "replay.is.other": (
        "Could not be rebuilt to the same words: the digests do not match. Below is what this program makes of the "
        "record now, not what stood there."
    ),
    "replay.is.unkept": "No digest was kept of this page: it rests on the pinned text and the facts of the record.",
    "replay.gone": "This program has no page of that name.",
    "replay.did": "Answered and tapped",
    "replay.nothing": "Nothing on this page.",
    "replay.did.answered": "{ask} {answer}",
    "replay.did.tapped": "Tapped “{label}”",
    "replay.did.quiz.understood": "Quiz: {answer} (right)",
    "replay.did.quiz.not_yet": "Quiz: {answer} (not right)",
    "replay.did.quiz.accepted": "Quiz: {answer} (accepted)",
    "replay.did.matters": "Hopes for: {hope} · Worries about: {worry}",
    "replay.did.asked": "Asked: {text}",
    "replay.did.size": "Chose the size of the text: {size}",
    "replay.did.Refused": "Said no",
    "replay.did.TellingChosen": "Chose to tell the staff in own words",
    "replay.did.Signed": "Signed",
    "replay.answered": "Already there: {answer}",
    "replay.button": "A button: “{label}”",
    "replay.none": "nothing",
    "replay.signing": "All of it on one page, to sign",
    "replay.held": "Held by: {holder} · size of the text: {size}",
    "replay.held.patient": "the patient",
    "replay.held.companion": "a companion",
    "replay.held.staff": "staff",
    "replay.held.unknown": "not recorded",
    "replay.s": "{s} s",
    "replay.min": "{min} min {s} s",
    "replay.h": "{h} h {min} min",
    "replay.at_most": "at most {length}",
    "replay.not_known": "not known",
}
