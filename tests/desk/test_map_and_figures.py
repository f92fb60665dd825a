"""The map chooser and figures with rivals: what is chosen is drawn; what would be unfair is refused."""

from __future__ import annotations

from typing import Any

from tests.desk.conftest import SITUATION, WARNING
from tocsin.web.desk.forms.maps import FigureForm, LayerForm

MAP = f"/situations/{SITUATION}/map/"
FIGURES = f"/situations/{SITUATION}/figures/"
LAYER = {"role": "concerned", "label": "Provinces where troops were seen", "units": ["AM-TV", "AM-SH"], "seen": "1"}


def spec() -> Any:
    from tocsin.core.model.map_spec import MapSpec
    from tocsin.records.queries import get_record, get_situation, newest

    return newest(get_record("map", "map", situation=get_situation(SITUATION))).read(MapSpec)


def test_the_map_is_drawn_as_it_would_be_published(clients: Any) -> None:
    drawing = clients["ani"].get(f"{MAP}drawn/")
    assert "script" not in drawing["Content-Security-Policy"]
    assert b"Syunik" in drawing.content
    assert f'src="{MAP}drawn/"' in clients["ani"].get(MAP).content.decode()


def test_a_layer_is_added_changed_and_taken_off(clients: Any) -> None:
    ani = clients["ani"]
    before = spec()
    assert ani.post(f"{MAP}new/", LAYER)["Location"] == MAP
    assert spec().layers[:-1] == before.layers
    assert spec().layers[-1].units == ("AM-TV", "AM-SH")
    own = f"{MAP}{spec().layers[-1].id}/"
    changed = LAYER | {"units": ["AM-TV"], "seen": "2", "reason": "one was a mistake"}
    assert ani.post(own, changed).status_code == 302
    assert spec().layers[-1].units == ("AM-TV",)
    assert ani.post(own, {"do": "drop", "seen": "3"}).status_code == 302
    assert spec().layers == before.layers


def test_a_contested_area_names_those_who_say_whose_it_is(clients: Any) -> None:
    form = LayerForm(LAYER | {"role": "contested"}, units=[("AM-TV", "Tavush"), ("AM-SH", "Shirak")], places=[])
    assert form.errors.keys() == {"claimants", "boundary_status"}
    answer = clients["ani"].post(f"{MAP}new/", LAYER | {"role": "contested"})
    assert "A contested area says so of its boundary" in answer.content.decode()
    named = LAYER | {
        "role": "contested", "claimants": "regarded internationally as part of Armenia", "boundary_status": "contested",
        "names": "Tavush\nTovuz | az | Azerbaijan",
    }  # fmt: skip
    assert clients["ani"].post(f"{MAP}new/", named).status_code == 302
    assert [(name.text, name.lang, name.used_by) for name in spec().layers[-1].names] == [
        ("Tavush", "en", ""), ("Tovuz", "az", "Azerbaijan"),
    ]  # fmt: skip


def test_every_layer_of_the_case_is_shown_in_its_form_as_it_was_written(clients: Any) -> None:
    for layer in spec().layers:
        assert clients["ani"].get(f"{MAP}{layer.id}/").status_code == 200
        shown = {name: value for name, value in LayerForm.shown(layer).items() if value not in ("", ())}
        choices: Any = {"units": [(code, code) for code in layer.units], "places": [(id, id) for id in layer.places]}
        form = LayerForm(shown, said_elsewhere=True, **choices)
        assert form.is_valid(), form.errors
        assert form.says(layer.id) == layer


def test_somebody_who_was_overtaken_is_told(clients: Any) -> None:
    assert clients["ani"].post(f"{MAP}new/", LAYER).status_code == 302
    answer = clients["rita"].post(f"{MAP}new/", LAYER)
    assert "is at version 2 by ani" in answer.content.decode()


def test_a_situation_without_a_map_gets_one(clients: Any) -> None:
    from tests.records.people import A_SITUATION, at
    from tocsin.review import actions

    actions.open_situation(by=clients["rita"].person, at=at(20), key="valley", scope=A_SITUATION)
    own = "/situations/valley/map/"
    assert "No map yet" in clients["ani"].get(own).content.decode()
    filled = {
        "title": "Armenia",
        "credit": "Natural Earth; the desk",
        "countries": "ARM",
        "not_shown": "Who holds what.",
    }
    assert clients["ani"].post(own, filled).status_code == 302
    assert clients["ani"].post(f"{own}new/", LAYER).status_code == 302
    assert clients["ani"].get(f"{own}drawn/").status_code == 200


def test_the_composer_leads_to_the_map(clients: Any) -> None:
    assert MAP in clients["ani"].get(f"/warnings/{WARNING}/draft/").content.decode()


def test_a_figure_in_dispute_stands_beside_a_rival(clients: Any) -> None:
    alone = {"label": "Area held", "contested": "on", "estimates": "215 km² | the ministry | R05 | 2024-02"}
    assert "beside at least one rival" in clients["ani"].post(f"{FIGURES}new/", alone).content.decode()
    both = alone | {"estimates": alone["estimates"] + "\nabout 140 to 150 km² | a research group"}
    answer = clients["ani"].post(f"{FIGURES}new/", both)
    assert answer.status_code == 302
    from tocsin.core.model.assessment import Figure
    from tocsin.records.queries import get_record, get_situation, newest

    key = answer["Location"].rstrip("/").rpartition("/")[2]
    figure = newest(get_record("figure", key, situation=get_situation(SITUATION))).read(Figure)
    assert [(each.quantity.best, each.by) for each in figure.estimates] == [
        (215, "the ministry"),
        (None, "a research group"),
    ]
    again = clients["ani"].get(answer["Location"]).content.decode()
    assert "215 km² | the ministry | R05 | 2024-02" in again


def test_a_figure_of_the_case_is_shown_in_its_form_as_it_was_written(clients: Any) -> None:
    from tocsin.core.model.assessment import Figure
    from tocsin.records.models import Record
    from tocsin.records.queries import newest

    for record in Record.objects.filter(kind="figure"):
        figure = newest(record).read(Figure)
        form = FigureForm(FigureForm.shown(figure))
        assert form.is_valid(), form.errors
        assert form.says(record.key, figure) == figure
        assert clients["ani"].get(f"{FIGURES}{record.key}/").status_code == 200


def test_an_estimate_names_a_source_that_is_on_record(clients: Any) -> None:
    filled = {"label": "Area held", "estimates": "215 km² | the ministry | S999"}
    assert "there is no source S999" in clients["ani"].post(f"{FIGURES}new/", filled).content.decode()
