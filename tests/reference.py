"""The pages of docs/reference, made from the code: the schema, the rules, the codebook, the commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from typer.main import get_command

from tests.api_reference import page as api_page
from tests.collect.reference import pages as source_pages
from tests.prepare.reference import pages as table_pages
from tocsin.cli import app
from tocsin.core.editions.register_log import FORECASTS, SCORES
from tocsin.core.editions.schema import edition_schema
from tocsin.core.life_cycles import LIFE_CYCLES
from tocsin.core.model.forecasts import RegisterEntry
from tocsin.core.rules import RULES
from tocsin.core.rules.roles import MEANING
from tocsin.core.vocabulary import load_codebook
from tocsin.review.spreadsheet.columns import COLUMNS, KINDS

MADE = "<!-- Made from the code by `make docs`; change the code instead. -->\n\n"


def pages() -> dict[str, str]:
    """Text of each page by path from the root of the project."""
    return {
        "src/tocsin/core/editions/edition-1.schema.json": json.dumps(edition_schema(), indent=1, ensure_ascii=False)
        + "\n",
        "docs/reference/edition.md": _edition(),
        "docs/reference/register.md": _register(),
        "docs/reference/rules.md": _rules(),
        "docs/reference/codebook.md": _codebook(),
        "docs/reference/commands.md": _commands(),
        "docs/reference/life-cycles.md": _life_cycles(),
        "docs/reference/api.md": MADE + api_page(),
        "docs/reference/claims-spreadsheet.md": _claims_spreadsheet(),
        **source_pages(),
        **table_pages(),
    }


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    header = list(header)
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n\n"


def _shape(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_shape(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema['items'])}" if schema.get("items") else "list"
    return str(schema.get("type", "any"))


def _edition() -> str:
    schema = edition_schema()
    text = MADE + "# The Edition, field by field\n\n"
    text += (
        "Schema `tocsin/edition/1` (JSON Schema 2020-12), shipped beside `tocsin.core.editions` as a JSON file.\n"
        "An Edition is stored as its canonical bytes (RFC 8785) under their SHA-256. Unknown fields are refused.\n\n"
    )
    return (text + _fields(schema["$defs"])).rstrip() + "\n"


def _register() -> str:
    _, components = msgspec.json.schema_components(
        [*FORECASTS.values(), *SCORES.values(), RegisterEntry], ref_template="#/$defs/{name}"
    )
    text = MADE + "# The register of forecasts, field by field\n\n"
    text += (
        "Each document is stored as its canonical bytes (RFC 8785) under their SHA-256 in `forecasts/`, and published\n"
        "under `forecasts/register/`. Its `schema` says what it is: "
        + ", ".join(f"`{name}`" for name in (*FORECASTS, *SCORES))
        + ".\nUnknown fields are refused.\n\n"
    )
    return (text + _fields(components)).rstrip() + "\n"


def _fields(definitions: dict[str, Any]) -> str:
    text = ""
    for name, definition in definitions.items():
        text += f"## {name}\n\n{definition.get('description', '')}\n\n"
        required = definition.get("required", [])
        text += _table(
            ("field", "shape", "required", "meaning"),
            (
                (f"`{field}`", _shape(each), "yes" if field in required else "", each.get("description", ""))
                for field, each in definition.get("properties", {}).items()
            ),
        )
    return text


def _rules() -> str:
    text = MADE + "# Rules\n\nAn error must not be issued. A notice is printed on the page, for the reader.\n\n"
    return (text + _table(("rule", "", "asks"), ((f"`{r.name}`", r.severity, r.asks) for r in RULES))).rstrip() + "\n"


def _life_cycles() -> str:
    text = (
        MADE + "# Life cycles and roles\n\nA state is never overwritten: a step is added, with who, when and why.\n\n"
    )
    text += "## Roles\n\nGiven by situation, or for every one. A role may do all that those above it in this table "
    text += "may; the administrator stands apart. No role is exempt from four eyes.\n\n"
    text += _table(("role", "may"), MEANING.items())
    for cycle in LIFE_CYCLES:
        text += f"## {cycle.name.capitalize()}\n\n{cycle.about}\n\n```mermaid\n{cycle.mermaid()}\n```\n\n"
        text += _table(("state", "meaning"), ((f"`{state.name}`", state.meaning) for state in cycle.states))
        text += _table(
            ("step", "from", "to", "least role", ""),
            ((f"`{s.verb}`", ", ".join(s.of), s.to, s.needs or "the desk itself", s.says) for s in cycle.steps),
        )
    return text.rstrip() + "\n"


def _claims_spreadsheet() -> str:
    text = MADE + "# A spreadsheet of claims, column by column\n\n"
    text += "Headings stand in row 1, in any order; a claim stands on each row below. In .xlsx the sheet is called "
    text += "`claims`, or is the only one. `tocsin review import-template FILE.xlsx` writes an empty one. Lists in a "
    text += "cell are separated by semicolons. Write dates and lists of numbers as text: a spreadsheet makes a day of "
    text += "2023-10, and a fraction of 6,7. How to: [Import claims](../how-to/import-claims.md).\n\n"
    text += _table(
        ("column", "needed", "holds", "what it means", "example"),
        ((f"`{c.name}`", "yes" if c.required else "", c.holds, c.about, c.example) for c in COLUMNS),
    )
    return text + f"Kinds of claim: {', '.join(f'`{kind}`' for kind in KINDS)}.\n"


def _codebook() -> str:
    book = load_codebook()
    text = (
        MADE + f"# Codebook, version {book.version}\n\nIn our own words. A code means claimed, never established.\n\n"
    )
    stages = {stage.id: stage for stage in book.stages}
    for model in book.stage_models:
        text += f"## {model.label}\n\n`{model.id}`, {model.author}, in use {model.in_use}\n\n"
        text += _table(
            ("stage", "name", "definition"),
            ((n, stages[id].label, stages[id].definition) for n, id in enumerate(model.stages, start=1)),
        )
    text += "## Alert levels\n\nThe issuer's level is recorded, never recomputed.\n\n"
    text += _table(
        ("version", "in use", "watch", "warning", "emergency"),
        ((d.version, d.in_use, d.watch, d.warning, d.emergency) for d in book.level_definitions),
    )
    text += "## Grades (Admiralty code)\n\n"
    text += _table(("source", "", ""), ((g.id, g.label, g.definition) for g in book.source_grades))
    text += _table(("information", "", ""), ((g.id, g.label, g.definition) for g in book.information_grades))
    text += "## Words for probability\n\n"
    text += _table(
        ("words", "from", "to"),
        ((", ".join(w.words), f"{w.p_low:.0%}", f"{w.p_high:.0%}") for w in book.probability_words),
    )
    text += "## UN risk factors (A/70/741-S/2016/71)\n\n"
    text += _table(("factor", "name", "kind", "gist"), ((f.number, f.label, f.kind, f.gist) for f in book.un_factors))
    text += "### Their indicators\n\nWhere a number is not verified, check the document before you quote it.\n\n"
    text += _table(
        ("id", "gist", "number verified"),
        ((i.id, i.gist, "yes" if i.numbering_verified else "no") for i in book.un_indicators),
    )
    text += "## Observable indicators\n\n"
    text += _table(
        ("id", "indicator", "definition", "code when", "direction", "stages", "UN factors", "severity"),
        (
            (i.id, i.label, i.definition, i.code_when, i.direction, _all(i.stages), _all(i.un_factors), i.severity)
            for i in book.indicators
        ),
    )
    text += "## Instruments\n\n"
    text += _table(
        ("id", "what it is", "counts as implemented", "not enough"),
        ((i.id, i.label, i.evidence_implemented, i.not_enough) for i in book.instruments),
    )
    text += "## Response statuses\n\n"
    text += _table(
        ("id", "meaning", "least evidence"), ((s.id, s.definition, s.minimum_evidence) for s in book.response_statuses)
    )
    text += "## Legal tags\n\nA tag sorts evidence; it is never a finding.\n\n"
    text += _table(("tag", "reference", "act"), ((a.id, a.ref, a.label) for a in book.legal_acts))
    text += "## Actor types\n\n" + _table(("id", "name"), book.actor_types.items())
    text += "## Source types\n\n" + _table(("id", "name"), ((t.id, t.label) for t in book.source_types))
    text += "## Codes of other data sets\n\n"
    text += _table(("UCDP type of violence", ""), book.ucdp_types_of_violence.items())
    text += _table(
        ("ACLED event type", "sub-event types"), ((k, ", ".join(v)) for k, v in book.acled_sub_event_types.items())
    )
    text += _table(("CAMEO code", "meaning"), book.cameo_codes.items())
    return text.rstrip() + "\n"


def _all(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _commands() -> str:
    root = get_command(app)
    text = MADE + "# Commands\n\nExit codes common to all: 0 done; 1 a mistake that a person can mend; 2 the command "
    text += "line itself was wrong; 3 something was checked and does not hold.\n\n"
    return (text + "".join(_command("tocsin", root))).rstrip() + "\n"


def _command(path: str, command: Any) -> Iterable[str]:
    if hasattr(command, "commands"):
        for name, inner in sorted(command.commands.items()):
            yield from _command(f"{path} {name}", inner)
        if not getattr(command, "invoke_without_command", False) or path == "tocsin":
            return
    yield f"## {path}\n\n{inspect_help(command)}\n\n"
    rows = []
    for parameter in command.params:
        if parameter.name == "help":
            continue
        names = ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
        is_argument = parameter.param_type_name == "argument"
        shown = f"`{parameter.metavar or parameter.name.upper()}`" if is_argument else names
        rows.append((shown, getattr(parameter, "help", "") or ""))
    if rows:
        yield _table(("", ""), rows)


def inspect_help(command: Any) -> str:
    """A command's help as written, paragraphs kept."""
    import inspect

    return inspect.cleandoc(command.help or "")
