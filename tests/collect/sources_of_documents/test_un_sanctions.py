"""The consolidated list comes out as the Council wrote it, counted by other means; poison stops the run."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.collect.desks import SOURCES, ADesk
from tests.data_beside import real
from tocsin.collect.parser import load_parser

SAMPLE = SOURCES / "un-sanctions" / "sample" / "listings.xml"
records = load_parser(SOURCES / "un-sanctions").records


@pytest.mark.data
def test_every_person_and_entity_on_the_list_is_in_the_tables(desk: ADesk) -> None:
    path = real("sanctions/UN_consolidated.xml")
    root = ElementTree.fromstring(path.read_bytes())
    entries = root.findall("./INDIVIDUALS/INDIVIDUAL") + root.findall("./ENTITIES/ENTITY")
    desk.run("un-sanctions", path)
    found = desk.query("un-sanctions", "listings", "SELECT listed_as, count(*) FROM rows GROUP BY ALL ORDER BY ALL")
    assert found == [("entity", 273), ("person", 730)]
    expected = sorted(
        (
            entry.findtext("REFERENCE_NUMBER", "").strip(),
            entry.findtext("UN_LIST_TYPE"),
            date.fromisoformat(entry.findtext("LISTED_ON", "")[:10]),
            entry.tag == "ENTITY",
            len([day for day in entry.findall("LAST_DAY_UPDATED/VALUE") if day.text]),
            len([name for name in entry.findall("./*/ALIAS_NAME") if (name.text or "").strip()]),
        )
        for entry in entries
    )
    columns = "reference_number, regime, listed_date, listed_as = 'entity', n_updates, n_aliases"
    assert desk.query("un-sanctions", "listings", f"SELECT {columns} FROM rows ORDER BY ALL") == expected

    updates = sorted(
        (entry.findtext("REFERENCE_NUMBER", "").strip(), date.fromisoformat(day.text))
        for entry in entries
        for day in entry.findall("LAST_DAY_UPDATED/VALUE")
        if day.text
    )
    assert desk.query("un-sanctions", "updates", "FROM rows ORDER BY ALL") == updates
    aliases = [name.text.strip() for entry in entries for name in entry.findall("./*/ALIAS_NAME") if name.text]
    assert desk.query("un-sanctions", "aliases", "SELECT alias FROM rows ORDER BY 1") == sorted(
        (alias,) for alias in aliases if alias
    )


def test_an_invented_entry_is_read_field_by_field() -> None:
    person, entity = records(SAMPLE, "listings")
    assert (person["name"], person["listed_as"], person["regime"]) == ("INVENTED PERSON", "person", "Nowhere")
    assert (person["listed_date"], person["listed_date_as_given"]) == ("2012-12-31", "2012-12-31-05:00")
    assert (person["last_updated_date"], person["n_updates"], person["n_aliases"]) == ("2016-10-13", "2", "1")
    assert person["designations"] == "Commander of the first invented brigade | Deputy governor"
    assert (entity["reference_number"], entity["name_original_script"]) == ("XXe.001", "Հորինված ընկերություն")
    assert [row["updated_date"] for row in records(SAMPLE, "updates")] == ["2014-02-01", "2016-10-13"]
    assert [row["alias"] for row in records(SAMPLE, "aliases")] == ["INVENTED ALIAS", "Invented Holding"]


def test_no_paper_birth_or_address_reaches_a_table(tmp_path: Path) -> None:
    listed = ElementTree.parse(SAMPLE)
    entry = listed.find("./INDIVIDUALS/INDIVIDUAL")
    assert entry is not None
    for tag in (
        "INDIVIDUAL_DOCUMENT",
        "INDIVIDUAL_ADDRESS",
        "INDIVIDUAL_DATE_OF_BIRTH",
        "INDIVIDUAL_PLACE_OF_BIRTH",
    ):
        part = entry.find(tag)
        assert part is not None
        ElementTree.SubElement(part, "NUMBER").text = "PRIVATE"
    path = tmp_path / "list.xml"
    listed.write(path)
    assert b"PRIVATE" in path.read_bytes()
    rows = [row for layout in ("listings", "updates", "aliases") for row in records(path, layout)]
    assert len(rows) == 6
    assert "PRIVATE" not in str(rows)


BROKEN = {
    "a new field": (b"<GENDER>", b"<RANK>1</RANK><GENDER>", "unknown fields: RANK"),
    "a field gone": (b"<QUALITY>Good</QUALITY>", b"", "the field 'QUALITY' is gone"),
    "another root": (b"CONSOLIDATED_LIST", b"OTHER_LIST", "this is not the consolidated list"),
    "a field given twice": (b"<DATAID>1</DATAID>", b"<DATAID>1</DATAID><DATAID>2</DATAID>", "given 2 times"),
    "no day": (b"2019-04-01", b"soon", "listed_date: soon is no"),
    "too few rows": (b"", b"", "2 rows came, where between 500 and"),
    "billion laughs": (
        b"<CONSOLIDATED_LIST",
        b'<!DOCTYPE l [<!ENTITY a "b">]><CONSOLIDATED_LIST',
        "a document type",
    ),
    "cut short": (b"</ENTITIES>\n</CONSOLIDATED_LIST>", b"", "The XML cannot be read"),
}


@pytest.mark.parametrize(("old", "new", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_list_that_is_not_as_declared_stops_the_run(
    desk: ADesk, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    whole = SAMPLE.read_bytes().replace(b"<COMMENTS1>An", b"<GENDER>Male</GENDER><COMMENTS1>An", 1)
    path = tmp_path / "list.xml"
    path.write_bytes(whole.replace(old, new) if old else whole)
    desk.for_samples = "rows came" not in said
    assert re.search(re.escape(said), str(desk.fails("un-sanctions", path)))


@pytest.mark.data
def test_an_entry_amended_before_its_listing_stops_the_run(desk: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    given = real("sanctions/UN_consolidated.xml").read_bytes()
    path.write_bytes(given.replace(b"<LISTED_ON>2012-12-31<", b"<LISTED_ON>2031-12-31<", 1))
    assert "an entry is not amended before it is made" in str(desk.fails("un-sanctions", path))
