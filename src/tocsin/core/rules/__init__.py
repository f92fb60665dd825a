"""The rules that a warning must pass before it is issued, and what a reader should know of it.

A rule is a pure function of a `Content` and the codebook. An *error* must not be issued; a *notice* is printed on
the page. Rules suggest and point out; they never set a level, a grade or a finding.
"""

from __future__ import annotations

from collections.abc import Iterable

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


OF_CONTENT: tuple[Rule, ...] = tuple(rule for rule in RULES if rule not in harm.OF_WHAT_IS_KNOWN)
"""Rules that look at nothing but the content, the edition before and the day."""


def check(context: Context, rules: tuple[Rule, ...] = RULES) -> list[Problem]:
    """Everything that the rules find, errors first, each in the order of the content."""
    return errors_first(problem for rule in rules for problem in rule.find(context))


def errors_first(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order in which they are shown."""
    return sorted(problems, key=lambda problem: problem.severity != "error")


__all__ = ["OF_CONTENT", "RULES", "Context", "Problem", "Rule", "check", "errors_first"]
