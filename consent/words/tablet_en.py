"""What a patient reads around the pages of the tablet: hello, who holds it, help; and what staff see of that."""

_HELLO = {
    "hello.title": "Hello. Can you read this?",
    "hello.lead": "Touch the smallest line that you can read easily.",
    "hello.line.normal": "Small: I can read this line easily",
    "hello.line.large": "Medium: I can read this line easily",
    "hello.line.largest": "Large: I can read this line easily",
    "hello.none": "No line is easy to read",
    "hello.read_to": "We will read it to you",
    "hello.read_to_lead": "Please tell the staff. Somebody will sit with you and read all of it aloud.",
    "hello.read_to_go": "Somebody is with me now",
}

_HOLDER = {
    "holder.title": "Who is holding the tablet?",
    "holder.lead": "Somebody may read to you. Only you can answer and sign.",
    "holder.patient": "I hold it myself",
    "holder.companion": "Somebody who came with me",
    "holder.staff": "Somebody of the staff",
    "holder.who": "Who is with you?",
    "holder.who_lead": "It is good to have company. Tell us who it is.",
    "holder.name": "Such as “My son Ben”",
    "holder.to_patient": "Now you hold the tablet",
    "holder.to_patient_lead": "Only you can sign. Please take the tablet in your own hands.",
    "holder.mine": "I hold it myself now",
}

_TELLING = {
    "telling.lead": "Tell us in your words. We want to be sure that we explained it well. Our staff will ask you.",
    "telling.choose": "I will tell the staff in my words",
    "telling.chosen": "Good. Our staff will ask you. You can go on now.",
    "quiz.lead": "If you are alone now, you can take a short quiz:",
}

_HELP = {
    "help.open": "Help",
    "help.size": "Text size",
    "help.size.normal": "Small",
    "help.size.large": "Medium",
    "help.size.largest": "Large",
    "help.call": "To call somebody: speak up, or raise your hand.",
    "help.break": "I need a break",
}

_STAFF = {
    "wipe.title": "Wipe the tablet",
    "wipe.why": "Somebody else had this tablet. Wipe it before the next patient takes it.",
    "wipe.how": "Have a cloth at hand. After you start, the screen ignores touch for 30 seconds.",
    "wipe.start": "Start",
    "wipe.now": "Wipe the screen, the edges and the back.",
    "wipe.seconds": "Seconds left:",
    "wipe.not_due": "This tablet was wiped, or nobody had it yet.",
    "wipe.first": "Wipe the tablet first",
    "event.TabletWiped": "Wiped the tablet",
    "talk.read_to": "No line was easy to read for the patient. Somebody reads all of it aloud.",
    "talk.company": "With the patient: **{names}**",
    "talk.company_lead": "Talk with the patient alone once. Ask whether they feel free to say yes or no.",
    "talk.alone": "Asked alone: free to say yes or no",
    "talk.asked_alone": "Asked alone: free to say yes or no. {name}, {at}",
    "blocker.asked_alone": "Somebody is with the patient. Ask the patient alone once.",
    "blocker.companion": "A companion holds the tablet. Only the patient may sign.",
    "event.TextSizeChosen": "Chose the text size",
    "event.HolderDeclared": "Said who holds the tablet",
    "event.TellingChosen": "Will say it in own words",
    "event.AskedAlone": "Asked the patient alone",
    "document.companion": "Somebody was with the patient and held the tablet for a time: {names}.",
    "document.asked_alone": "{name} asked the patient alone whether they feel free to say yes or no, {when}.",
}

PATIENT: dict[str, str] = {**_HELLO, **_HOLDER, **_TELLING, **_HELP}
"""What the patient reads: at grade 6 or less."""

WORDS: dict[str, str] = {**PATIENT, **_STAFF}
