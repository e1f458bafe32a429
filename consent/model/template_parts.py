"""The parts of a consent template: statements, questions, facts, ways, preparation, concepts, checklists.

Decides the shape of each part and what one part must hold by itself. What parts may say of each other is decided in
``consent.model.template_rules``.

Invariants:
- Every part is closed (``extra="forbid"``), bounded and frozen.
- A text is one paragraph of plain characters: no markup, no address, no control or format character (catalogue C9).
- A number is counted: so many of so many, who they were, against what, for how long, and who says so.

Refuses to guess a type: a file holds strings only, and just ``true``, ``false`` and plain digits become something else.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from consent.model.text import Digest, Key, normal

_MARKUP = re.compile(r"[<>`*]|://|\]\(|&#?\w+;|\b(?:file|data|javascript):", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}


def _plain(value: str) -> str:
    value = normal(value)
    found = _MARKUP.search(value)
    if found:
        raise ValueError(f'a text is plain words; "{found.group()}" looks like markup or an address')
    for char in value:
        if unicodedata.category(char) in _INVISIBLE:
            raise ValueError(f"a text is one paragraph; it holds the invisible character U+{ord(char):04X}")
    return value


def _truth(value: object) -> object:
    """Only ``true`` and ``false`` are taken for truth values (catalogue C6: ``NO`` stays a word)."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _whole(value: object) -> object:
    """Only plain digits without a leading zero are taken for a number (catalogue C6: ``010``, ``1_000``)."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"0|[1-9][0-9]{0,7}", value) else value


def _string(at_most: int, *, at_least: int = 1) -> StringConstraints:
    return StringConstraints(min_length=at_least, max_length=at_most, strip_whitespace=True)


Text = Annotated[str, _string(2000), AfterValidator(_plain)]
Label = Annotated[str, _string(200), AfterValidator(_plain)]
Note = Annotated[str, _string(600, at_least=0), AfterValidator(_plain)]
Glance = Annotated[str, _string(24, at_least=0), AfterValidator(_plain), Field(exclude_if=lambda flag: not flag)]
"""Two or three words that staff see on the day's list when an answer or a fact raises something."""
Truth = Annotated[bool, BeforeValidator(_truth)]
Whole = Annotated[int, BeforeValidator(_whole)]
TemplateId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){1,2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Cited = Annotated[tuple[Key, ...], Field(max_length=8)]
Relation = Literal["same_use", "same_treatment_other_use", "other_treatment"]


class Kind(StrEnum):
    """What a statement is about; sections of the screens and of the document follow from it."""

    WHAT = "what"
    HOW = "how"
    WHO = "who"
    WHY = "why"
    BENEFIT = "benefit"
    LIMIT = "limit"
    EXPECTED = "expected"
    RISK = "risk"
    DECLINING = "declining"
    FREEDOM = "freedom"
    RESTRICTION = "restriction"
    AFTERCARE = "aftercare"
    WARNING = "warning"
    FOLLOW_UP = "follow_up"


class Severity(StrEnum):
    """How bad it is if it happens."""

    MILD = "mild"
    MODERATE = "moderate"
    SERIOUS = "serious"


class Action(StrEnum):
    """What an answer leads to, beyond the risks that it adds; ``stop_and_ask`` blocks signing, never reading."""

    RAISE = "raise"
    PLAN = "plan"
    ASK = "ask"
    STOP_AND_ASK = "stop_and_ask"


class Part(BaseModel):
    """What all parts have in common: frozen, closed, strict."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Named(Part):
    """A part that others refer to; the id is unique in the file and never changes its meaning between versions."""

    id: Key


class Source(Named):
    """Where a sentence or number comes from."""

    citation: Text
    year: Annotated[Whole, Field(ge=1900, le=2100)] | None = None
    link: Annotated[str, StringConstraints(pattern=r"^(https://|doi:|PMID )[^\s<>]{1,300}$")] | None = None


class Number(Part):
    """``count`` of ``of``, with who was counted and against what (the evidence ledger of one number)."""

    count: Annotated[Whole, Field(ge=0, le=10_000_000)]
    of: Annotated[Whole, Field(ge=1, le=10_000_000)]
    unit: Label
    population: Label
    relation: Relation
    """Only ``same_use`` may ever be called the patient's own chance."""
    comparator: Label
    period: Label
    source: Key

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        if self.count > self.of:
            raise ValueError(f"{self.count} of {self.of} is more than all of them")
        return self

    @property
    def words(self) -> str:
        """For example "5 of 20 people"; a zero says "none of"."""
        count = "none" if self.count == 0 else f"{self.count:,}"
        return f"{count} of {self.of:,} {self.unit}"


class Finding(Part):
    """What a study found that is not a share of people (a score, a comparison), with the same ledger."""

    result: Text
    people: Annotated[Whole, Field(ge=1, le=10_000_000)]
    population: Label
    relation: Relation
    comparator: Label
    period: Label
    source: Key


class Likelihood(Part):
    """How likely it is: in words, as x of N where somebody counted, and as findings where somebody compared."""

    words: Label
    numbers: Annotated[tuple[Number, ...], Field(max_length=4)] = ()
    findings: Annotated[tuple[Finding, ...], Field(max_length=4)] = ()


class Test(Part):
    """One question or fact, and the answers that count."""

    __test__: ClassVar[bool] = False
    """For pytest, which takes any class of such a name for its own."""

    on: Key
    is_in: Annotated[tuple[Key, ...], Field(min_length=1, max_length=12)]


class Condition(Part):
    """Holds when any of the tests holds: an answer to a screening question or a clinician's fact."""

    any_of: Annotated[tuple[Test, ...], Field(min_length=1, max_length=12)]


class Drawing(Part):
    """A drawing of ours beside a statement: its name, the SHA-256 of it, and in words what it shows.

    ``body`` is marked on the side of this patient's sites.
    """

    name: Key
    digest: Digest
    says: Text


class Statement(Named):
    """One thing that is said to the patient; ``page`` groups neighbours on one screen.

    It is *shown* when it has no ``only_if`` or ``only_if`` holds. It is *raised* when it stands in ``raises`` of an
    answer that was given: then it is this person's own, "because …" is said with it, and a risk asks for a tap of its
    own even without ``acknowledge``. What is raised is always shown: a rule holds ``only_if`` to that.
    """

    kind: Kind
    page: Label
    text: Text
    severity: Severity | None = None
    likelihood: Likelihood | None = None
    acknowledge: Truth = False
    only_if: Condition | None = None
    drawing: Annotated[Drawing | None, Field(exclude_if=lambda drawing: drawing is None)] = None
    """Not written when there is none, as in the first templates."""
    sources: Cited = ()

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        if self.kind is Kind.RISK and (self.severity is None or self.likelihood is None):
            raise ValueError(f"the risk {self.id} needs severity and likelihood")
        if self.acknowledge and self.kind is not Kind.RISK:
            raise ValueError(f"{self.id}: only a risk asks for a tap of its own")
        return self


class Raises(Part):
    """What an answer adds: statements, preparation, and what the clinician must do about it.

    ``because`` is read by the patient and starts with "Because". It is true for "not sure" as well.
    """

    when: Annotated[tuple[Key, ...], Field(min_length=1, max_length=8)]
    statements: Annotated[tuple[Key, ...], Field(max_length=12)] = ()
    preparation: Annotated[tuple[Key, ...], Field(max_length=12)] = ()
    because: Label
    action: Action = Action.RAISE


class ScreeningQuestion(Named):
    """Asked of the patient: yes, no or not sure; "not sure" acts like "yes" until a clinician decides."""

    ask: Text
    detail: Label | None = None
    """What to ask further on yes, as "Which one?"."""
    raises: Annotated[tuple[Raises, ...], Field(max_length=6)] = ()
    sources: Cited = ()
    tells: Annotated[Literal["allergies"] | None, Field(exclude_if=lambda tells: tells is None)] = None
    """What the time-out reads out from it. Not written when there is nothing, as in the first templates."""
    flag: Glance = ""


class FactOption(Named):
    """One choice of a fact: the clinician reads ``label``, the patient reads ``text``."""

    label: Label
    text: Annotated[str, _string(300, at_least=0), AfterValidator(_plain)] = ""


class Fact(Named):
    """Set by the clinician: what this procedure is for this patient. Its id is a placeholder for texts."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,63}$")]
    ask: Label
    options: Annotated[tuple[FactOption, ...], Field(max_length=12)] = ()
    """Empty: typed by the clinician, ``unit`` behind it."""
    typed: Literal["text", "number", "date"] = "text"
    """What is typed when there are no options."""
    unit: Annotated[str, _string(40, at_least=0), AfterValidator(_plain)] = ""
    raises: Annotated[tuple[Raises, ...], Field(max_length=6)] = ()
    about: Annotated[Literal["patient", "clinic"], Field(exclude_if=lambda about: about == "patient")] = "patient"
    """``clinic``: what a clinic has and does alike for all, as a device; the last value there may be put in again."""
    flag: Glance = ""


class Point(Part):
    """One benefit or risk of an alternative."""

    text: Text
    sources: Cited = ()


class Alternative(Named):
    """Another way, doing nothing among them; every one has the same rows."""

    name: Label
    nothing: Truth = False
    benefits: Annotated[tuple[Point, ...], Field(min_length=1, max_length=6)]
    risks: Annotated[tuple[Point, ...], Field(min_length=1, max_length=6)]
    known: Text
    """What is known about how likely that is; "Number not known." where nobody counted."""
    findings: Annotated[tuple[Finding, ...], Field(max_length=4)] = ()


class Proposed(Part):
    """The procedure itself beside the other ways, told in statements of its own."""

    name: Label
    benefits: Annotated[tuple[Key, ...], Field(min_length=1, max_length=4)]
    risks: Annotated[tuple[Key, ...], Field(min_length=1, max_length=4)]
    known: Annotated[tuple[Key, ...], Field(min_length=1, max_length=4)]


class Answer(Part):
    """One answer offered on the tablet, and whether it shows that we explained it well."""

    text: Label
    right: Truth = False


class Try(Part):
    """One round of a concept: what is explained first (nothing in the first round), and what is asked."""

    explanation: Text | None = None
    question: Text
    answers: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=5)]

    @model_validator(mode="after")
    def _has_one_right_answer(self) -> Self:
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError("one answer, and one only, is right")
        return self


class Concept(Named):
    """One thing that must be understood: asked, explained after a miss, explained and asked differently after two."""

    name: Label
    understood: Text
    """What counts as understood when it is said in the patient's own words."""
    mistakes: Annotated[tuple[Label, ...], Field(max_length=8)] = ()
    tries: Annotated[tuple[Try, ...], Field(min_length=3, max_length=3)]
    only_if: Condition | None = None

    @model_validator(mode="after")
    def _explains_differently(self) -> Self:
        first, second, third = self.tries
        if first.explanation is not None or second.explanation is None or third.explanation is None:
            raise ValueError(f"{self.id}: the first round asks, the second and third explain first")
        if second.explanation == third.explanation or third.question in {first.question, second.question}:
            raise ValueError(f"{self.id}: the third round needs another explanation and another question")
        return self


class Clause(Named):
    """An optional choice of its own: yes or no, none chosen before; a no never stops the procedure."""

    ask: Text
    sources: Cited = ()


class ChecklistItem(Named):
    """One item of a checklist phase: who says it, and which preparation it asks about, if any."""

    phase: Literal["arrival", "sign_in", "time_out", "sign_out"]
    said_by: Literal["patient", "reader", "performer", "everyone"] = "reader"
    text: Text
    checks: Key | None = None
    """A preparation item; asked only when that is shown."""
    only_if: Condition | None = None
    measure: Annotated[Label | None, Field(exclude_if=lambda measure: measure is None)] = None
    """What is measured at once when the answer is "no", as blood sugar. Not written when there is nothing."""


class Signer(Part):
    """Who must sign, in order, and what that signature means (21 CFR 11.50)."""

    role: Literal["patient", "clinician"]
    meaning: Text


class Flag(Named):
    """A question to the clinic's reviewer; unanswered, it blocks approval."""

    question: Text
    concerns: Annotated[tuple[Key, ...], Field(max_length=60)] = ()


class LeafletSentence(Named):
    """What became of one sentence of the leaflet that this template was made from."""

    says: Text
    disposition: Literal["kept", "quoted_and_corrected", "reworded", "withheld"]
    reason: Note = ""
    placed_in: Annotated[tuple[Key, ...], Field(min_length=1, max_length=8)]
    """The statements or preparation that hold it, correct it, or say something safe instead."""

    @model_validator(mode="after")
    def _is_accounted_for(self) -> Self:
        if self.disposition != "kept" and not self.reason:
            raise ValueError(f"{self.id}: say why it is not kept as it is")
        return self
