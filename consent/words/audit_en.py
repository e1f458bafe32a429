"""English words of the log and its verification: what compliance reads."""

WORDS = {
    "audit.title": "The log",
    "audit.here": "In the log",
    "audit.entries": "{count} entries: everything that was done here, in order.",
    "audit.covered": "A checkpoint covers the first {count}. It was signed {when}.",
    "audit.window.one": "NOT ANCHORED: the last entry, of {since}. No checkpoint outside the database covers it.",
    "audit.window": (
        "NOT ANCHORED: the last {count} entries, since {since}. No checkpoint outside the database covers them."
    ),
    "audit.unknown": "a time that cannot be read",
    "audit.no_checkpoint": "There is no checkpoint yet.",
    "audit.no_checkpoint_next": "One is signed a few minutes after the first entry. Try again then.",
    "audit.sent": "Outside the database: {name} has a checkpoint over {count} entries, since {when}.",
    "audit.sent.none": "Outside the database: {name} has no checkpoint yet.",
    "audit.cosigned": "Cosigned: {name} saw the log go on unbroken up to {count} entries, {when}.",
    "audit.cosigned.none": "Cosigner {name}: nothing from there yet.",
    "audit.late": (
        "NOT ANCHORED outside: one of these does not take checkpoints. Whoever runs this system can see why with "
        "python -m consent doctor."
    ),
    "audit.nobody": (
        "NOT ANCHORED: no checkpoint leaves this system by itself. Whoever can write to all of the database could "
        "write it anew, and only documents in charts would show it. Ask whoever runs this system to set "
        "CONSENT_CHECKPOINTS, and keep the checkpoint below elsewhere."
    ),
    "audit.means": "What this means",
    "audit.meaning": (
        "Each entry has its place in one log. A **checkpoint** is a short text, signed with the key of this log, that "
        "stands for all entries before it.\n\n"
        "Whoever has a checkpoint **outside** the database can find out later whether one of these entries was "
        "changed, removed or added: also when somebody was able to write to all of the database. Each finished "
        "document carries one.\n\n"
        "A **cosigner** is somebody else's program. It signs a checkpoint only when the log goes on from the one that "
        "it saw before.\n\n"
        "What no checkpoint from outside covers is **not anchored**: it may be right, but nothing from outside shows "
        "it.\n\n"
        "The log shows that nothing was changed since. It does not show that what somebody wrote was true."
    ),
    "audit.take": "Take the newest checkpoint",
    "audit.actor": "Person: {chosen}",
    "audit.kind": "What: {chosen}",
    "audit.column.actor": "Person",
    "audit.column.kind": "What happened",
    "audit.record": "Record {record}",
    "audit.open": "Open the record",
    "audit.only": "Only this record",
    "audit.none": "No entry fits. Clear the filters, or choose other days.",
    "audit.empty": "There is no entry yet.",
    "audit.newest": "Newest",
    "audit.damaged": "This entry is damaged. Verify everything.",
    "audit.stream.episode": "Record {name}",
    "audit.stream.access": "Who looked: {name}",
    "audit.stream.person": "Account {name}",
    "audit.stream.device": "Device {name}",
    "audit.stream.template": "Text {name}",
    "audit.number": "entry {number}",
    "audit.place": "place {place}, covered by a checkpoint",
    "audit.place.uncovered": "place {place}, not covered yet",
    "audit.no_place": "no place in the log yet",
    "audit.back": "Back to the log",
    "audit.verify": "Verify everything",
    "audit.verify_one": "Verify this record",
    "audit.verify_this": "Verify record {record}",
    "audit.against": "Every entry and document is read again, and held against checkpoints that were outside.",
    "audit.folder": "In the folder outside the database: {count} checkpoints. They are used.",
    "audit.no_folder": "No folder outside the database has checkpoints.",
    "audit.brought": "A checkpoint that was kept elsewhere, or a document's log.tlog-proof: paste its text",
    "audit.now": "Verify now",
    "audit.beginning": "beginning",
    "audit.so_far": "Under way, asked for by {name} on {at}: {so_far}. You can leave this page: it goes on.",
    "audit.stop": "Stop",
    "audit.came_to": "What the verification of {at}, asked for by {name}, came to:",
    "audit.stopped": "The verification of {at} was stopped. It came to nothing.",
    "audit.broke": "The verification of {at} broke off. Try again, or tell whoever runs this system.",
    "audit.not_one": "This text is no checkpoint of this log.",
    "audit.not_one_next": "Paste all of it, from the name of the log to the last line of the signature.",
    "audit.not_proved": "NOT PROVED: {count} things do not hold.",
    "audit.not_proved_next": "Write nothing more to this system, keep the database as it is, and call whoever runs it.",
    "audit.more": "… and {count} more.",
    "audit.unanchored": (
        "Each is what it was when it was written, as far as the database tells. NOT ANCHORED: no checkpoint from "
        "outside covers any of it, so that somebody who may write to all of it could have written it anew."
    ),
    "audit.partly": (
        "Proved: {count} entries are what they were when a checkpoint from outside was signed. NOT ANCHORED: {later} "
        "later ones, since {since}."
    ),
    "audit.proved": "PROVED: all of it is what it was when a checkpoint from outside was signed.",
    "audit.erased": "What {count} records said was erased as the rules allow: their entries still stand in the log.",
    "event.PersonAdded": "Made or changed an account",
    "event.SignedIn": "Signed in",
    "event.SignedOut": "Signed out",
    "event.FlagAnswered": "Answered a flag of a text",
    "event.TemplateApproved": "Approved a text",
    "event.TemplateRetired": "Took a text out of use",
    "event.PersonAssigned": "Set the units of an account",
    "event.SecretChanged": "Changed a password or PIN",
    "event.AccountLocked": "Account closed for a while: too many wrong secrets",
    "event.AccountUnlocked": "Opened a closed account again",
    "event.ProvedAgain": "Proved once more who they are, to sign",
    "event.DeviceEnrolled": "Made a device known",
    "event.DeviceRevoked": "Took a device away",
    "event.GlassMissed": "Tried to open another unit's record; there was none",
    "event.SealingKeyTaken": "A key for sealing came into use",
    "event.LogKeyTaken": "A key of the log came into use",
    "audit.looked_at": (
        "{entries} entries in the log, {waiting} not in it yet, {documents} documents; checkpoints from outside: "
        "{against}."
    ),
}
