"""From a template to a fragment, or to what a handler sends: files by hashed address, data to scripts as arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.templatetags.static import static
from web_fragments.fragment import Fragment


def fragment(
    template: str,
    context: dict[str, Any],
    *,
    css: Sequence[str] = (),
    js: Sequence[str] = (),
    init: str = "",
    args: dict[str, Any] | None = None,
) -> Fragment:
    """Render ``template``; ``css`` and ``js`` are paths below ``static/``, ``init`` the script's global function."""
    made = Fragment(render_to_string(template, context))
    for path in css:
        made.add_css_url(static(f"boidung/{path}"))
    for path in js:
        made.add_javascript_url(static(f"boidung/{path}"))
    if init:
        made.initialize_js(init, args or {})
    return made


def partial(block: Any, template: str, context: dict[str, Any]) -> str:
    """HTML that a handler sends. The platform rewrites authors' ``/static/`` addresses in views only; here we ask it.

    The block wants the service "replace_urls"; a site without it has no such addresses.
    """
    html = render_to_string(template, context)
    service = block.runtime.service(block, "replace_urls")
    return str(service.replace_urls(html)) if service else html
