"""Studio editing of a block: a form that shows every setting, checked on the server, each message at its field.

The contract, for a block class::

    class LedgerXBlock(StudioMixin, NestedOlxMixin, …, XBlock):   # the mixin first
        FORM: ClassVar[StudioForm] = StudioForm(content=LedgerContent, settings=Titled)

* ``content()`` returns the validated model ``FORM.content`` (``NestedOlxMixin`` asks for it too).
* Each field of ``FORM.content`` and of ``FORM.settings`` is stored in the XBlock field of the same name;
  ``FORM.stored`` says which are named otherwise ({"files": "file_rules"}). Values go in as JSON data through the
  field's ``from_json``.
  ``settings`` is ``Titled`` (display_name) or ``Marked`` (display_name, periods, weight).
* ``FORM.sections``: (code, names of fields) in the order of the form; what is in none comes at the end.
* ``taken_names()`` may return names that new rows must not get ({"steps": {"mo-dau"}}).
* ``studio_problems()`` may return texts to show above the preview (a second ledger, no points).
* ``author_view`` returns ``self.with_problems(fragment)``.
* Labels and helps stand in ``blocks.studio_labels`` by "Model.field"; a test says which are missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import npgettext, pgettext
from pydantic import BaseModel, Field, ValidationError
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock

from boidung_xblock.authored.form_errors import Checked, Problem, check, problems_of
from boidung_xblock.authored.forms import FormField, fields_of
from boidung_xblock.authored.rubric import Authored
from boidung_xblock.blocks import bodies, rendering, studio_form
from boidung_xblock.blocks.handlers import json_response
from boidung_xblock.blocks.people import current_user, viewer_of
from boidung_xblock.blocks.studio_labels import ORDER, message_of
from boidung_xblock.errors import BadInput, BoidungError, Conflict, Refused
from boidung_xblock.host import get_host

CSS = ("css/base.css", "css/studio.css")
JS = ("js/core.js", "js/studio.js")


class Titled(Authored):
    """What every block has besides its content."""

    display_name: str = Field(min_length=1, max_length=200)


class Marked(Titled):
    """The same for a block that brings points and periods."""

    periods: Decimal = Field(default=Decimal(0), ge=0, le=40, max_digits=5, decimal_places=2)
    weight: Decimal = Field(default=Decimal(10), ge=Decimal("0.25"), le=1000, max_digits=7, decimal_places=3)


@dataclass(frozen=True)
class StudioForm:
    """What a block's form is made of; see the top of this module."""

    content: type[BaseModel]
    settings: type[BaseModel] = Marked
    stored: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def parts(self) -> tuple[type[BaseModel], ...]:
        """The models whose fields make the form."""
        return (self.settings, self.content)

    def names(self) -> list[str]:
        """Every field at the top of the form."""
        return [name for part in self.parts for name in part.model_fields]


class StudioMixin:
    """``studio_view``, its ``studio_save`` handler, and problems above the preview."""

    FORM: ClassVar[StudioForm]
    fields: Any
    runtime: Any
    scope_ids: Any

    def studio_problems(self) -> list[str]:
        """What an author should know although the content is valid; texts in the language in force."""
        return []

    def taken_names(self) -> dict[str, set[str]]:
        """{list: names that its new rows must not get}."""
        return {}

    # -- the form -------------------------------------------------------------------------------------------------
    def studio_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The form with all settings, broken ones with their messages. Who: whoever Studio lets edit; reads only."""
        stored = self._stored()
        problems = {path: message_of(problem) for path, problem in _broken(self.FORM, stored).items()}
        tree = [field for part in self.FORM.parts for field in fields_of(part, stored, order=ORDER)]
        page = studio_form.page_of(self, _in_sections(self.FORM, tree), problems, digest=_digest(stored))
        return rendering.fragment("boidung/studio/form.html", {"page": page}, css=CSS, js=JS, init="BoidungStudio")

    @XBlock.handler
    def studio_save(self: Any, request: Any, suffix: str = "") -> Response:
        """Store the form: POST ``{"digest", "values"}`` → ``{"stored": true, "digest"}``.

        Who: authors, in Studio. 403 in the LMS and for anybody else · 400 with messages by path, nothing stored ·
        409 the block was changed since the form was made; the answer's ``digest`` is that of what is stored now.
        """
        if request.method != "POST":
            return json_response({"error": {"code": "method", "message": "POST"}}, status=405)
        try:
            data = bodies.read_json(request.headers.get("Content-Length"), lambda: request.body)
            _require_author(self)
            return json_response({"stored": True, "digest": self._save_form(data)})
        except BoidungError as error:
            status, body = bodies.answer_of(error)
            return json_response(body, status=status)

    def _save_form(self, data: dict[str, Any]) -> str:
        values = data.get("values")
        if not isinstance(values, dict) or set(values) != set(self.FORM.names()):
            raise bodies.bad_input()
        stored = self._stored()
        if data.get("digest") != _digest(stored):
            message = pgettext(
                "boidung",
                "Somebody has changed this since you opened it. Nothing of yours is lost: it is still in this form. "
                "You can save it in place of theirs, or reload to see theirs.",
            )
            raise Conflict("changed", message, digest=_digest(stored))
        checked = _checked(self.FORM, values, self.taken_names())
        problems = {path: message_of(problem) for one in checked for path, problem in one.problems.items()}
        if problems:
            raise BadInput("invalid", _how_many(len(problems)), fields=problems)
        for one in checked:
            for name, value in (one.model.model_dump(mode="json") if one.model else {}).items():
                name = self.FORM.stored.get(name, name)
                # An optional group that is off: an empty Dict would read as a group with defaults.
                setattr(self, name, None if value is None else self.fields[name].from_json(value))
        return _digest(self._stored())

    def _stored(self) -> dict[str, Any]:
        """The form's values as they lie in the block, perhaps broken."""
        return {name: _plain(getattr(self, self.FORM.stored.get(name, name))) for name in self.FORM.names()}

    # -- the preview ------------------------------------------------------------------------------------------------
    def with_problems(self, fragment: Fragment) -> Fragment:
        """The preview with what is wrong above it."""
        broken = _broken(self.FORM, self._stored())
        texts = [f"{studio_form.place_of(self.FORM.parts, path)}: {message_of(p)}" for path, p in broken.items()]
        texts += [] if broken else self.studio_problems()
        if not texts:
            return fragment
        shown = Fragment(render_to_string("boidung/studio/problems.html", {"problems": texts}) + fragment.content)
        shown.add_fragment_resources(fragment)
        return shown


def _require_author(block: Any) -> None:
    """Refuse everywhere but in Studio: there its authors' handlers meet a block bound to nobody, elsewhere a bound one.

    A library's blocks are bound there too; who may write one is asked by its runtime when it saves.
    """
    viewer = viewer_of(block)
    bound = block.scope_ids.user_id is not None and viewer.course_key
    in_lms = getattr(settings, "SERVICE_VARIANT", "") == "lms"
    previewed = getattr(block.runtime, "is_author_mode", False) and viewer.course_key
    user = current_user(block)
    may = get_host().may_author(user, viewer.course_key) if viewer.course_key else user.is_authenticated
    if in_lms or bound or previewed or not may:
        raise Refused(
            "not_an_author", pgettext("boidung", "This can be changed only in Studio, by the course's authors.")
        )


def _checked(form: StudioForm, values: Mapping[str, Any], taken: Mapping[str, set[str]]) -> list[Checked]:
    return [check(part, {name: values[name] for name in part.model_fields}, taken=taken) for part in form.parts]


def _broken(form: StudioForm, stored: Mapping[str, Any]) -> dict[str, Problem]:
    """What is wrong with stored content."""
    found: dict[str, Problem] = {}
    for part in form.parts:
        data = {name: stored[name] for name in part.model_fields}
        try:
            part.model_validate(data)
        except ValidationError as error:
            found |= problems_of(part, data, error)
    return found


def _in_sections(form: StudioForm, tree: list[FormField]) -> list[tuple[str, list[FormField]]]:
    by_name = {field.name: field for field in tree}
    made = [(code, [by_name.pop(name) for name in names]) for code, names in form.sections]
    return [*made, ("more", list(by_name.values()))] if by_name else made


def _plain(value: Any) -> Any:
    """As JSON data; numbers without their float tail."""
    if isinstance(value, float):
        return str(Decimal(str(value)))
    return json.loads(json.dumps(value, default=str))


def _digest(stored: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()[:32]


def _how_many(count: int) -> str:
    return npgettext(
        "boidung",
        "Not saved yet: %(count)d field needs attention.",
        "Not saved yet: %(count)d fields need attention.",
        count,
    ) % {"count": count}
