"""What an author writes in a checkpoint: ordered steps to read, answer and rate oneself on, and how they count."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from boidung_xblock.authored.rubric import SLUG, Authored
from boidung_xblock.text import normalise

# The 4-point scale without a middle that the national forms use.
AGREEMENT = ("Hoàn toàn không đồng ý", "Không đồng ý", "Đồng ý", "Hoàn toàn đồng ý")

Points = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Html = Annotated[str, Field(max_length=20000)]
# Cleaned here, because ``Authored`` reaches no text inside a list.
_Clean = BeforeValidator(lambda value: normalise(value).strip() if isinstance(value, str) else value)
Label = Annotated[str, _Clean, Field(min_length=1, max_length=300)]


class Role(StrEnum):
    """What a checkpoint is in the module: the result file has columns for each."""

    STUDY = "study"
    TEST = "test"
    SURVEY = "survey"


class Order(StrEnum):
    """Whether a step opens only once those before it are done."""

    IN_ORDER = "in_order"
    FREE = "free"


class Show(StrEnum):
    """What a learner is told once a step is answered; each says all that the ones before it say.

    The right answers show once no attempt is left or the answer is right.
    """

    NOTHING = "nothing"
    RIGHT_WRONG = "right_wrong"
    FEEDBACK = "feedback"
    ANSWERS = "answers"


class Step(Authored):
    """What every step has. ``question`` is HTML. An optional step does not hold up completion."""

    slug: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=300)
    question: Html = ""
    required: bool = True


class ReadStep(Step):
    """Something to read or watch, in ``question`` or behind ``url``; done when the learner says so."""

    kind: Literal["read"] = "read"
    url: str = Field(default="", max_length=1000, pattern=r"^(https?://.+|/.+)?$")
    minutes: int = Field(default=0, ge=0, le=600)  # 0: not said


class Option(Authored):
    """One thing to choose; ``feedback`` is shown to whoever chose it."""

    text: Label
    correct: bool = False
    feedback: str = Field(default="", max_length=2000)


class ScoredStep(Step):
    """A step with right and wrong. ``attempts`` 0: as the checkpoint says. ``explanation`` is shown afterwards."""

    points: Points = Decimal(1)
    attempts: int = Field(default=0, ge=0, le=50)
    explanation: Html = ""


class ChoiceStep(ScoredStep):
    """Choose one, or with ``multiple`` every right one (all or nothing)."""

    kind: Literal["choice"] = "choice"
    multiple: bool = False
    shuffle: bool = False
    options: tuple[Option, ...] = Field(min_length=2, max_length=12)

    @model_validator(mode="after")
    def _right_ones(self) -> ChoiceStep:
        right = sum(option.correct for option in self.options)
        if not right:
            raise ValueError("options: no option is right")
        if right > 1 and not self.multiple:
            raise ValueError("options: several options are right, but only one may be chosen")
        if len({option.text for option in self.options}) != len(self.options):
            raise ValueError("options: two options are the same")
        return self


class TrueFalseStep(ScoredStep):
    """A statement that is true or false."""

    kind: Literal["true_false"] = "true_false"
    answer: bool


class ShortAnswerStep(Step):
    """A few sentences of one's own. Not scored; ``model_answer`` (HTML) is shown after answering."""

    kind: Literal["short_answer"] = "short_answer"
    min_words: int = Field(default=0, ge=0, le=5000)
    max_words: int = Field(default=0, ge=0, le=10000)  # 0: no limit
    model_answer: Html = ""

    @model_validator(mode="after")
    def _bounds(self) -> ShortAnswerStep:
        if self.max_words and self.max_words < self.min_words:
            raise ValueError("word_bounds: the upper bound is below the lower")
        return self


class RatedItem(Authored):
    """One statement to rate oneself on."""

    slug: str = Field(pattern=SLUG)
    text: Label


class RateStep(Step):
    """Rate oneself on each item; a level for each is asked for."""

    kind: Literal["rate"] = "rate"
    levels: tuple[Label, ...] = Field(default=AGREEMENT, min_length=2, max_length=7)
    items: tuple[RatedItem, ...] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _slugs(self) -> RateStep:
        if len({item.slug for item in self.items}) != len(self.items):
            raise ValueError("item_slugs: two items have the same name")
        return self


def _kind_of(step: Any) -> str | None:
    return step.get("kind") if isinstance(step, dict) else getattr(step, "kind", None)


# Not by the name of the field: pydantic refuses that where a validator runs before, as ``Authored`` has one.
AnyStep = Annotated[
    Annotated[ReadStep, Tag("read")]
    | Annotated[ChoiceStep, Tag("choice")]
    | Annotated[TrueFalseStep, Tag("true_false")]
    | Annotated[ShortAnswerStep, Tag("short_answer")]
    | Annotated[RateStep, Tag("rate")],
    Discriminator(_kind_of),
]


class CheckpointContent(Authored):
    """The authored content of a checkpoint. ``attempts`` 0: as many as one likes; ``pass_percent`` 0: no pass mark."""

    intro: Html = ""
    steps: tuple[AnyStep, ...] = Field(min_length=1, max_length=60)
    role: Role = Role.STUDY
    order: Order = Order.IN_ORDER
    show: Show = Show.ANSWERS
    attempts: int = Field(default=0, ge=0, le=50)
    pass_percent: Decimal = Field(default=Decimal(0), ge=0, le=100, max_digits=5, decimal_places=2)

    @model_validator(mode="after")
    def _slugs(self) -> CheckpointContent:
        if len({step.slug for step in self.steps}) != len(self.steps):
            raise ValueError("step_slugs: two steps have the same name")
        if self.pass_percent and not self.possible:
            raise ValueError("pass_percent: no step has points")
        return self

    @property
    def possible(self) -> Decimal:
        """The points of all scored steps."""
        return sum((step.points for step in self.steps if isinstance(step, ScoredStep)), Decimal(0))
