"""The charts' own words, to be given in another language; `{...}` is filled in."""

from __future__ import annotations

import msgspec

from tocsin.publish.maps.words import Words


class ChartWords(msgspec.Struct, frozen=True, kw_only=True):
    """English words."""

    lang: str = "en"
    dates: Words = Words()
    fan_title: str = "Deaths a month: what was, and what may come"
    fan_axis: str = "deaths a month, log scale"
    fan_past: str = "counted"
    fan_middle: str = "middle draw"
    fan_half: str = "half of the draws"
    fan_most: str = "nine in ten draws"
    fan_key: str = "{past}: —— · {middle}: - - - · {half}: dark band · {most}: light band"
    fan_came: str = "counted since"
    fan_key_came: str = " · {came}: —•—"
    fan_described_came: str = "Counted since: {counted}."
    fan_described: str = (
        "Deaths a month in {place}. Counted in {last_month}: {last}. Forecast for {first}: nine in ten draws between "
        "{first_low} and {first_high}, the middle one {first_middle}; for {end}: between {end_low} and {end_high}, the "
        "middle one {end_middle}."
    )
    history_title: str = "Risk as it was forecast"
    history_axis: str = "two-year risk, by the last year of data"
    history_described: str = "Risk in {place} by the last year of data. {points}."
    calibration_title: str = "Said and come"
    calibration_said: str = "chance given, on average"
    calibration_came: str = "share that came"
    calibration_even: str = "as often as said"
    calibration_group: str = "of {n} forecasts of {said} on average, {came} came"
    calibration_described: str = "How often what was forecast came. {groups}."
