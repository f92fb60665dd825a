"""How forms look: label, help and error stand with their field, and say so to a screen reader.

Templates write `{{ form }}` or `{{ form.name.as_field_group }}`; the whole look is in `desk/form.html` and
`desk/field.html`.
"""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Django's own templates, but for a form and a field."""

    form_template_name = "desk/form.html"
    field_template_name = "desk/field.html"
