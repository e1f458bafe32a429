"""English words of the printed document and of the signatures."""

WORDS: dict[str, str] = {
    "document.title.consent": "Consent to a procedure",
    "document.title.refusal": "Record of a refusal",
    "document.demo": "Demo. Not for patients",
    "document.facts": "The plan",
    "document.about": "What it is and how it is done",
    "document.benefits": "What it may bring",
    "document.risks": "What can go wrong",
    "document.other_ways": "Other ways, and doing nothing",
    "document.ready": "How to get ready",
    "document.after": "Afterwards",
    "document.matters": "What matters to the patient",
    "document.hope": "Hopes for: {text}",
    "document.worry": "Worries about: {text}",
    "document.no_matters": "The patient entered nothing here.",
    "document.screening": "What the patient told us",
    "document.question": "Question",
    "document.answer": "Answer",
    "document.decision": "Decided by the clinician",
    "document.applies": "Applies",
    "document.does_not_apply": "Does not apply",
    "document.nothing_to_decide": "Nothing to decide",
    "document.undecided": "Not decided",
    "document.yes": "Yes",
    "document.no": "No",
    "document.not_sure": "Not sure",
    "document.unanswered": "Not answered",
    "document.questions": "Questions the patient asked",
    "document.no_questions": "The patient asked no written question.",
    "document.answered_in_person": "Answered in person by {name}, {when}.",
    "document.answered_typed": "{text} ({name}, {when})",
    "document.not_answered": "Not answered.",
    "document.understood": "What the patient understood",
    "document.concept": "Point",
    "document.rounds": "How it was checked",
    "document.result": "Result",
    "document.round.quiz": 'Round {round}, quiz on the tablet. Asked: {question} Tapped: "{said}" ({result})',
    "document.round.spoken": 'Round {round}, in the patient\'s own words: "{said}" (judged by {name}: {result})',
    "document.result.understood": "understood",
    "document.result.not_yet": "not yet",
    "document.result.accepted": "went on with a reason: {note}",
    "document.not_checked": "Not checked",
    "document.choices": "Choices of their own",
    "document.choices.lead": "A no to any of these does not change the care.",
    "document.reading": "How it was read",
    "document.reading.by_myself": "The patient said that they went through it alone.",
    "document.reading.device_read": "The tablet read it to the patient, as the patient said.",
    "document.reading.person_read": "The patient said that {name} read it to them.",
    "document.reading.interpreter": "The patient said that they went through it with an interpreter: {name}.",
    "document.reading.unfinished": "The patient did not finish reading.",
    "document.talk": "The talk",
    "document.talk.held": (
        "{name} talked with the patient about the procedure, its benefits, its risks and the other ways. "
        "It lasted for {minutes} minutes, as entered. Recorded {when}."
    ),
    "document.talk.note": "Note: {text}",
    "document.talk.none": "No talk was recorded.",
    "document.because": "For this patient: {reasons}",
    "document.severity.mild": "mild",
    "document.severity.moderate": "moderate",
    "document.severity.serious": "serious",
    "document.likelihood": "How likely: {words}",
    "document.number": (
        "{words}. Who was counted: {population}. Compared with: {comparator}. When: {period}. {relation}."
    ),
    "way.bring": "It may bring:",
    "way.downside": "Downsides:",
    "way.known": "What is known:",
    "document.identity": "Name and date of birth",
    "document.identity.given": "The patient gave both on the tablet, {when}. They matched this record.",
    "document.identity.none": "The patient did not give them.",
    "document.reading.when": "Pages were on the screen from {first} to {last}.",
    "document.proved": "The clinician gave the password again for this signature.",
    "document.by": "{decision} ({name})",
    "document.finding": (
        "{result} Who was counted: {people} {population}. Compared with: {comparator}. When: {period}. {relation}."
    ),
    "document.relation.same_use": "Same treatment, reason of the same kind; the place may be another",
    "document.relation.same_treatment_other_use": "Same treatment, another reason: not this patient's own chance",
    "document.relation.other_treatment": "Another treatment: not this patient's own chance",
    "document.acknowledged": "The patient tapped that this was read.",
    "document.not_acknowledged": "The patient did not tap that this was read.",
    "document.sources": "Sources",
    "document.source_of": "Source: {list}",
    "document.medicines": "Medicines",
    "document.fact": "Item",
    "document.value": "Value",
    "document.patient": "Patient",
    "document.birth_date": "Date of birth",
    "document.mrn": "Record number",
    "document.procedure": "Procedure",
    "document.sites": "Where (the patient's own left and right)",
    "document.appointment": "Planned for",
    "document.performer": "To be performed by",
    "document.drawing": "Drawing: {says}",
    "document.marked.left": "The patient's left is marked.",
    "document.marked.right": "The patient's right is marked.",
    "document.marked.both": "Both sides are marked.",
    "document.marked.midline": "The middle is marked.",
    "document.helpers": "Others who may help",
    "document.responsible": "Clinician in charge",
    "document.facility": "Facility",
    "document.template": "Text used",
    "document.template.value": "{title}, version {version} ({status}), language: {language}",
    "document.template.draft": "draft, not approved by the clinic",
    "document.template.approved": "approved by the clinic",
    "document.why": "Why it is proposed for this patient",
    "document.signatures": "Signatures",
    "document.covers.lead": (
        "Each signature covers everything between the title and this heading, as it was on the screen. "
        "The digest of that content (SHA-256) is:"
    ),
    "document.attests": "The clinician attests:",
    "document.patient_signature": "Patient",
    "document.clinician_signature": "Clinician",
    "document.refused": "The patient said no, {when}.",
    "document.refused.reason": "Reason given: {text}",
    "document.refused.no_reason": "No reason was given; none is needed.",
    "document.refused.consequences": "What the patient was told about saying no",
    "document.proof": "How this record can be checked",
    "document.proof.seal": (
        "The clinic seals this document with a key of its own when it is finished: nothing in the file can change "
        "without the seal breaking. The seal is the clinic's word. It is not the patient's own cryptographic "
        "signature, and it does not say that what stands here is true. The command 'python -m consent verify' judges "
        "the file by the fingerprint of the clinic's certificate; 'verify.py' does so without this program."
    ),
    "document.proof.head": "Last event before this document was made: number {number}, digest {head}.",
    "document.proof.template": "Digest of the text used: {digest}.",
    "document.proof.log": (
        "Event number {entry} of this record, and with it every event before it, stands in the clinic's log {log}. "
        "The proof is in this PDF (log.tlog-proof)."
    ),
    "document.proof.checkpoint": (
        "Whoever holds this page is a witness of that log: it had {size} entries, and its checkpoint was {root}"
    ),
    "document.proof.made": "Made {when}.",
    "document.proof.inside": (
        "The document's own PDF holds, as data: this text (document.json), and every step of the record up to its "
        "making, as it is kept (events.json)."
    ),
    "document.inside.document": "This document as data",
    "document.inside.proof": "Proof that the steps up to the signature stood in the clinic's log",
    "document.inside.events": "The steps of the record up to the making of this document, as they are kept",
    "document.nothing": "None",
    "sign.attest.discussed": (
        "{name} talked with the patient and explained the procedure, its benefits, its risks and the other ways."
    ),
    "sign.attest.questions": "Written questions from the patient: {asked}. Answered: {answered}.",
    "sign.attest.understanding": (
        "Points checked: {concepts}. Understood: {understood}. Went on without it, with a reason: {accepted}."
    ),
    "sign.attest.sites": "The procedure is for: {sites}.",
    "sign.attest.signed": "The patient signed {when}.",
    "sign.done": "Signed {when}.",
}
