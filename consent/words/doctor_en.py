"""English words of ``python -m consent doctor``: what is in order, and what is worth a look."""

WORDS: dict[str, str] = {
    "doctor.options": "Streamlit's options are those that the guard relies on.",
    "doctor.descriptors": "Enough files and sockets may be open at once.",
    "doctor.public_url": "Browsers come through TLS.",
    "doctor.facility": "The clinic has a name.",
    "doctor.pepper": "What goes into the hash of passwords is as this mode asks.",
    "doctor.key_apart": "No key lies beside the database.",
    "doctor.key_inside": (
        "The file of CONSENT_PEPPER_FILE lies in the data folder: whoever copies that has both. Put it elsewhere."
    ),
    "doctor.disk": "The database is not on a network file system.",
    "doctor.kind_of_disk": "The database is on {kind}.",
    "doctor.unknown_disk": "This system does not tell what kind of disk the database is on. A network's will not do.",
    "doctor.rights": "The data folder and the database are closed to other users.",
    "doctor.room": "{free} GB are free on the disk of the data folder.",
    "doctor.chart": "The chart folder is there and can be written to.",
    "doctor.chart_ahead": (
        "{count} files there are of documents that this store does not have, as {first}. Is the store an older backup?"
    ),
    "doctor.server": "Process {process} serves this store.",
    "doctor.many_servers": "PostgreSQL lets several servers work at once; which of them run is not known here.",
    "doctor.no_server": "No server runs on this store now.",
    "doctor.no_store": "There is none yet. The first start makes it.",
    "doctor.not_opened": "Not opened, for what is said above.",
    "doctor.store": "It opens, in this mode and with this program's schema, and can be written to.",
    "doctor.accounts": "{count} accounts.",
    "doctor.no_accounts": (
        "Nobody has an account. Make the first: `python -m consent first-token`, then `first-admin`."
    ),
    "doctor.templates": "{count} versions of templates load.",
    "doctor.chains": "{count} streams read through their chains, and every document matches its digest.",
    "doctor.seals": "No document waits for longer than five minutes.",
    "doctor.no_seal_key": "There is no sealing key yet. The first start makes one, or takes the one that lies there.",
    "doctor.seal_key": "The sealing key is the one in use. Its certificate ends in {days} days.",
    "doctor.deliveries": "No delivery is owed for longer than a quarter of an hour.",
    "doctor.checkpoints": "The newest checkpoint of the log lies outside the database.",
    "doctor.checkpoints_beside": (
        "Checkpoints lie on the disk of the database: put CONSENT_CHECKPOINTS on another volume, in other hands."
    ),
    "doctor.eraser": "This program may erase here what two persons agree to, and drafts.",
    "doctor.no_eraser": (
        "This program may erase nothing here: that is for commands with CONSENT_ERASER_DATABASE, drafts included."
    ),
    "doctor.no_checkpoints": "No checkpoint of the log leaves the database: nothing outside shows a rewriting.",
    "doctor.clock": "The clock is not before the last event, and the database's is the same.",
}
