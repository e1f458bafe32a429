"""Every exception of the house.

ConsentError
├── Refused               the person may not do this, or not now
│   ├── NotSignedIn       nobody is known behind this request
│   ├── NotAllowed        this role has no such capability
│   ├── WrongState        the episode is not at this step
│   ├── StaleEpisode      somebody else changed it in between
│   └── AlreadyDone       it has been done before, with another content
│       └── SameInk       a drawing that has signed before
├── BadInput              what was entered cannot be kept as it is
│   ├── Unprintable       a character that no font of the document has
│   ├── TooLarge          more than the stated limit
│   └── NoMatch           the identifiers given are not the patient's
├── TemplateRefused       a template file breaks a rule; names file, line and what to do
├── StoreRefused          the data folder or database cannot be used as it is
│   └── WrongMode         a demo store in production, or the reverse
├── NotFound              there is no such thing, or it is not theirs
├── SettingRefused        a setting is missing or out of range
├── SealRefused           the clinic's sealing key or its certificate cannot be used
├── Busy                  the store did not answer in time; trying again is safe
└── Broken                a promise of our own was not kept (tampering, a bug)

Each carries two things: what happened, in words without patient data, and the person's next step. No
builtin exception crosses a room.
"""


class ConsentError(Exception):
    """What happened and what to do next, both safe to show and to log.

    Args:
        what: One sentence on what happened. Never holds patient data.
        next_step: One sentence on what the person can do now.
    """

    default_next_step = "Tell the staff, or try again."

    def __init__(self, what: str, next_step: str | None = None) -> None:
        self.what = what
        self.next_step = next_step if next_step is not None else self.default_next_step
        super().__init__(f"{what} {self.next_step}".strip())


class Refused(ConsentError):
    """The person may not do this, or not now."""


class NotSignedIn(Refused):
    """Nobody is known behind this request."""

    default_next_step = "Sign in."


class NotAllowed(Refused):
    """This role has no such capability, or the record is not theirs."""

    default_next_step = "Ask somebody who is entitled to do it."


class WrongState(Refused):
    """The episode is not at the step that this needs."""

    default_next_step = "Open the record again to see where it stands."


class StaleEpisode(Refused):
    """Somebody else changed the episode since it was read."""

    default_next_step = "Look at what changed, then do it again."


class AlreadyDone(Refused):
    """It has been done before, with another content."""

    default_next_step = "Open the record to see what was stored."


class SameInk(AlreadyDone):
    """The very strokes of an earlier signature: nobody draws the same twice (catalogue B8)."""

    default_next_step = "Sign again, by hand."


class BadInput(ConsentError):
    """What was entered cannot be kept as it is."""

    default_next_step = "Correct it and try again. Nothing else is lost."


class Unprintable(BadInput):
    """A character that no font of the document has."""

    default_next_step = "Write it with other letters, as in the passport."


class TooLarge(BadInput):
    """More than the stated limit."""


class NoMatch(BadInput):
    """The identifiers given are not the patient's."""

    default_next_step = "Check the spelling and the date. If it still does not match, call the staff."


class TemplateRefused(ConsentError):
    """A template file breaks a rule.

    Args:
        where: The file and line, as ``name.yaml:12``.
        what: What is wrong there.
        next_step: What the author should do.
    """

    def __init__(self, where: str, what: str, next_step: str) -> None:
        self.where = where
        super().__init__(f"{where}: {what}", next_step)


class StoreRefused(ConsentError):
    """The data folder or database cannot be used as it is."""


class WrongMode(StoreRefused):
    """A demo store opened in production, or the reverse."""


class NotFound(ConsentError):
    """There is no such thing, or it is not theirs to see."""

    default_next_step = "Go back to the list."


class SettingRefused(ConsentError):
    """A setting is missing or out of range."""


class SealRefused(ConsentError):
    """The clinic's sealing key or its certificate cannot be used."""

    default_next_step = "Nothing is lost: what waits is sealed once this is cured. Tell whoever runs this system."


class Busy(ConsentError):
    """The store did not answer in time; trying again is safe."""

    default_next_step = "Wait a moment and try again. Nothing was changed."


class Broken(ConsentError):
    """A promise of our own was not kept: tampering, or a bug."""

    default_next_step = "Do not go on with this record. Tell whoever runs this system."
