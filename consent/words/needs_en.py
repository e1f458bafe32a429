"""English words of what a patient needs to see, hear, speak and sign."""

WORDS: dict[str, str] = {
    "needs.title": "What the patient needs",
    "needs.ask": "What does the patient need?",
    "needs.interpreter": "Interpreter",
    "needs.glasses": "Glasses",
    "needs.hearing_aid": "Hearing aid",
    "needs.reader": "Read aloud",
    "needs.writing": "Help to sign",
    "needs.interpreter.named": "Interpreter: {language}",
    "needs.interpreter.who": "Who interprets",
    "needs.interpreter.label": "Who interprets: name or number; here, by video or by phone",
    "needs.interpreter.lead": "Somebody who is qualified: not the family, and never a child.",
    "needs.language.label": "Language",
    "needs.signal": "Agreed stop signal",
    "needs.signal.label": "Stop signal: how the patient says stop without words",
    "needs.signal.named": "Stop signal: {signal}",
    "needs.save": "Save",
    "event.NeedsNoted": "What the patient needs was noted",
}
