"""English words of how long a record is kept: holds, and the erasure of what it says."""

WORDS: dict[str, str] = {
    "event.HoldSet": "Legal hold set",
    "event.HoldLifted": "Legal hold lifted",
    "event.ErasureProposed": "Proposed to erase what this record says",
    "event.ErasureDropped": "Proposal to erase taken back",
    "event.RecordErased": "What this record said was erased, by two persons",
    "hold.why.lawsuit": "A claim or suit ({matter}), since {day}.",
    "hold.why.authority": "An authority's order ({matter}), since {day}.",
    "hold.why.complaint": "A complaint ({matter}), since {day}.",
    "hold.why.audit": "An audit or investigation ({matter}), since {day}.",
    "hold.refuses": "Nothing of this record may be erased: it is under legal hold. {holds}",
    "hold.refuses_next": "When the matter is over, compliance lifts the hold: python -m consent hold lift.",
    "hold.stands": "On legal hold: nothing of this record may be erased. {holds}",
    "hold.again": "This record is held for this matter already.",
    "hold.again_next": "For another matter, set a hold with its own number.",
    "hold.none": "This record is not held for this matter.",
    "hold.none_next": "The record's page names the matters that it is held for.",
    "certificate.title": "CERTIFICATE OF ERASURE",
    "certificate.facility": "Issued by: {facility}",
    "certificate.record": "Record: {episode}",
    "certificate.at": "Erased: {when}",
    "certificate.proposed": "Proposed by: {name}, {when}",
    "certificate.agreed": "Agreed by: {name}, {when}",
    "certificate.retention": "Why: the time for which the clinic keeps records ({years} years) was over.",
    "certificate.law": "Why: the law asks for it, as GDPR, article 17.",
    "certificate.error": "Why: the record was made in error, or to test.",
    "certificate.what": (
        "Erased: what {events} entries of this record said, with their salts, the strokes and answers kept of it, and "
        "{documents} documents."
    ),
    "certificate.document": "Document erased, SHA-256: {digest}",
    "certificate.stays": (
        "Kept: the header of each entry (its kind, when, who of the staff, or that it was the patient, and digests), "
        "and who looked at the record."
    ),
    "certificate.elsewhere": (
        "Not erased by this, and not known to this program: what the chart system collected, backups, prints and "
        "copies that left, and what the database keeps of deleted rows in its own files."
    ),
    "certificate.stood": (
        "All entries stood in the log {log} before they were erased: the last of them at place {place}, under the "
        "signed checkpoint over {size} entries with root {root}."
    ),
    "certificate.entry": "The erasure itself is entry {number} of the record. Its leaf, SHA-256: {leaf}",
    "certificate.proof": (
        "This text has no signature. certificate.segment beside it proves what it says: 'python verify.py "
        "certificate.segment --log-key KEY --checkpoint certificate.checkpoint', with the key of the log from "
        "elsewhere."
    ),
    "certificate.none": "Two persons have not erased this record.",
    "certificate.none_next": "There is a certificate once they have.",
    "erase.gone": "What this record said was erased.",
    "erase.gone_next": "Its page says when and by whom.",
    "erase.because.retention": "its time is over",
    "erase.because.law": "the law asks for it",
    "erase.because.error": "it was made in error, or to test",
    "erase.stands": (
        "{name} proposed on {day} to erase what this record says: {why}. If somebody else of compliance agrees within "
        "{days} days, it is gone."
    ),
    "erased.title": "Record {episode}",
    "erased.two": (
        "What this record said was erased on {day}, by two persons: {why}. {proposed} proposed it, {agreed} agreed."
    ),
    "erased.draft": "What this record said was erased on {day}. It was left open, and nobody had signed it.",
    "erased.chart": "The chart may still have its document: that is not erased from here.",
    "erased.certificate": "Certificate of erasure",
    "erase.open": "This record is not finished, or a notice of it is still being made.",
    "erase.open_next": "Only what is filed, or was left open and closed, can be erased.",
    "erase.no_years": "The clinic has not said how long it keeps records.",
    "erase.no_years_next": "Set CONSENT_RETENTION_YEARS, as the law of the place and the clinic's policy ask.",
    "erase.early": "This record has to be kept until {day}.",
    "erase.early_next": "If the law asks for it sooner, propose it for that reason.",
    "erase.treats": "Who treats the patient in this record has no say in erasing it.",
    "erase.treats_next": "Ask two other persons of compliance.",
    "erase.again": "It was proposed already to erase this record.",
    "erase.again_next": "Somebody else agrees, or takes the proposal back.",
    "erase.none": "Nobody has proposed to erase this record.",
    "erase.none_next": "There is nothing to take back.",
    "erase.no_proposal": "Nobody has proposed within {days} days to erase this record.",
    "erase.no_proposal_next": "One person proposes, and then another one agrees.",
    "erase.same": "The same person cannot propose and agree.",
    "erase.same_next": "Ask somebody else of compliance to agree.",
}
