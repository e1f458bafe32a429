"""The ceremony: put the body before somebody, take the signature over exactly that, attest.

Decides when a signature counts. It runs outside any screen, so that a second tap or a lost connection changes nothing.

Invariants:
- A signature names the request that asked for it (``presentation``) and the digest of the body that was on the screen;
  both must be the current ones.
- Same request and body: same answer. Same request, other body: refused. The same ink never signs twice, and whoever
  tries is alarmed about.
- Who signs comes from the session, never from the request; the clinician proves again who they are (21 CFR 11.200).
- A patient who cannot write signs before witnesses; a clinician never does.
- The time of a signature is the server's; what a device says about times is kept as its claim.

Refuses pictures, and any signature with something still missing.
"""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from consent.errors import AlreadyDone, BadInput, NotAllowed, SameInk, StaleEpisode, TooLarge
from consent.mishap import alarm
from consent.model import canon
from consent.model.blockers import Blocker, before_attested, before_patient_signs
from consent.model.document import body_digest, witnesses_words
from consent.model.episode import Episode
from consent.model.events import Attested, Event, Presented, Signed
from consent.model.events_pad import Redrawn
from consent.model.events_tablet import ShownAgain
from consent.model.moments import moment_words
from consent.model.presentation import sites_words
from consent.model.signature import Drawn, Frozen, Mark, Typed, check_typed_name, inks_of, typed_in
from consent.model.status import Status
from consent.model.tablet import SIGNING
from consent.model.text import Digest
from consent.model.witness import check_was_no_witness, check_witnesses
from consent.ports import Answer
from consent.words import say
from consent.workflow import effort
from consent.workflow.accept import check_printable
from consent.workflow.desk import Decision, Desk, change, just, load, stream_of
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged, prove_again
from consent.workflow.visitor import Visit
from consent.workflow.witness import AskedMark, with_witnesses

MOST_BYTES = 256 * 1024


class Request(Frozen):
    """What a pad posts: the digest it showed, the mark, how often it was cleared, and a clinician's secret."""

    covers: Digest
    mark: AskedMark
    cleared: Annotated[int, Field(ge=0, le=1000)] = 0
    secret: str = ""


@ruled
def present_to_patient(desk: Desk, visit: Visit) -> Episode:
    """Put the body before the patient to sign; a second look at the same body keeps no new request.

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
        if to == "clinician":
            check_was_no_witness(now, visit.staff.ref)
        covers = body_digest(now)
        known = now.presented
        if known and known.to == to and known.covers == covers:
            again = to == "patient" and now.tablet.page != SIGNING
            return just(ShownAgain(page=SIGNING)) if again else just()
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
        counts = Counter(one.code for one in missing)
        listed = " ".join(say(f"blocker.{code}", count=str(count)) for code, count in counts.items())
        raise NotAllowed(f"{len(missing)} things are still open before this can be signed.", listed)


@ruled
def sign_as_patient(desk: Desk, visit: Visit, *, presentation: str, body: bytes, address: str = "") -> str:
    """Take the patient's signature; gives the answer for the pad as JSON.

    Args:
        desk: The ports.
        visit: The patient's session.
        presentation: The request to sign that was on the screen; serves as idempotency key.
        body: The raw request.
        address: The client's network address; a claim, used to count wrong secrets of witnesses.

    Raises:
        BadInput: The mark is not a signature, or a witness is missing or not believed.
        NotAllowed: Something is still missing, the session is not the patient's, or a witness may not be one.
        StaleEpisode: The text changed since it was shown.
        AlreadyDone: The request was used with another mark, or this ink has signed before.
    """
    request = _parsed(body)
    digest = _request_digest(request)
    if done := _answered(desk, presentation, episode=visit.episode, digest=digest):
        return done
    mark = with_witnesses(desk, visit, request.mark, about=presentation, address=address)
    return _sign(desk, visit, _Asked(visit.episode, "patient", presentation, digest, request, mark))


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
    request = _parsed(body)
    digest = _request_digest(request)
    if told := _answered(desk, presentation, episode=episode, digest=digest):
        return told
    effort.tapped(desk, visit, episode=episode)
    if not isinstance(request.mark, Drawn | Typed):
        raise BadInput("A clinician signs alone.", "Draw your signature or type your name.")
    prove_again(desk, visit, secret=request.secret, about=presentation)
    return _sign(desk, visit, _Asked(episode, "clinician", presentation, digest, request, request.mark))


def _presented_in(desk: Desk, presentation: str, episodes: list[str]) -> str:
    for episode in episodes:
        for one in desk.ledger.read(stream_of(episode)):
            if isinstance(one.event, Presented) and one.event.presentation == presentation:
                return episode
    raise StaleEpisode("This page is too old to sign.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to keep a signature, once it was read and everybody in it was believed."""

    episode: str
    to: Literal["patient", "clinician"]
    presentation: str
    digest: str
    request: Request
    mark: Mark


def _sign(desk: Desk, visit: Visit, asked: _Asked) -> str:
    check_printable(desk.press, *typed_in(asked.mark))
    stamp = visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        known = now.presented
        if (now.signed if asked.to == "patient" else now.attested) is not None:
            raise AlreadyDone(already(desk, now.id, to=asked.to))
        if known is None or known.presentation != asked.presentation or known.to != asked.to:
            _check_was_asked_here(desk, asked)
            raise StaleEpisode("The text changed since this page was opened.")
        _check_identified(now, visit)
        if asked.request.covers != body_digest(now):
            raise StaleEpisode("The text changed since this page was opened.")
        _check_nothing_missing(now, to=asked.to)
        events: tuple[Event, ...]
        if asked.to == "patient":
            events = (_signed(desk, now, asked),)
        else:
            events = (_attested(now, visit, asked), effort.so_far(desk, episode=asked.episode))
        said = say("sign.done", when=moment_words(stamp.at, now.plan.clinic.zone))
        body = json.dumps({"say": said, "episode": asked.episode})
        answer = Answer(key=asked.presentation, request=asked.digest, body=body)
        return Decision(events=(*_redrawn(asked), *events), answer=answer, ink=inks_of(asked.mark))

    try:
        change(desk, stamp, episode=asked.episode, decide=decide)
    except SameInk:
        alarm("ink_again", episode=asked.episode)
        raise
    except (AlreadyDone, StaleEpisode):
        if done := _answered(desk, asked.presentation, episode=asked.episode, digest=asked.digest):
            return done
        raise
    return _answered(desk, asked.presentation, episode=asked.episode, digest=asked.digest) or ""


def _check_was_asked_here(desk: Desk, asked: _Asked) -> None:
    """A request that this record never made is no old page: it is another record's, or made up (catalogue B10)."""
    events = (one.event for one in desk.ledger.read(stream_of(asked.episode)))
    if not any(isinstance(one, Presented) and one.presentation == asked.presentation for one in events):
        alarm("signature_of_another_record", episode=asked.episode)
        raise NotAllowed("This is not the record that was signed.", "Open the page again.")


def _redrawn(asked: _Asked) -> tuple[Redrawn, ...]:
    cleared = asked.request.cleared
    return (Redrawn(presentation=asked.presentation, cleared=cleared),) if cleared else ()


def _parsed(body: bytes) -> Request:
    if len(body) > MOST_BYTES:
        raise TooLarge(f"A signature has at most {MOST_BYTES // 1024} KiB.")
    try:
        request = Request.model_validate_json(body)
        json.loads(body, object_pairs_hook=_once_each)
    except ValidationError as error:
        reason = str(error.errors(include_url=False, include_input=False)[0]["msg"]).removeprefix("Value error, ")
        raise BadInput(f"The signature was not kept: {reason}", "Sign once more.") from None
    return request


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of the same bytes must see the same request (catalogue B6)."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise BadInput("The signature was not kept: a part of it is there twice.", "Sign once more.")
    return dict(pairs)


def _request_digest(request: Request) -> str:
    """The same request is the same without its secrets: who retries may have to type them again."""
    mark = request.mark.model_dump(mode="json", exclude={"witnesses": {"__all__": {"secret"}}})
    return canon.request_digest([request.covers, mark])


def _answered(desk: Desk, presentation: str, *, episode: str, digest: str) -> str | None:
    """What this request was answered with; one of another record is as good as none (catalogue H8)."""
    done = desk.ledger.answer(presentation)
    if done is None or json.loads(done.body)["episode"] != episode:
        return None
    if done.request != digest:
        raise AlreadyDone(already(desk, episode))
    return done.body


def already(desk: Desk, episode: str, *, to: Literal["patient", "clinician", ""] = "") -> str:
    """Who signed, when and where, for whoever comes second (catalogue D2); of the last signature unless said."""
    zone = load(desk, episode).plan.clinic.zone
    kinds = {"patient": (Signed,), "clinician": (Attested,)}.get(to, (Signed, Attested))
    made = [one for one in desk.ledger.read(stream_of(episode)) if isinstance(one.event, kinds)]
    if not made:
        return say("sign.already")
    last, when = made[-1], moment_words(made[-1].header.at, zone)
    who = last.event.by.name if isinstance(last.event, Attested) else say("sign.already.patient")
    device = desk.devices.by_id(last.header.device)
    where = say("sign.already.where", device=device.label) if device else ""
    return say("sign.already.by", who=who, when=when, where=where)


def _signed(desk: Desk, now: Episode, asked: _Asked) -> Signed:
    name = now.plan.patient.name
    if isinstance(asked.mark, Typed):
        check_typed_name(asked.mark, printed_name=name)
    check_witnesses(asked.mark, now, needed=desk.witnesses)
    return Signed(
        presentation=asked.presentation,
        covers=asked.request.covers,
        printed_name=name,
        meaning=_meaning(now, "patient"),
        mark=asked.mark,
    )


def _attested(now: Episode, visit: Visit, asked: _Asked) -> Attested:
    check_privileged(visit, now)
    check_was_no_witness(now, visit.staff.ref)
    mark = asked.mark
    if isinstance(mark, Typed):
        check_typed_name(mark, printed_name=visit.staff.name)
    elif not isinstance(mark, Drawn):
        raise BadInput("A clinician signs alone.")
    return Attested(
        presentation=asked.presentation,
        covers=asked.request.covers,
        by=visit.staff.ref,
        meaning=_meaning(now, "clinician"),
        statements=attestation(now),
        mark=mark,
    )


def _meaning(now: Episode, role: str) -> str:
    return next(signer.meaning for signer in now.template.signers if signer.role == role)


def attestation(episode: Episode) -> tuple[str, ...]:
    """What the clinician attests, in a few lines made from what really happened."""
    talk, signed, zone = episode.discussed, episode.signed, episode.plan.clinic.zone
    names = witnesses_words(signed.event.mark) if signed else ""
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
        say("sign.attest.witnesses", names=names) if names else "",
    ]
    return tuple(line for line in lines if line)
