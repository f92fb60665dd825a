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


def test_the_page_on_deaths_and_episodes_gives_the_figures_of_the_cards() -> None:
    text = " ".join((ROOT / "docs" / "explanation" / "forecasts-of-deaths.md").read_text("utf-8").split())
    deaths, alert, ours = read_card("fatalities").scores, read_card("alert").scores, read_card("alert").model

    def caught(threshold: int) -> str:
        n = alert[f"n_sudden_{threshold}"]
        shares = [alert[f"sudden_in_top_10_{threshold}_{name}"] for name in (ours, "rule", "annual-risk")]
        return " | ".join(f"{round(share * n)} of {n}" for share in shares)

    (low, high), (log_low, log_high) = deaths["crps_ratio_95"], deaths["log_crps_ratio_95"]
    false_1000, false_250 = (alert[f"false_episodes_a_year_{threshold}"] for threshold in (1000, 250))
    for told in (
        f"CRPS {deaths['crps_ratio']:.3f} (another set of countries might have given {low:.4f} to {high:.4f})",
        f"log1p-CRPS {deaths['log_crps_ratio']:.3f} ({log_low:.4f} to {log_high:.4f})",
        f"sudden starts of 1,000 that it held | {caught(1000)} |",
        f"sudden starts of 250 | {caught(250)} |",
        f"false alarms a year, 1,000 and 250 | {false_1000:.1f} and {false_250:.1f} |",
    ):
        assert told in text, f"the page should say: {told}"
