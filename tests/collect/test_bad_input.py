"""Input that is not what it should be: a clear message, the run marked failed, table and archive untouched."""

from __future__ import annotations

import gzip
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collect.desks import SOURCES, ADesk
from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.export import export_csv
from tocsin.collect.unpack import Caps, unpack

GED = SOURCES / "ucdp-ged" / "sample" / "GEDEvent_v31_0_3.csv"
XLSX = SOURCES / "ucdp-ged" / "sample" / "GEDEvent_v31_0_3.xlsx"
JSON = SOURCES / "ucdp-ged" / "sample" / "ged-31.1-page-0.json"
PARQUET = SOURCES / "views" / "sample" / "cm_actuals_2030.parquet"
EXPORT = SOURCES / "gdelt" / "sample" / "20300105141500.export.CSV"
ONESIDED = SOURCES / "ucdp-onesided" / "sample" / "one_sided_31_1.csv"

Spoil = Callable[[bytes], bytes]


def swap(old: str, new: str) -> Spoil:
    def spoiled(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return spoiled


def cut_in_the_last_row(data: bytes) -> bytes:
    return data[: data.rstrip(b"\n").rindex(b"\n") + 40] + b"\n"


def cut(n_bytes: int) -> Spoil:
    return lambda data: data[:-n_bytes]


def without_column(index: int) -> Spoil:
    def spoiled(data: bytes) -> bytes:
        rows = [line.split(",") for line in data.decode().splitlines()]
        return ("\n".join(",".join(row[:index] + row[index + 1 :]) for row in rows) + "\n").encode()

    return spoiled


BAD: dict[str, tuple[str, Path, Spoil, type[Exception], str]] = {
    "nothing at all": ("ucdp-ged", GED, lambda _: b"", InputError, "empty"),
    "blanks only": ("ucdp-ged", GED, lambda _: b" \n\n", InputError, "empty"),
    "a page that says sorry": (
        "ucdp-ged",
        GED,
        lambda _: b"<!DOCTYPE html><html>Sorry</html>\n",
        InputError,
        "web page",
    ),
    "a page behind blank lines": ("gdelt", EXPORT, lambda _: b"\n\n <HTML>busy</HTML>", InputError, "web page"),
    "a last line that breaks off": ("ucdp-ged", GED, cut(9), InputError, "cut short"),
    "a last row with too few columns": (
        "ucdp-ged",
        GED,
        cut_in_the_last_row,
        LayoutError,
        "columns instead of 49",
    ),
    "a quotation that never ends": (
        "ucdp-ged",
        GED,
        lambda d: d + b'900009,"open\n',
        InputError,
        "never closed",
    ),
    "text in Latin-1": ("ucdp-ged", GED, swap("Old Mill village", "Vill\udce9"[:-1]), InputError, "UTF-8"),
    "text in UTF-16": ("ucdp-ged", GED, lambda d: d.decode().encode("utf-16"), InputError, "UTF-16"),
    "a new column": ("ucdp-ged", GED, swap("gwnoa,gwnob", "gwnoa,gwnob,gwnoc"), LayoutError, "new: 'gwnoc'"),
    "a column that went": (
        "ucdp-onesided",
        ONESIDED,
        without_column(3),
        LayoutError,
        "gone: 'coalition_components'",
    ),
    "a column with another name": (
        "ucdp-ged",
        GED,
        swap(",best,", ",best_estimate,"),
        LayoutError,
        "gone: 'best'",
    ),
    "columns in another order": (
        "ucdp-ged",
        GED,
        swap("best,high,low", "low,best,high"),
        LayoutError,
        "order changed",
    ),
    "a number that is a word": ("ucdp-ged", GED, swap(",4,6,2,", ",four,6,2,"), LayoutError, "best"),
    "half a death": ("ucdp-ged", GED, swap(",4,6,2,", ",4.5,6,2,"), LayoutError, "4.5 is no whole number"),
    "an endless number": (
        "ucdp-ged",
        GED,
        swap(",10.5,20.25,", ",inf,20.25,"),
        Exception,
        "latitude is a finite",
    ),
    "a day that is none": (
        "ucdp-ged",
        GED,
        swap("2031-03-04,2031-03-04", "2031-02-30,2031-03-04"),
        LayoutError,
        "date_start",
    ),
    "an hour in a day": (
        "ucdp-ged",
        GED,
        swap("2031-03-04,", "2031-03-04 07:30:00,"),
        LayoutError,
        "without a time",
    ),
    "neither yes nor no": ("ucdp-ged", GED, swap(",true,", ",maybe,"), LayoutError, "active_year: maybe"),
    "an unknown type of violence": (
        "ucdp-ged",
        GED,
        swap(",Clear,1,", ",Clear,4,"),
        Exception,
        "type_of_violence is one of",
    ),
    "no type of violence": (
        "ucdp-ged",
        GED,
        swap(",Clear,1,", ",Clear,,"),
        Exception,
        "type_of_violence is never empty",
    ),
    "a place off the globe": (
        "ucdp-ged",
        GED,
        swap(",10.5,20.25,", ",10.5,200.25,"),
        Exception,
        "longitude is between",
    ),
    "a year before records": ("ucdp-ged", GED, swap(",2031,true", ",1031,true"), Exception, "year is between"),
    "a range in disorder": ("ucdp-ged", GED, swap(",4,6,2,", ",4,6,5,"), Exception, "low, best and high"),
    "the same event twice": (
        "ucdp-ged",
        GED,
        swap("900002,", "900001,"),
        Exception,
        "the key comes 2 times: id=900001",
    ),
    "rows for nobody": ("ucdp-ged", GED, lambda d: d.split(b"\n")[0] + b"\n", Exception, "0 rows came"),
    "half a workbook": ("ucdp-ged", XLSX, cut(900), InputError, "cannot be opened"),
    "half a JSON": ("ucdp-ged", JSON, cut(40), InputError, "not valid JSON"),
    "a JSON of another build": ("ucdp-ged", JSON, swap('"Result"', '"Results"'), LayoutError, "fits no table"),
    "a JSON record with a new field": (
        "ucdp-ged",
        JSON,
        swap('"gwnoa"', '"colour": 1, "gwnoa"'),
        LayoutError,
        "'colour'",
    ),
    "half a Parquet": ("views", PARQUET, cut(20), InputError, "Parquet"),
    "bytes of no format": (
        "ucdp-ged",
        GED,
        lambda _: random.Random(1).randbytes(4000),
        InputError,
        "no format",
    ),
    "GDELT 1.0": (
        "gdelt",
        EXPORT,
        lambda d: b"\t".join(d.split(b"\n")[0].split(b"\t")[:58]) + b"\n",
        LayoutError,
        "GDELT 1.0",
    ),
    "GDELT with a column too many": (
        "gdelt",
        EXPORT,
        lambda d: d.replace(b"\n", b"\tx\n"),
        LayoutError,
        "62 columns",
    ),
    "GDELT with a short row": (
        "gdelt",
        EXPORT,
        lambda d: d + b"1\t2\t3\n",
        LayoutError,
        "columns instead of 61",
    ),
    "GDELT with a date that is none": (
        "gdelt",
        EXPORT,
        swap("\t20300105\t", "\t20301305\t"),
        LayoutError,
        "20301305",
    ),
    "the file of another source": (
        "ucdp-onesided",
        GED,
        lambda d: d,
        LayoutError,
        "its columns are not those of",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_named_and_changes_nothing(what: str, desk: ADesk, tmp_path: Path) -> None:
    source, good, spoil, kind, said = BAD[what]
    before = desk.run(source, *sorted((SOURCES / source / "sample").glob(f"*{good.suffix}"))[:1])
    bad = tmp_path / good.name
    data = (
        spoil(good.read_bytes())
        if what != "text in Latin-1"
        else good.read_bytes().replace(b"Mill vill", b"M\xefll vill")
    )
    bad.write_bytes(data)
    error = desk.fails(source, bad)
    assert isinstance(error, kind)
    assert said in error.problem
    assert good.name in error.where or "table " in error.where
    assert desk.store(source).runs()[0] == before


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


def test_a_zip_and_a_gzip_are_read_like_what_is_in_them(desk: ADesk, tmp_path: Path) -> None:
    plain = desk.run("ucdp-ged", GED)
    packed = desk.run("ucdp-ged", zipped(tmp_path / "ged311-csv.zip", **{"GEDEvent_v31_1.csv": GED.read_bytes()}))
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(GED.read_bytes()))
    gzipped = desk.run("ucdp-ged", tmp_path / "x.csv.gz")
    assert {one.tables[0].n_rows for one in (plain, packed, gzipped)} == {3}
    assert "no row differs" in gzipped.changes


@pytest.mark.parametrize("name", ["../../escaped.csv", "/etc/escaped.csv", "..\\escaped.csv", "C:/escaped.csv"])
def test_a_zip_that_would_write_elsewhere_is_refused(name: str, desk: ADesk, tmp_path: Path) -> None:
    bad = zipped(tmp_path / "a.zip", **{name: GED.read_bytes()})
    assert "written elsewhere" in desk.fails("ucdp-ged", bad).problem
    assert not list(tmp_path.rglob("escaped.csv"))


def test_a_zip_with_a_link_in_it_is_refused(desk: ADesk, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert "a link" in desk.fails("ucdp-ged", tmp_path / "a.zip").problem


def test_a_zip_cut_short_is_refused(desk: ADesk, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip", **{"GEDEvent_v31_1.csv": GED.read_bytes()})
    whole.write_bytes(whole.read_bytes()[:-30])
    assert "cannot be opened" in desk.fails("ucdp-ged", whole).problem


def test_a_gzip_cut_short_is_refused(desk: ADesk, tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(GED.read_bytes())[:-12])
    assert "ends too early" in desk.fails("ucdp-ged", tmp_path / "x.csv.gz").problem


def test_a_gzip_bomb_is_stopped_long_before_it_is_unpacked(desk: ADesk, tmp_path: Path) -> None:
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"0" * (256 << 20), compresslevel=9))
    assert "as a bomb does" in desk.fails("ucdp-ged", tmp_path / "bomb.csv.gz").problem
    assert not list(desk.folder.rglob("unpacked")), "what was unpacked is gone"


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_by_what_comes_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"a.csv": b"0" * (64 << 20)})
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")  # the size that the directory states
    path.write_bytes(data)
    with pytest.raises(InputError):
        unpack(path, "bomb.zip", tmp_path, caps=Caps(max_bytes=1 << 20))
    assert sum(f.stat().st_size for f in tmp_path.glob("member-*")) <= 2 << 20


def test_a_workbook_that_is_a_bomb_is_refused_unopened(desk: ADesk, tmp_path: Path) -> None:
    bomb = tmp_path / "GEDEvent_v31_0_4.xlsx"
    shutil.copy(XLSX, bomb)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b"0" * (64 << 20))
    assert "as a bomb does" in desk.fails("ucdp-ged", bomb).problem


def test_a_workbook_with_entities_in_its_xml_is_refused(desk: ADesk, tmp_path: Path) -> None:
    bad = tmp_path / "GEDEvent_v31_0_4.xlsx"
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(XLSX) as good, zipfile.ZipFile(bad, "w") as packed:
        for info in good.infolist():
            is_sheet = info.filename.startswith("xl/worksheets/sheet")
            packed.writestr(info.filename, laughs if is_sheet else good.read(info))
    assert "cannot be" in desk.fails("ucdp-ged", bad).problem


def test_a_cell_that_starts_a_formula_is_text_in_the_table_and_harmless_in_an_export(desk: ADesk) -> None:

    desk.run("ucdp-ged", GED)
    (kept,) = desk.query("ucdp-ged", "events", "SELECT where_description FROM rows WHERE id = 900001")[0]
    assert kept == "=SUM(1,2) is text here, and no formula"
    to = desk.folder / "events.csv"
    export_csv(desk.store("ucdp-ged"), "events", to)
    assert "'=SUM(1,2) is text here" in to.read_text()
    assert ",=SUM" not in to.read_text()
    assert ',"=SUM' not in to.read_text()


def test_a_file_that_is_not_there_is_named(desk: ADesk, tmp_path: Path) -> None:
    error = desk.fails("ucdp-ged", tmp_path / "nowhere.csv")
    assert "cannot be read" in error.problem
    assert "nowhere.csv" in error.where
