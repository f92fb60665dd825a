"""Fields for what the model holds: dates with their precision, citations, ids, the reason for what one does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from tocsin.core.dates import DateError, check_edtf
from tocsin.core.model.places import Name
from tocsin.core.model.sources import Citation

_ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
DATE_HELP = "As precise as it is known: 2023-10, 2023-09-20, 2020/.. (since), 2023-04/2023-05, 2023-10~ (about)."


class Text(forms.CharField):
    """A line, or several with `rows`. Long enough for the work, bounded against the rest."""

    def __init__(self, *, rows: int = 0, max_length: int = 4_000, **more: Any) -> None:
        if rows:
            more.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **more)


class Edtf(forms.CharField):
    """A date in EDTF, which says how precise it is."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", DATE_HELP)
        super().__init__(max_length=60, **more)

    def clean(self, value: Any) -> str:
        """The text, if it is a date."""
        text: str = super().clean(value)
        try:
            check_edtf(text)
        except DateError as error:
            raise forms.ValidationError(str(error)) from error
        return text


class Day(forms.DateField):
    """A day, as YYYY-MM-DD."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)

    def clean(self, value: Any) -> Any:
        """The day as text, or None."""
        day = super().clean(value)
        return day.isoformat() if day else None


class Citations(forms.CharField):
    """Sources, one a line, each with where in it: `S01, paragraph 3`."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", "One source a line, and where in it: S01, paragraph 3.")
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), **more)
        self.known: frozenset[str] | None = None

    def clean(self, value: Any) -> Any:
        """The citations; each names a source that is on record, when the known ones were given."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return tuple(self._citation(number, line) for number, line in enumerate(lines, start=1))

    def _citation(self, number: int, line: str) -> Citation:
        id, _, passage = line.partition(",")
        id = id.strip()
        if not _ID.fullmatch(id):
            raise forms.ValidationError(f"Line {number}: {id!r} is no id of a source. Write: S01, paragraph 3")
        if self.known is not None and id not in self.known:
            raise forms.ValidationError(f"Line {number}: there is no source {id} here. Record it first.")
        return Citation(source=id, passage=passage.strip())

    @staticmethod
    def shown(citations: Iterable[Citation]) -> str:
        """Citations as they are written in the field."""
        return "\n".join(f"{each.source}, {each.passage}" if each.passage else each.source for each in citations)


class Ids(forms.CharField):
    """Ids, with spaces or commas between them: C01 C07."""

    def __init__(self, *, rows: int = 0, **more: Any) -> None:
        more.setdefault("help_text", "With spaces between them: C01 C07.")
        if rows:
            more.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=20_000, **more)

    def clean(self, value: Any) -> Any:
        """The ids, each once, in the order in which they were written."""
        ids = tuple(dict.fromkeys(re.split(r"[\s,;]+", super().clean(value).strip()))) if value else ()
        for id in ids:
            if id and not _ID.fullmatch(id):
                raise forms.ValidationError(f"{id!r} is no id")
        return tuple(id for id in ids if id)

    @staticmethod
    def shown(ids: Iterable[str]) -> str:
        """Ids as they are written in the field."""
        return " ".join(ids)


class Lines(forms.CharField):
    """Phrases, one a line."""

    def __init__(self, *, rows: int = 3, **more: Any) -> None:
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}), **more)

    def clean(self, value: Any) -> Any:
        """The phrases, each once."""
        return tuple(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))

    @staticmethod
    def shown(lines: Iterable[str]) -> str:
        """Phrases as they are written in the field."""
        return "\n".join(lines)


class Names(Lines):
    """Names, one a line, each with its language and who uses it where that differs: `Kashatagh | hy | Armenia`."""

    def __init__(self, **more: Any) -> None:
        more.setdefault(
            "help_text",
            "One a line, with its language and who uses it where that differs: Lachin corridor | en, or: "
            "Kashatagh | hy | Armenia.",
        )
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        """The names, with language and user."""
        parted = [[part.strip() for part in line.split("|", 2)] for line in super().clean(value)]
        return tuple(
            Name(text=text, lang=rest[0] if rest and rest[0] else "en", used_by=rest[1] if len(rest) > 1 else "")
            for text, *rest in parted
        )

    @staticmethod
    def shown_names(names: Iterable[Name]) -> str:
        """Names as they are written in the field."""
        return "\n".join(" | ".join(filter(None, (each.text, each.lang, each.used_by))) for each in names)


class Reason(forms.Form):
    """A form of which the reason is all: dismiss, reject, send back, withdraw."""

    reason = Text(rows=2, label="Reason", help_text="Kept with what is recorded.")


class Note(forms.Form):
    """A form whose reason may be left out."""

    reason = Text(rows=2, label="Note", required=False)


class Seen(forms.Form):
    """Base of forms that change a record: which version its reader had before them."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    reason = Text(
        label="Reason for the change", required=False, help_text="Kept with the version, and shown in its history."
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.order_fields([name for name in self.fields if name != "reason"])  # the reason comes last
