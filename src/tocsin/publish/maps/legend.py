"""What stands in and under the picture: scale and north, legend, names that differ, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tocsin.core.model.places import MapLayer, Name, SituationMap
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.projection import Frame
from tocsin.publish.maps.text import escaped, wrapped
from tocsin.publish.maps.words import Words

SWATCH = 26.0


def ranks(layers: Iterable[MapLayer]) -> dict[str, int]:
    """0 for the first layer of a role, 1 for the next and all after: the second tint, the wider hatch."""
    seen: dict[str, int] = {}
    found = {}
    for layer in layers:
        found[layer.id] = min(seen.get(layer.role, 0), 1)
        seen[layer.role] = seen.get(layer.role, 0) + 1
    return found


def legend(
    situation: SituationMap, *, name: str, top: float, width: int, words: Words, notes: bool = True
) -> tuple[str, float]:
    """(markup, y of its end) of all that stands under the picture; without `notes` what the shapes mean, alone."""
    wide = width >= 560
    size = 13.0 if wide else 12.0
    rows = _rows(situation.layers, ranks(situation.layers), name, words)
    naming = naming_of(situation, words) if notes else []
    first = width * 0.54 if wide and naming else float(width)
    parts: list[str] = []
    y = top + 12
    for swatch, text in rows:
        lines = wrapped(text, size, first - SWATCH - 18)
        parts.append(f'<g transform="translate(1 {number(y)})">{swatch}</g>')
        parts.append(_lines(lines, SWATCH + 10, y + size * 0.85, size))
        y += max(len(lines) * size * 1.32, 16) + 6
    if naming:
        x = first + 10 if wide else 1.0
        start = top + 12 if wide else y + 4
        markup, end = _block(words.names, naming, x, start, width - x - 2, size)
        parts.append(markup)
        y = max(y, end)
    if not notes:
        return "".join(parts), round(y + 2, 1)
    small = 12.0 if wide else 11.5
    if situation.not_shown:
        markup, y = _block(words.not_shown, situation.not_shown, 1, y + 6, width - 4, small, bullet=True)
        parts.append(markup)
    y += 4
    for note in notes_of(situation, words):
        lines = wrapped(note, small, width - 4)
        parts.append(_lines(lines, 1, y + small, small, "s"))
        y += len(lines) * small * 1.32 + 3
    return "".join(parts), round(y + 4, 1)


def naming_of(situation: SituationMap, words: Words) -> list[str]:
    """Every place of the map whose names are not the same for everybody."""
    return [line for layer in situation.layers for line in names_that_differ(layer, words)]


def notes_of(situation: SituationMap, words: Words) -> list[str]:
    """Projection and date, credit."""
    west, south, east, north = situation.bbox
    projection = words.projection.format(lon=f"{(west + east) / 2:.1f}", lat=f"{(south + north) / 2:.1f}")
    said = [projection]
    if situation.as_of:
        said.append(words.as_of.format(date=words.date(situation.as_of)))
    found = [" ".join(said)]
    if situation.credit:
        found.append(words.credit.format(credit=situation.credit.rstrip(".")))
    sources = {layer.source.rstrip(".") for layer in situation.layers if layer.role in ("operator", "town")}
    found += [f"{source}." for source in sorted(sources) if source]
    return found


def names_that_differ(layer: MapLayer, words: Words) -> list[str]:
    """One line for each place whose names are not the same for everybody: who uses which."""
    sets = [layer.names, *(feature.names for feature in layer.features)]
    return [by_user(names, words) for names in sets if any(name.used_by for name in names)]


def by_user(names: Sequence[Name], words: Words) -> str:
    """All names of one place, each with who uses it."""
    users = dict.fromkeys(name.used_by for name in names)
    said = []
    for user in users:
        spelled = ", ".join(name.text for name in names if name.used_by == user)
        said.append(words.used_by.format(names=spelled, user=user) if user else spelled)
    return "; ".join(said)


def _rows(layers: Sequence[MapLayer], rank: dict[str, int], name: str, words: Words) -> list[tuple[str, str]]:
    """(swatch, text) for each layer that a reader must tell apart."""
    rows = []
    box = '<rect class="{0}" width="26" height="15"/>'
    for layer in layers:
        text = layer.label
        if layer.role == "concerned":
            swatch = box.format(f"t{rank[layer.id]}") + '<path class="e" d="M0 0h26v15h-26z"/>'
            if rank[layer.id] == 1:
                swatch += f'<rect fill="url(#{name}-p)" width="26" height="15"/>'
        elif layer.role == "contested":
            swatch = f'<rect fill="url(#{name}-h{rank[layer.id]})" width="26" height="15"/>'
            swatch += '<path class="d" d="M0 0h26v15h-26z"/>'
            text = ": ".join(part for part in (layer.label, "; ".join(layer.claimants)) if part)
        elif layer.role == "operator":
            kind = "o" if layer.boundary_status == "agreed" else "o dd"
            swatch = f'<path class="{kind}" d="M0 0h26v15h-26z"/>'
            text = " · ".join(part for part in (layer.label, layer.boundary_status, layer.valid) if part)
        elif layer.role == "town":
            swatch = '<circle class="p" cx="13" cy="8" r="3"/>'
        else:
            continue
        rows.append((swatch, text))
    return rows


def _block(
    title: str, texts: Iterable[str], x: float, y: float, width: float, size: float, *, bullet: bool = False
) -> tuple[str, float]:
    parts = [_lines([title], x, y + size * 0.85, size, "u")]
    y += size * 1.5
    indent = 11.0 if bullet else 0.0
    for text in texts:
        lines = wrapped(text, size, width - indent)
        if bullet:
            parts.append(_lines(["–"], x, y + size * 0.85, size))
        parts.append(_lines(lines, x + indent, y + size * 0.85, size))
        y += len(lines) * size * 1.32 + 3
    return "".join(parts), y


def _lines(lines: Sequence[str], x: float, y: float, size: float, style: str = "") -> str:
    """Lines of text as one element, so that it can be read and selected as a whole."""
    kind = f' class="{style}"' if style else ""
    if len(lines) == 1:
        return f'<text{kind} x="{number(x)}" y="{number(y)}" font-size="{number(size)}">{escaped(lines[0])}</text>'
    step = number(size * 1.32, 2)
    spans = "".join(
        f'<tspan x="{number(x)}" dy="{step if index else 0}">{escaped(line)} </tspan>'
        for index, line in enumerate(lines)
    )
    return f'<text{kind} y="{number(y)}" font-size="{number(size)}">{spans}</text>'


def bar_km(frame: Frame) -> float:
    """A round length in kilometres whose bar takes up to a quarter of the width."""
    longest = frame.km_per_unit() * frame.width * 0.26
    unit = 10.0 ** (len(f"{longest:.0f}") - 1) if longest >= 1 else 0.1
    while unit * 2 > longest and unit > 1e-3:
        unit /= 10
    return max(step * unit for step in (1, 2, 5, 10) if step * unit <= max(longest, unit))


def scale_box(frame: Frame) -> tuple[float, float, float, float]:
    """Where the scale bar and the arrow stand: left, top, right, bottom."""
    return 8, frame.height - 38, 8 + bar_km(frame) / frame.km_per_unit() + 48, frame.height - 8


def scale_and_north(frame: Frame, words: Words) -> str:
    """A bar measured on the ground in the middle of the map, and an arrow to the north."""
    km = bar_km(frame)
    length = km / frame.km_per_unit()
    left, top, right, bottom = scale_box(frame)
    said = words.km.format(n=number(km, 2))
    half = number(length / 2)
    bar = (
        f'<path class="q" d="M{number(left + 8)} {number(bottom - 11)}v5h{half}v-5zm{half} 0v5h{half}v-5z"/>'
        f'<path class="r" d="M{number(left + 8)} {number(bottom - 11)}h{half}v5h-{half}z"/>'
    )
    x, wide = right - 15, number(right - left)
    arrow = f'<path class="r" d="M{number(x)} {number(top + 3)}l5 13-5-3.5-5 3.5z"/>'
    return (
        f'<rect class="x" x="{number(left)}" y="{number(top)}" width="{wide}" height="30" rx="2"/>'
        f"{bar}{arrow}"
        f'<text x="{number(left + 8)}" y="{number(top + 13)}" font-size="11">{escaped(said)}</text>'
        f'<text x="{number(x)}" y="{number(bottom - 3)}" font-size="11" text-anchor="middle">'
        f"{escaped(words.north)}</text>"
    )
