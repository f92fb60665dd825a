"""How forms look: label, help and error stand with their field, and say so to a screen reader.

Templates write `{{ form }}` or `{{ form.name.as_field_group }}`; the whole look is in `jinja2/desk/form.html` and
`jinja2/desk/field.html`. Jinja2 makes them, and Django's own widgets, in a fifth of the time that Django's templates
take: a page with three forms is mostly fields.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.forms import renderers
from django.utils.functional import cached_property


class Renderer(renderers.Jinja2):
    """Django's own templates for widgets, ours for a form and a field."""

    form_template_name = "desk/form.html"
    field_template_name = "desk/field.html"

    @cached_property
    def engine(self) -> Any:
        """Ours first, then those that come with Django."""
        folders = [Path(__file__).parent / "jinja2", Path(renderers.__file__).parent / "jinja2"]
        return self.backend({"APP_DIRS": False, "DIRS": folders, "NAME": "forms", "OPTIONS": {}})
