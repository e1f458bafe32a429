"""Who may stand beside a patient who cannot write: the witnesses of a mark, or of a yes that was said aloud.

Decides who counts as a witness. CMS recommends a witness and asks for none (A-0466); the VA asks for none but where the
patient signs with an X or cannot sign, and then, as generally known, for two. The stricter of both is the default;
a clinic whose policy says so sets one (``CONSENT_WITNESSES``).

Invariants:
- A witness is neither the patient nor a clinician of this consent: who held the talk, is in charge, performs, attests.
- Nobody witnesses twice; staff prove who they are, others sign with their own hand or name.

Refuses to ask why: whoever wants help to sign gets it, and nothing says what the reason was.
"""

from collections.abc import Iterator

from consent.errors import BadInput, NotAllowed
from consent.model.episode import Episode
from consent.model.people import PersonRef
from consent.model.signature import Mark, StaffWitness, Witness, witnesses_of
from consent.model.text import matching_form

NEEDED = 2


def name_of(witness: Witness) -> str:
    """The witness's name."""
    return witness.who.name if isinstance(witness, StaffWitness) else witness.name


def check_witnesses(mark: Mark, episode: Episode, *, needed: int) -> None:
    """Enough people were there, and each of them may be a witness of this patient's mark.

    Raises:
        BadInput: There are too few, one of them twice, or the patient is named as one.
        NotAllowed: One of them is a clinician of this consent.
    """
    here = witnesses_of(mark)
    if not here:
        return
    if len(here) < needed:
        raise BadInput(f"Witnesses needed: {needed}. Named: {len(here)}.", "Ask one more person to watch and sign.")
    names = [matching_form(name_of(one)) for one in here]
    if len(set(names)) < len(names):
        raise BadInput("The same person is named twice as a witness.", "Ask another person too.")
    if matching_form(episode.plan.patient.name) in names:
        raise BadInput("The patient is named as a witness.", "Enter the name of the person who watched.")
    for clinician in clinicians_of(episode):
        _check_is_another(here, clinician)


def check_was_no_witness(episode: Episode, clinician: PersonRef) -> None:
    """Whoever attests did not witness the patient's signature.

    Raises:
        NotAllowed: They did.
    """
    if episode.signed:
        _check_is_another(witnesses_of(episode.signed.event.mark), clinician)


def clinicians_of(episode: Episode) -> Iterator[PersonRef]:
    """The clinicians of a consent: in charge, performing, and who held the talk."""
    yield episode.plan.clinician
    if episode.tailored:
        yield episode.tailored.performer
    if episode.discussed:
        yield episode.discussed.event.by


def _check_is_another(witnesses: tuple[Witness, ...], clinician: PersonRef) -> None:
    for one in witnesses:
        if _is(one, clinician):
            raise NotAllowed(
                "A clinician of this consent cannot be its witness.", "Ask somebody else: a nurse, or who came along."
            )


def _is(witness: Witness, clinician: PersonRef) -> bool:
    """Staff are known by their account, whatever they are called today; others by the name that they give."""
    if isinstance(witness, StaffWitness):
        return witness.who.id == clinician.id
    return matching_form(witness.name) == matching_form(clinician.name)
