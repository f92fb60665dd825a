"""Make src/tocsin/publish/fonts/ from the Noto fonts that Debian packages (fonts-noto-core 20201225-1, OFL
1.1).

    uv run --no-project --with fonttools==4.68.0 --with brotli==1.2.1 scripts/fonts.py [--from DIR]

TTF for the PDF: one file per face, Latin, Cyrillic and punctuation together. WOFF2 for the web: one file per
face and script, so that a reader of English never loads Cyrillic. Hinting is left out (screens of phones and
PDF do not use it); figures of equal width, marks, kerning and local forms stay. The sources are checked by
SHA-256, the same sources give the same bytes, and SHA256SUMS tells what was made.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).parent.parent / "src/tocsin/publish/fonts"
DEBIAN = Path("/usr/share/fonts/truetype/noto")

SOURCES = {
    "NotoSansMath-Regular.ttf": "8242bd1e55368b27e32455260754cf9aa58f3ad7ea80664b66c21f1b09910d6c",
    "NotoSansSymbols2-Regular.ttf": "876598db5f1e3bef2bc77c4d94c5b0d5d2c1620be4878a06f18fb5434e331688",
    "NotoNaskhArabic-Bold.ttf": "b5cbcb561b4b540ff11d7b6934577dbbbbb9e1d152d47f6f31f19176d58ff39c",
    "NotoNaskhArabic-Regular.ttf": "8c67eaa2f0086872628fc3f7f760386f83c8be5c5e9a1ba3a38891237b2ac7cb",
    "NotoSans-Bold.ttf": "e83493c945848ecd4a9ad0f6d19164541a0d3e23a9c952304a00a46e00272ac5",
    "NotoSans-Italic.ttf": "5d7618dda819443fd07301c84adcee9fe8960c873ea5e5e1f0f59db384b78082",
    "NotoSans-Regular.ttf": "89c3c497f618fdaa0b2d1e98fef93582f28c71debd2c4a8cdf41f190ced2909d",
    "NotoSansArmenian-Bold.ttf": "a0f398d0205f0b96d6637ac66d92e6e42b230f8ed3853a050d0aa5792eb9b7f7",
    "NotoSansArmenian-Regular.ttf": "9636c32c121f4fc1fc6963dfad60ea32c41889507118a46f83a818eacf40348e",
    "NotoSerif-Bold.ttf": "0af0ff2be8f84910fb21ec5fe1b6b7395e3073250502a334baf6ca2f860c88fe",
    "NotoSerifArmenian-Bold.ttf": "fea8914af4f165301e619655e1e5fa447c65c08077010c8153bfe2d599d85bc1",
}

FEATURES = [
    "ccmp", "locl", "kern", "mark", "mkmk", "liga", "calt", "rlig", "init", "medi", "fina", "isol",
    "tnum", "lnum", "pnum",
]  # fmt: skip

# Azerbaijani, Turkish and the languages of Europe in Latin script; not Vietnamese.
LATIN = (
    "U+0000-00FF,U+0100-017F,U+018E-018F,U+01DD,U+0218-021B,U+0259,U+02BB-02BC,U+02C6,U+02DA,U+02DC,"
    "U+0300-0304,U+0306-0308,U+030A-030C,U+0327-0328"
)
MARKS = (
    "U+2009-200B,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,"
    "U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+20BC,U+20BD,U+2116,U+2122"
)
CYRILLIC = "U+0400-045F,U+0490-0493,U+0498-049B,U+04A0-04A3,U+04AE-04B3,U+04B8-04BB,U+04D8-04D9,U+04E8-04E9,U+0301"
ARMENIAN = "U+0531-0556,U+0559-058A,U+058D-058F,U+FB13-FB17"
ARABIC = "U+0600-06FF,U+0750-077F,U+200C-200F,U+2010-2011,U+204F,U+FB50-FBB1,U+FDF2,U+FDFC,U+FE70-FEFC"
# Noto Sans has neither arrows nor the marks of levels and stages.
ARROWS = "U+2190-2194,U+2212,U+2248,U+2260,U+2264-2265"
SHAPES = "U+25A0-25A1,U+25A8,U+25AA-25AB,U+25B2-25B3,U+25CB,U+25CF-25D0,U+25E7,U+26A0,U+2713,U+2717"
JOINERS = "U+0020,U+00A0,U+200C-200D,U+25CC"

WHOLE = f"{LATIN},{MARKS},{CYRILLIC}"
BODY, HEADING = "Noto Sans", "Noto Serif"


@dataclass(frozen=True)
class Face:
    """One file of the web: a face's glyphs for one script."""

    name: str
    source: str
    family: str
    weight: int
    style: str
    ranges: str


TTF = {
    "NotoSans-Regular.ttf": WHOLE,
    "NotoSans-Bold.ttf": WHOLE,
    "NotoSans-Italic.ttf": WHOLE,
    "NotoSerif-Bold.ttf": WHOLE,
    "NotoSansArmenian-Regular.ttf": f"{ARMENIAN},{JOINERS}",
    "NotoSansArmenian-Bold.ttf": f"{ARMENIAN},{JOINERS}",
    "NotoSerifArmenian-Bold.ttf": f"{ARMENIAN},{JOINERS}",
    "NotoNaskhArabic-Regular.ttf": f"{ARABIC},{JOINERS}",
    "NotoNaskhArabic-Bold.ttf": f"{ARABIC},{JOINERS}",
    "NotoSansMath-Regular.ttf": ARROWS,
    "NotoSansSymbols2-Regular.ttf": SHAPES,
}
FACES = [
    Face("sans-latin-400", "NotoSans-Regular.ttf", BODY, 400, "normal", f"{LATIN},{MARKS}"),
    Face("sans-latin-700", "NotoSans-Bold.ttf", BODY, 700, "normal", f"{LATIN},{MARKS}"),
    Face("sans-latin-400-italic", "NotoSans-Italic.ttf", BODY, 400, "italic", f"{LATIN},{MARKS}"),
    Face("sans-cyrillic-400", "NotoSans-Regular.ttf", BODY, 400, "normal", CYRILLIC),
    Face("sans-cyrillic-700", "NotoSans-Bold.ttf", BODY, 700, "normal", CYRILLIC),
    Face("sans-armenian-400", "NotoSansArmenian-Regular.ttf", BODY, 400, "normal", ARMENIAN),
    Face("sans-armenian-700", "NotoSansArmenian-Bold.ttf", BODY, 700, "normal", ARMENIAN),
    Face("naskh-arabic-400", "NotoNaskhArabic-Regular.ttf", BODY, 400, "normal", ARABIC),
    Face("naskh-arabic-700", "NotoNaskhArabic-Bold.ttf", BODY, 700, "normal", ARABIC),
    Face("arrows", "NotoSansMath-Regular.ttf", BODY, 400, "normal", ARROWS),
    Face("shapes", "NotoSansSymbols2-Regular.ttf", BODY, 400, "normal", SHAPES),
    Face("serif-latin-700", "NotoSerif-Bold.ttf", HEADING, 700, "normal", f"{LATIN},{MARKS}"),
    Face("serif-cyrillic-700", "NotoSerif-Bold.ttf", HEADING, 700, "normal", CYRILLIC),
    Face("serif-armenian-700", "NotoSerifArmenian-Bold.ttf", HEADING, 700, "normal", ARMENIAN),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, default=DEBIAN, help="where the Noto fonts lie")
    source = parser.parse_args().source
    for name, sha256 in SOURCES.items():
        found = hashlib.sha256((source / name).read_bytes()).hexdigest()
        if found != sha256:
            sys.exit(f"{source / name}: SHA-256 is {found}, expected {sha256}")
    OUT.mkdir(parents=True, exist_ok=True)
    for name, ranges in TTF.items():
        cut(source / name, OUT / name, ranges)
    css = [
        "/* Noto Sans, Noto Serif, Noto Sans Armenian, Noto Naskh Arabic, subset: OFL 1.1, see OFL.txt. */",
    ]
    for face in FACES:
        file = f"{face.name}.woff2"
        cut(source / face.source, OUT / file, face.ranges, flavor="woff2")
        css.append(
            f'@font-face{{font-family:"{face.family}";font-style:{face.style};font-weight:{face.weight};'
            f'font-display:swap;src:url("{file}") format("woff2");unicode-range:{face.ranges}}}'
        )
    (OUT / "fonts.css").write_text("\n".join(css) + "\n", encoding="utf-8")
    made = sorted(path for path in OUT.iterdir() if path.suffix in (".ttf", ".woff2", ".css"))
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    (OUT / "SHA256SUMS").write_text(sums, encoding="utf-8")
    for path in made:
        print(f"{path.name:34}{path.stat().st_size:>9,} bytes")


def cut(source: Path, target: Path, ranges: str, *, flavor: str | None = None) -> None:
    """Keep the glyphs of some ranges and what they need; write with the source's own times."""
    # typst drops letters of a drawing's text where one font has a ligature that another has not (ու); the
    # letters alone look the same, so Armenian does without.
    features = [one for one in FEATURES if not (one == "liga" and "Armenian" in source.name)]
    options = subset.Options(
        hinting=False,
        layout_features=features,
        flavor=flavor,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17],
        recalc_timestamp=False,
        drop_tables=[*subset.Options().drop_tables, "DSIG"],
    )
    font = TTFont(source, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=subset.parse_unicodes(ranges.replace("U+", "")))
    chosen.subset(font)
    font.flavor = flavor
    font.save(target, reorderTables=False)


if __name__ == "__main__":
    main()
