"""The look of the maps, as CSS inside each SVG.

A page may set any `--map-*` property and the map follows its theme; without a page the `--m-*` values stand,
light or dark as the reader's system asks. Tint and hatch differ in lightness and in pattern, so that grey print
tells them apart.
"""

from __future__ import annotations

LIGHT = {
    "ink": "#1c1b19",
    "muted": "#55514a",
    "paper": "#fdfcf9",
    "water": "#dde7ea",
    "land": "#ece8de",
    "near": "#f8f6f0",
    "line": "#8b8577",
    "tint": "#e6c07a",
    "tint-2": "#f2e2bf",
    "edge": "#8a6414",
    "hatch": "#57537a",
    "watch": "#1f5f8b",
    "warning": "#9a5b00",
    "emergency": "#8c1d40",
}
DARK = {
    "ink": "#efece4",
    "muted": "#b9b4a8",
    "paper": "#171a1d",
    "water": "#1b2830",
    "land": "#262a2c",
    "near": "#34393b",
    "line": "#7d817e",
    "tint": "#7c5f23",
    "tint-2": "#50452c",
    "edge": "#d9b25f",
    "hatch": "#b7b2dd",
    "watch": "#7fb8de",
    "warning": "#e2a44c",
    "emergency": "#ea86a6",
}
FONT = "'Noto Sans','Noto Sans Armenian','Noto Naskh Arabic',system-ui,sans-serif"


def css(scope: str, rules: str, *, plain: bool = False, settable: bool = True) -> str:
    """Rules with `$name` for a colour and `@` for the scope, preceded by the colours that they use.

    plain: fixed light colours, for renderers without custom properties and media queries (typst)
    settable: a page around it may set `--map-*` properties; without, they are left out and the style is shorter
    """
    names = sorted((name for name in LIGHT if f"${name}" in rules), key=len, reverse=True)
    for name in names:
        own = f"var(--map-{name},var(--m-{name}))" if settable else f"var(--m-{name})"
        rules = rules.replace(f"${name}", LIGHT[name] if plain else own)
    scoped = rules.replace("@", f"#{scope} ")
    if plain:
        return scoped.replace(f"var(--map-font,{FONT})", FONT)
    light = ";".join(f"--m-{name}:{LIGHT[name]}" for name in sorted(names))
    dark = ";".join(f"--m-{name}:{DARK[name]}" for name in sorted(names))
    return (
        f"#{scope}{{{light};direction:ltr}}@media screen and (prefers-color-scheme:dark){{#{scope}{{{dark}}}}}{scoped}"
    )
