"""The rules that a warning must pass before it is issued, and what a reader should know of it.

A rule is a pure function of a `Content` and the codebook. An *error* must not be issued; a *notice* is printed on
the page. Rules suggest and point out; they never set a level, a grade or a finding.
"""

from __future__ import annotations

from tocsin.core.rules import asks, assessment, claims, harm, incidents, references, series, words
from tocsin.core.rules.rule import Context, Problem, Rule

RULES: tuple[Rule, ...] = (
    *references.RULES,
    *claims.RULES,
    *assessment.RULES,
    *asks.RULES,
    *words.RULES,
    *harm.RULES,
    *series.RULES,
    *incidents.RULES,
)


def check(context: Context) -> list[Problem]:
    """Everything that the rules find, errors first, each in the order of the content."""
    found = [problem for rule in RULES for problem in rule.find(context)]
    return sorted(found, key=lambda problem: problem.severity != "error")


__all__ = ["RULES", "Context", "Problem", "Rule", "check"]
