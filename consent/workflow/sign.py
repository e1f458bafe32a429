"""The ceremony: put the body before somebody, take the signature over exactly that, attest.

Decides when a signature counts. It runs outside any screen, so that a second tap or a lost connection changes nothing.

Invariants:
- A signature names the request that asked for it (``presentation``) and the digest of the body that was on the screen;
  both must be the current ones.
- Same request and body: same answer. Same request, other body: refused. The same ink never signs twice.
- Who signs comes from the session, never from the request; the clinician proves again who they are (21 CFR 11.200).

Refuses pictures, and any signature with something still missing.
"""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from consent.errors import AlreadyDone, BadInput, NotAllowed, StaleEpisode, TooLarge
from consent.model import canon
from consent.model.blockers import Blocker, before_attested, before_patient_signs
from consent.model.document import body_digest
from consent.model.episode import Episode, Status
from consent.model.events import Attested, Presented, Signed
from consent.model.presentation import moment_words, sites_words
from consent.model.signature import Drawn, Mark, Typed, check_typed_name
from consent.model.text import Digest
from consent.ports import Answer
from consent.words import say
from consent.workflow.accept import check_printable
from consent.workflow.desk import Decision, Desk, change, just, stream_of
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged, prove_again
from consent.workflow.visitor import Visit

MOST_BYTES = 256 * 1024


class Request(BaseModel):
    """What a pad posts: the digest it showed, the mark, and a clinician's secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    covers: Digest
    mark: Mark
    secret: str = ""


@ruled
def present_to_patient(desk: Desk, visit: Visit) -> Episode:
    """Put the body before the patient to sign; a second look at the same body keeps nothing new.

    Raises:
        NotAllowed: Something still stands between this episode and that signature.
    """
    return _present(desk, visit, episode=visit.episode, to="patient")


@ruled
def present_to_clinician(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Put the body before the clinician to attest, as :func:`present_to_patient`."""
    return _present(desk, visit, episode=episode, to="clinician")


def _present(desk: Desk, visit: Visit, *, episode: str, to: Literal["patient", "clinician"]) -> Episode:
    def decide(now: Episode) -> Decision:
        _check_identified(now, visit)
        _check_nothing_missing(now, to=to)
        if to == "patient" and now.signed:
            raise AlreadyDone("This was signed already.")
        covers = body_digest(now)
        known = now.presented
        if known and known.to == to and known.covers == covers:
            return just()
        return just(Presented(presentation=desk.entropy.name("p"), to=to, covers=covers))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


def _check_identified(now: Episode, visit: Visit) -> None:
    if visit.is_patient and now.identified_in != visit.session.id:
        raise NotAllowed("Please give your name and date of birth first.", "Enter both, then go on.")


def missing_for(episode: Episode, *, to: Literal["patient", "clinician"]) -> tuple[Blocker, ...]:
    """What still stands between this episode and that signature."""
    return before_patient_signs(episode) if to == "patient" else before_attested(episode)


def _check_nothing_missing(episode: Episode, *, to: Literal["patient", "clinician"]) -> None:
    if missing := missing_for(episode, to=to):
        raise NotAllowed(f"{len(missing)} things are still open before this can be signed.", "Settle them first.")


@ruled
def sign_as_patient(desk: Desk, visit: Visit, *, presentation: str, body: bytes) -> str:
    """Take the patient's signature; gives the answer for the pad as JSON.

    Args:
        desk: The ports.
        visit: The patient's session.
        presentation: The request to sign that was on the screen; serves as idempotency key.
        body: The raw request.

    Raises:
        BadInput: The mark is not a signature.
        NotAllowed: Something is still missing, or the session is not the patient's.
        StaleEpisode: The text changed since it was shown.
        AlreadyDone: The request was used with another mark, or this ink has signed before.
    """
    return _sign(desk, visit, episode=visit.episode, to="patient", presentation=presentation, body=body)


@ruled
def attest(desk: Desk, visit: Visit, *, presentation: str, body: bytes) -> str:
    """Take the clinician's attestation and signature; as :func:`sign_as_patient`, with the secret in the body.

    Raises:
        NotSignedIn: The secret is wrong.
    """
    rows = desk.ledger.in_status(visit.scope, Status.PATIENT_SIGNED.value, Status.ATTESTED.value, Status.SEALING.value)
    done = desk.ledger.answer(presentation)
    episode = json.loads(done.body)["episode"] if done else _presented_in(desk, presentation, [r.episode for r in rows])
    if desk.ledger.row(visit.scope, episode) is None:
        raise StaleEpisode("This page is too old to sign.")
    return _sign(desk, visit, episode=episode, to="clinician", presentation=presentation, body=body)


def _presented_in(desk: Desk, presentation: str, episodes: list[str]) -> str:
    for episode in episodes:
        for one in desk.ledger.read(stream_of(episode)):
            if isinstance(one.event, Presented) and one.event.presentation == presentation:
                return episode
    raise StaleEpisode("This page is too old to sign.")


def _sign(
    desk: Desk, visit: Visit, *, episode: str, to: Literal["patient", "clinician"], presentation: str, body: bytes
) -> str:
    request = _parsed(body)
    digest = canon.request_digest([request.covers, request.mark.model_dump(mode="json")])
    if done := _answered(desk, presentation, episode=episode, digest=digest):
        return done
    if isinstance(request.mark, Typed):
        check_printable(desk.press, request.mark.name)
    if to == "clinician":
        prove_again(desk, visit, secret=request.secret, about=presentation)
    stamp = visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        known = now.presented
        if known is None or known.presentation != presentation or known.to != to:
            raise StaleEpisode("The text changed since this page was opened.")
        _check_identified(now, visit)
        if request.covers != body_digest(now):
            raise StaleEpisode("The text changed since this page was opened.")
        _check_nothing_missing(now, to=to)
        event = _signed(now, request) if to == "patient" else _attested(now, visit, request)
        said = say("sign.done", when=moment_words(stamp.at, now.plan.clinic.zone))
        answer = Answer(key=presentation, request=digest, body=json.dumps({"say": said, "episode": episode}))
        ink = (request.mark.digest(),) if isinstance(request.mark, Drawn) else ()
        return Decision(events=(event,), answer=answer, ink=ink)

    try:
        change(desk, stamp, episode=episode, decide=decide)
    except (AlreadyDone, StaleEpisode):
        if done := _answered(desk, presentation, episode=episode, digest=digest):
            return done
        raise
    return _answered(desk, presentation, episode=episode, digest=digest) or ""


def _parsed(body: bytes) -> Request:
    if len(body) > MOST_BYTES:
        raise TooLarge(f"A signature has at most {MOST_BYTES // 1024} KiB.")
    try:
        return Request.model_validate_json(body)
    except ValidationError as error:
        reason = str(error.errors(include_url=False, include_input=False)[0]["msg"]).removeprefix("Value error, ")
        raise BadInput(f"The signature was not kept: {reason}", "Sign once more.") from None


def _answered(desk: Desk, presentation: str, *, episode: str, digest: str) -> str | None:
    """What this request was answered with; one of another record is as good as none (catalogue H8)."""
    done = desk.ledger.answer(presentation)
    if done is None or json.loads(done.body)["episode"] != episode:
        return None
    if done.request != digest:
        raise AlreadyDone("This was signed already.")
    return done.body


def _signed(now: Episode, request: Request) -> Signed:
    name = now.plan.patient.name
    if isinstance(request.mark, Typed):
        check_typed_name(request.mark, printed_name=name)
    known = now.presented
    return Signed(
        presentation=known.presentation if known else "",
        covers=request.covers,
        printed_name=name,
        meaning=_meaning(now, "patient"),
        mark=request.mark,
    )


def _attested(now: Episode, visit: Visit, request: Request) -> Attested:
    check_privileged(visit, now)
    if isinstance(request.mark, Typed):
        check_typed_name(request.mark, printed_name=visit.staff.name)
    known = now.presented
    return Attested(
        presentation=known.presentation if known else "",
        covers=request.covers,
        by=visit.staff.ref,
        meaning=_meaning(now, "clinician"),
        statements=attestation(now),
        mark=request.mark,
    )


def _meaning(now: Episode, role: str) -> str:
    return next(signer.meaning for signer in now.template.signers if signer.role == role)


def attestation(episode: Episode) -> tuple[str, ...]:
    """What the clinician attests, in a few lines made from what really happened."""
    talk, signed, zone = episode.discussed, episode.signed, episode.plan.clinic.zone
    checks = [rounds[-1].result for rounds in episode.checks.values() if rounds]
    lines = [
        say("sign.attest.discussed", name=talk.event.by.name) if talk else "",
        say(
            "sign.attest.questions",
            asked=str(len(episode.questions)),
            answered=str(len(episode.questions) - len(episode.open_questions)),
        ),
        say(
            "sign.attest.understanding",
            understood=str(checks.count("understood")),
            concepts=str(len(checks)),
            accepted=str(checks.count("accepted")),
        ),
        say("sign.attest.sites", sites=sites_words(episode.case.tailored.sites)),
        say("sign.attest.signed", when=moment_words(signed.at, zone)) if signed else "",
    ]
    return tuple(line for line in lines if line)
