"""docs/reference/sources.md, made from every source.toml. `make docs` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.data_beside import ROOT
from tocsin.collect.source import Source, Table, list_sources

PAGE = "docs/reference/sources.md"


def pages() -> dict[str, str]:
    """The page's path in the repository and its text."""
    sources = list_sources(ROOT / "sources")
    lines = [
        "# Sources",
        "",
        "Made from `sources/*/source.toml`; `make docs` writes it, and a test checks",
        "that it is fresh. What stands under *Know before use* is shown under every chart of it.",
        "",
        *(f"- [{source.name}](#{source.name}): {source.title}" for source in sources),
    ]
    for source in sources:
        lines += ["", *_source(source)]
    return {PAGE: "\n".join(lines) + "\n"}


def _source(source: Source) -> Iterator[str]:
    yield f"## {source.name}"
    yield ""
    yield f"**{source.title}.** {source.about}"
    yield ""
    origin = source.origin
    licence = f"[{origin.licence}]({origin.licence_url})" if origin.licence_url else origin.licence
    yield f"- Publisher: [{origin.producer}]({origin.url})" if origin.url else f"- Publisher: {origin.producer}"
    if origin.citation:
        yield f"- Cite: {origin.citation}"
    yield f"- Licence: {licence}"
    yield from (f"- Terms: {term}" for term in origin.terms)
    if source.fetch.every:
        yield f"- New every {source.fetch.every}"
    yield ""
    yield "Know before use:"
    yield ""
    yield from (f"- {warning.says}" for warning in source.warnings)
    if source.settings:
        yield from ("", f"Settings, under `[collect.{source.name}]` in `desk.toml`:", "")
        for name, one in source.settings.items():
            said = " (a secret)" if one.secret else f" [{one.default}]" if one.default else ""
            yield f"- `{name}`: {one.about}{said}"
    for table in source.tables:
        yield from ("", *_table(source, table))


def _table(source: Source, table: Table) -> Iterator[str]:
    yield f"### {source.name}: {table.name}"
    yield ""
    yield table.about
    if table.key:
        yield f"Key: {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | type | what it is |"
    yield "|---|---|---|"
    for name, column in table.columns.items():
        must = "; never empty" if column.required else ""
        yield f"| `{name}` | {column.type} | {_cell(column.about)}{must} |"
    if table.expect:
        yield from ("", "What must hold:", "")
        for one in table.expect:
            may = f" (but for {one.allow_share:.1%} of rows: {one.reason})" if one.allow_share else ""
            yield f"- {one.name}{may}"
    if table.layouts:
        yield from ("", "Read from:", "")
        for layout in table.layouts:
            left = layout.reasons()
            why = sorted(set(left.values()))
            rest = f"; {len(left)} left ({_cell('; '.join(why))})" if left else ""
            yield f"- {layout.name}: {len(layout.header)} columns of {layout.format}{rest}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
