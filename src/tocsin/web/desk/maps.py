"""The map of a situation's warnings, chosen layer by layer; and figures with their rivals."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from tocsin.core import geography
from tocsin.core.errors import TocsinError
from tocsin.core.model.assessment import Figure
from tocsin.core.model.judgement import Geometry, SituationScope
from tocsin.core.model.map_spec import MapSpec
from tocsin.core.model.places import Place, SituationMap
from tocsin.publish.html.frame import drawing
from tocsin.publish.maps import freeze_map, situation_svg
from tocsin.records.models import Record
from tocsin.records.queries import find_record, history, newest, versions_at
from tocsin.review import actions
from tocsin.review.queries import next_key
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, done, sentence, who_and_when
from tocsin.web.desk.forms.maps import FigureForm, LayerForm, MapForm

NEW: Final = "new"
"""Stands for a layer that is not there yet."""


def map_chooser(request: HttpRequest, situation: str) -> HttpResponse:
    """What the map shows, as a whole."""
    where = access(request).get_situation(situation)
    record, spec = _map_of(where)
    start = MapForm.shown(spec) if spec else {"countries": " ".join(newest(where).read(SituationScope).countries)}
    form = MapForm(request.POST or None, initial=start | {"seen": record.head if record else None})
    if request.method == "POST":
        require(request, "analyst", where)
        if form.is_valid() and _record(request, where, form, form.onto(spec)):
            return done(request, "The map is recorded. Say next what it shows, layer by layer.", "desk:map", situation)
    return render(
        request,
        "desk/map.html",
        {
            "situation": where,
            "spec": spec,
            "form": form,
            "broken": _broken(spec, where),
            "history": history(record) if record else [],
            "may": access(request).can("analyst", where),
        },
    )


def map_layer(request: HttpRequest, situation: str, layer: str) -> HttpResponse:
    """One layer of the map; or a new one."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    record, spec = _map_of(where)
    if record is None or spec is None:
        return redirect("desk:map", situation)
    own = next((each for each in spec.layers if each.id == layer), None)
    if own is None and layer != NEW:
        raise Http404
    if own and own.role == "operator":
        raise Http404  # shapes of the desk's own come from a case's files, and are changed there
    elsewhere = any(each.claimants for each in spec.layers if each is not own)
    choices: dict[str, Any] = {
        "units": _units(spec, where), "places": _towns(spec, where), "said_elsewhere": elsewhere,
    }  # fmt: skip
    if request.POST.get("do") == "drop" and own:
        layers = tuple(each for each in spec.layers if each is not own)
        form = LayerForm(request.POST, **choices)
        form.is_valid()  # of what is dropped, only which version was read counts
        if _record(
            request, where, form, msgspec.structs.replace(spec, layers=layers), reason=f"layer {own.id} dropped"
        ):
            return done(request, f"{own.label} is no longer on the map.", "desk:map", situation)
    else:
        start = LayerForm.shown(own) if own else {}
        form = LayerForm(request.POST or None, initial=start | {"seen": record.head}, **choices)
        if request.method == "POST" and form.is_valid():
            made = form.says(own.id if own else _slug(form.cleaned_data["label"], spec))
            if own:
                made = msgspec.structs.replace(made, file=own.file)
            layers = tuple(made if each is own else each for each in spec.layers) + (() if own else (made,))
            if _record(request, where, form, msgspec.structs.replace(spec, layers=layers)):
                return done(request, f"{made.label}: on the map.", "desk:map", situation)
    return render(request, "desk/map_layer.html", {"situation": where, "form": form, "layer": own})


@xframe_options_sameorigin
def map_drawn(request: HttpRequest, situation: str) -> HttpResponse:
    """The map as it would be drawn, in a frame of its own: it styles itself, which no page of the desk may do."""
    where = access(request).get_situation(situation)
    _, spec = _map_of(where)
    if spec is None:
        raise Http404
    try:
        drawn = _drawn(spec, where)
        shown = drawing(situation_svg(drawn))
    except TocsinError as error:
        return HttpResponse(sentence(error), content_type="text/plain; charset=utf-8", status=409)
    answer = render(request, "desk/map_drawn.html", {"title": drawn.title, "svg": shown.markup})
    answer._csp_exempt = True  # type: ignore[attr-defined]
    answer["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self' {' '.join(shown.style_hashes)}; font-src 'self'; frame-ancestors 'self'"
    )
    return answer


def figure(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """A figure with its rivals; or a new one."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    record = None if key == NEW else access(request).get("figure", key, where)
    before = newest(record).read(Figure) if record else None
    start = FigureForm.shown(before) if before else {"contested": True}
    form = FigureForm(request.POST or None, initial=start | {"seen": record.head if record else None})
    sources = Record.objects.filter(kind="source", situation=where).values_list("key", flat=True)
    form.fields["estimates"].known = frozenset(sources)  # type: ignore[attr-defined]
    own = key if record else next_key(where, "figure", "F")

    def record_it() -> object:
        said = form.cleaned_data
        return actions.record_evidence(
            **who_and_when(request), situation=where, kind="figure", key=own, content=form.says(own, before),
            seen=said["seen"], reason=said["reason"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, record_it):
        return done(request, f"{own} is recorded. A draft that is to carry it names it.", "desk:figure", situation, own)
    context = {"form": form, "situation": where, "title": f"Figure {own}", "button": "Record it"}
    return render(request, "desk/form_page.html", context)


def _map_of(situation: Record) -> tuple[Record | None, MapSpec | None]:
    record = find_record("map", "map", situation=situation)
    return record, newest(record).read(MapSpec) if record else None


def _record(request: HttpRequest, situation: Record, form: Any, spec: MapSpec, reason: str = "") -> object:
    """Record a map, if it can be drawn."""
    said = form.cleaned_data

    def record() -> object:
        if spec.layers:
            _drawn(spec, situation)
        return actions.record_evidence(
            **who_and_when(request), situation=situation, kind="map", key="map", content=spec, seen=said.get("seen"),
            reason=said.get("reason") or reason,
        )  # fmt: skip

    return attempt(form, record)


def _drawn(spec: MapSpec, situation: Record) -> SituationMap:
    found = versions_at(Record.objects.filter(situation=situation, kind__in=("place", "geometry"))).order_by(
        "record_id"
    )
    places = tuple(version.read(Place) for version in found if version.record.kind == "place")
    shapes = [version.read(Geometry) for version in found if version.record.kind == "geometry"]
    return freeze_map(spec, places=places, operator_files={each.file: each.geojson for each in shapes})


def _broken(spec: MapSpec | None, situation: Record) -> str:
    """Why a map cannot be drawn; nothing when it can, or shows nothing yet."""
    if spec is None or not spec.layers:
        return ""
    try:
        _drawn(spec, situation)
    except TocsinError as error:
        return sentence(error)
    return ""


def _units(spec: MapSpec, situation: Record) -> list[tuple[str, list[tuple[str, str]]]]:
    """Provinces of the countries in and around, by country; those of the situation's countries first."""
    scope = newest(situation).read(SituationScope)
    found = []
    for code in dict.fromkeys((*scope.countries, *spec.countries)):
        country = geography.find_country(code)
        try:
            units = geography.units_of(code)
        except TocsinError:
            continue  # no shapes of this country come with the package
        listed = [(unit.code, f"{unit.names[0].text} ({unit.code})") for unit in units]
        found.append((country.label if country else code, sorted(listed, key=lambda each: each[1])))
    return found


def _towns(spec: MapSpec, situation: Record) -> list[tuple[str, str]]:
    """Places that have a position, of the situation or of the map alone."""
    found = versions_at(Record.objects.filter(situation=situation, kind="place")).order_by("record_id")
    places = {place.id: place for place in (*spec.places, *(version.read(Place) for version in found))}
    return [(id, ", ".join(name.text for name in place.names[:2])) for id, place in places.items() if place.at]


def _slug(label: str, spec: MapSpec) -> str:
    made = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40].strip("-") or "layer"
    made = made if made[0].isalpha() else f"layer-{made}"
    taken = {each.id for each in spec.layers}
    return next(id for n in range(1, 1_000) if (id := made if n == 1 else f"{made}-{n}") not in taken and id != NEW)
