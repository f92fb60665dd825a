"""What holds for every page of the desk: who may see it, what the browser is told, and that it is served at all."""

from __future__ import annotations

import gzip
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cases import make_test_desk
from tests.web.signed_in import ClientOf, RunningDesk, code, enrol, with_password
from tocsin.warn.desk import DeskFolder
from tocsin.web.place import Place, PlaceError, place_of


def test_a_stranger_is_asked_to_sign_in(stranger: Any) -> None:
    answer = stranger.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/")


def test_a_part_of_a_page_sends_a_stranger_to_the_whole_sign_in_page(stranger: Any) -> None:
    answer = stranger.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/login/?next=/")


def test_somebody_who_signed_in_sees_the_desk(client_of: ClientOf) -> None:
    answer = client_of("rita", "reviewer").get("/")
    assert answer.status_code == 200
    assert answer["Cache-Control"].count("no-store") == 1


def test_a_person_signs_in_with_password_and_code(desk: DeskFolder, client_of: ClientOf, stranger: Any) -> None:
    enrol(with_password(client_of("rita").person))
    stranger.handler.enforce_csrf_checks = False
    asked = stranger.post("/account/login/", {"login": "rita", "password": "correct horse battery staple"})
    assert asked["Location"].startswith("/account/factors/authenticate/")
    assert stranger.get("/").status_code == 302, "the password alone is not enough once a second factor is enrolled"
    assert stranger.post("/account/factors/authenticate/", {"code": code()})["Location"] == "/"
    assert stranger.get("/").status_code == 200


def test_a_running_desk_shows_the_sign_in_page_and_the_published_site(running_desk: RunningDesk) -> None:
    (running_desk.desk.site / "index.html").write_text("<p>published", "utf-8")
    with urllib.request.urlopen(f"{running_desk.url}/site/index.html") as page:
        assert page.read() == b"<p>published"
    with urllib.request.urlopen(f"{running_desk.url}/account/login/") as page:
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    with urllib.request.urlopen(f"{running_desk.url}/static/desk/desk.css") as style:
        assert style.headers["Content-Type"].startswith("text/css")


def test_what_is_text_goes_out_compressed_and_a_font_as_it_is(client_of: ClientOf) -> None:
    client = client_of("rita", "reviewer")
    takes = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=takes)
    assert page["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(page.content)
    style = client.get("/static/desk/desk.css", headers=takes)
    assert style["Content-Encoding"] == "gzip"
    assert b"--paper" in gzip.decompress(style.getvalue())
    font = client.get("/static/desk/fonts/sans-latin-400.woff2", headers=takes)
    assert "Content-Encoding" not in font
    assert font.getvalue().startswith(b"wOF2")
    assert "Content-Encoding" not in client.get("/")


@pytest.mark.parametrize(
    "address",
    ["http://desk.example.org", "desk.example.org", "https://", "https://desk.example.org/path", "https://a?b"],
)
def test_an_address_that_is_not_safe_or_not_whole_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(PlaceError, match="cannot be the desk's address"):
        place_of(with_web(tmp_path, f'address = "{address}"'))


def test_an_unknown_setting_of_the_web_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="adress"):
        place_of(with_web(tmp_path, 'adress = "https://desk.example.org"'))


def test_a_desk_answers_to_its_own_name_only() -> None:
    assert Place(address="https://desk.example.org").hosts == ["desk.example.org"]
    assert Place().hosts == ["localhost", "127.0.0.1", "[::1]"]


def with_web(folder: Path, settings: str) -> DeskFolder:
    """A desk with a `[web]` table."""
    desk = make_test_desk(folder / "desk")
    with desk.settings_path.open("a", encoding="utf-8") as file:
        file.write(f"\n[web]\n{settings}\n")
    return DeskFolder(desk.folder)
