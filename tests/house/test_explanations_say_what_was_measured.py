"""What docs/explanation tells a policy reader are the figures of the cards, not of an earlier run."""

from __future__ import annotations

from pathlib import Path

from tocsin.forecast.cards import read_card

ROOT = Path(__file__).parents[2]


def test_the_page_on_onset_gives_the_figures_of_the_card() -> None:
    text = " ".join((ROOT / "docs" / "explanation" / "forecasts.md").read_text("utf-8").split())
    scores = read_card("onset").scores
    pairs, ewp_pairs = (round(scores[f"{whose}within_year_auc"] * 100) for whose in ("", "ewp_"))
    first, ewp_first = (round(scores[f"{whose}recall_15"] * 35) for whose in ("", "ewp_"))
    expected, ewp_expected = (scores[f"{whose}expected_over_observed"] for whose in ("", "ewp_"))
    for told in (
        f"of the same year | {pairs} in 100 pairs | {ewp_pairs} in 100 |",
        f"of about 160 countries | {first} of 35 | {ewp_first} of 35 |",
        f"for each that came, two years | {expected:.1f} | {ewp_expected:.1f} |",
        f"were missed: {scores['recall_15'] * 100:.0f} in 100 and {scores['log_loss_skill'] * 100:.0f} %.",
    ):
        assert told in text, f"the page should say: {told}"


def test_what_the_page_says_of_the_first_fifteen_follows_from_the_card() -> None:
    text = " ".join((ROOT / "docs" / "explanation" / "forecasts.md").read_text("utf-8").split())
    caught = round(read_card("onset").scores["recall_15"] * 35)
    assert f"Of the 35 onsets {35 - caught} were *not* among the first fifteen." in text
    assert "more than fourteen a year see none" in text
    assert 15 - caught / 26 > 14
