"""Invented incidents for tests: every precision of day and place, in and beyond the map of the Armenia case."""

from __future__ import annotations

from tocsin.core.model.incidents import Incident, Incidents

INCIDENTS = Incidents(
    id="invented-1",
    label="Invented events, Armenia, September 2023",
    incidents=(
        Incident(
            id="11",
            date="2023-09-01",
            date_precision="day",
            place="Invented village",
            adm1="Syunik province",
            country="ARM",
            at=(46.34, 39.51),
            place_precision="near",
            kind="state-based",
            side_a="Side A",
            side_b="Side B",
            low=1,
            best=3,
            high=5,
        ),
        Incident(
            id="12",
            date="2023-09-19/2023-09-20",
            date_precision="days",
            place="Shusha town",
            country="AZE",
            at=(46.75, 39.76),
            place_precision="exact",
            kind="one-sided",
            side_a="Side B",
            side_b="Civilians",
            best=2,
        ),
        Incident(
            id="13", date="2023-09-01/2023-09-30", date_precision="month", adm1="Gegharkunik", country="ARM",
            at=(45.3, 40.3), place_precision="province", low=0, best=1, high=1,
        ),
        Incident(id="14", date="2023-09-02", date_precision="day", country="ARM", place_precision="country", best=1),
        Incident(id="15", date="2023-09-03", country="IRN", at=(51.39, 35.69), place_precision="exact", best=0),
    ),
    selection="All invented events of September 2023: 5.",
    producer="Nobody",
    release="Invented, version 1",
    retrieved="2026-11-25",
    licence="CC0-1.0",
    warnings=("They are invented.",),
    cannot_tell="Nothing of them happened.",
)  # fmt: skip
