"""A small template that keeps all the rules and has one of everything; ``sample()`` makes it."""

from typing import Any

from consent.model.template import Template

PROCEDURE = "wart-freeze"

_NUMBER = {
    "unit": "people",
    "population": "Adults with a wart",
    "relation": "same_use",
    "comparator": "nothing done",
    "period": "in 3 months",
    "source": "s1",
}

_FINDING = {
    "result": "It came back later than with cream",
    "people": 1200,
    "population": "Adults with a wart",
    "relation": "same_treatment_other_use",
    "comparator": "cream",
    "period": "in a year",
    "source": "s2",
}


def _statement(key: str, kind: str, text: str, **parts: object) -> dict[str, object]:
    return {"id": key, "kind": kind, "page": "The plan", "text": text, **parts}


def _risk(key: str, text: str, **parts: object) -> dict[str, object]:
    return _statement(key, "risk", text, page="What can go wrong", **parts)


_SAID = (
    _statement("what", "what", "A cold tip freezes the wart of {sites}.", sources=("s1",)),
    _statement("how", "how", "You lie down. The wart is {size} wide.", page="How it is done"),
    _statement("who", "who", "It is done by {performer}. Helping: {helpers}.", page="How it is done"),
    _statement("why", "why", "Why for you: {why}."),
    _statement(
        "gone",
        "benefit",
        "The wart may go away.",
        page="What it may bring",
        likelihood={"words": "often", "numbers": ({"count": 12, "of": 20, **_NUMBER},)},
    ),
    _statement(
        "back",
        "limit",
        "It may come back.",
        page="What it may bring",
        likelihood={
            "words": "sometimes",
            "numbers": ({"count": 150, "of": 1000, **_NUMBER},),
            "findings": (_FINDING,),
        },
    ),
    _statement("sore", "expected", "The skin is sore for a week.", page="What can go wrong"),
    _risk("blister", "A blister may form.", severity="mild", likelihood={"words": "often"}),
    _risk(
        "scar",
        "A scar may stay.",
        severity="serious",
        likelihood={"words": "rarely"},
        acknowledge=True,
        sources=("s1",),
    ),
    _risk(
        "bleeding",
        "It may bleed.",
        severity="moderate",
        likelihood={"words": "number not known"},
        only_if={"any_of": ({"on": "blood-thinner", "is_in": ("yes", "not_sure")},)},
    ),
    _risk("nerve", "A nerve near the wart may go numb.", severity="moderate", likelihood={"words": "rarely"}),
    _statement("nothing-done", "declining", "A wart may go away by itself.", page="Saying no"),
    _statement("free", "freedom", "You may say no at any time.", page="Saying no"),
    _statement("call", "warning", "If it turns hot, call {phone_day}, at night {phone_night}.", page="Afterwards"),
)

_TRIES = (
    {
        "question": "Where is the wart?",
        "answers": ({"text": "Where we marked it", "right": True}, {"text": "I do not know"}),
    },
    {
        "explanation": "We marked the wart with you.",
        "question": "Where will we freeze?",
        "answers": ({"text": "Somewhere else"}, {"text": "At the mark", "right": True}),
    },
    {
        "explanation": "The mark shows where the tip goes.",
        "question": "What does the mark show?",
        "answers": ({"text": "Where it is done", "right": True}, {"text": "Nothing"}),
    },
)

_THINNER = {"any_of": ({"on": "blood-thinner", "is_in": ("yes", "not_sure")},)}

_CONTENT: dict[str, Any] = {
    "id": PROCEDURE,
    "version": "1.0",
    "language": "en-US",
    "status": "draft",
    "title": "Freezing a wart",
    "plain_name": "freezing a wart",
    "published": "2026-11-01",
    "authors": ("The authors of the sample",),
    "sources": (
        {"id": "s1", "citation": "A trial of cold", "year": 2020, "link": "doi:10.1000/cold"},
        {"id": "s2", "citation": "A book about skin"},
    ),
    "facts": (
        {"id": "size", "ask": "Width", "typed": "number", "unit": "mm"},
        {
            "id": "depth",
            "ask": "Depth",
            "options": ({"id": "flat", "label": "Flat", "text": "flat"}, {"id": "deep", "label": "Deep"}),
            "raises": ({"when": ("deep",), "statements": ("nerve",), "because": "Because your wart is deep"},),
        },
    ),
    "screening": (
        {
            "id": "blood-thinner",
            "ask": "Do you take a blood thinner?",
            "detail": "Which one?",
            "raises": (
                {
                    "when": ("yes", "not_sure"),
                    "statements": ("bleeding",),
                    "preparation": ("medicines-plan",),
                    "because": "Because you may take a blood thinner",
                    "action": "plan",
                },
            ),
        },
        {
            "id": "sedated",
            "ask": "Did you take a pill to relax today?",
            "raises": (
                {
                    "when": ("yes", "not_sure"),
                    "because": "Because a pill can make it hard to decide",
                    "action": "stop_and_ask",
                },
            ),
        },
    ),
    "statements": _SAID,
    "alternatives": (
        {
            "id": "cream",
            "name": "A cream",
            "benefits": ({"text": "No pain."},),
            "risks": ({"text": "It takes weeks."},),
            "known": "Number not known.",
            "findings": (_FINDING,),
        },
        {
            "id": "wait",
            "name": "Doing nothing",
            "nothing": True,
            "benefits": ({"text": "No risk of a scar."},),
            "risks": ({"text": "It may grow."},),
            "known": "Number not known.",
        },
    ),
    "preparation": (
        {"id": "wash", "text": "Wash the skin."},
        {
            "id": "medicines-plan",
            "text": "Your medicines: {medicines}.",
            "plan": "medicines",
            "agreed_with_prescriber": True,
            "only_if": _THINNER,
        },
    ),
    "concepts": (
        {"id": "where", "name": "Where it is done", "understood": "Points to the mark", "tries": _TRIES},
        {"id": "bleed", "name": "Bleeding", "understood": "Says press and call", "tries": _TRIES, "only_if": _THINNER},
    ),
    "clauses": ({"id": "photo", "ask": "May we take a photo for teaching?"},),
    "checklist": (
        {"id": "wish", "phase": "arrival", "said_by": "patient", "text": "Do you still want this?"},
        {"id": "washed", "phase": "arrival", "text": "Was the skin washed?", "checks": "wash"},
        {
            "id": "planned",
            "phase": "arrival",
            "text": "Was the plan followed? What was the sugar?",
            "checks": "medicines-plan",
            "measure": "blood sugar",
        },
        {"id": "marked", "phase": "sign_in", "text": "Is it marked?"},
    ),
    "signers": (
        {"role": "patient", "meaning": "I read this and I agree to it."},
        {"role": "clinician", "meaning": "I attest what is listed above."},
    ),
    "flags": ({"id": "f1", "question": "Is the number of scars right?", "concerns": ("scar",)},),
}


def content(**changes: Any) -> dict[str, Any]:
    """The content as a dictionary, some parts changed."""
    return {**_CONTENT, **changes}


def sample(**changes: Any) -> Template:
    """The template, some parts changed; checked like any other."""
    return Template.model_validate(content(**changes), strict=False)
