"""Cards composed per second, front and back, beside a Pillow composition of the same card in the same run.

    python -m tests.bench.bench_cards [--cards 200] [--json]

Each card is another person with another code; each photo is decoded from JPEG, as at the counter. Both sides keep their
ground and write the symbol with the same writer, so what is compared is the drawing. Processor time of one thread:
contention on the machine does not move the ratio. Pillow has no font fallback and no check for missing glyphs.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from station.cards.artwork import CardContent, compose
from station.cards.fonts import sans
from station.cards.grounds import back_ground, front_ground
from station.cards.layout import BLACK, CITY_WORDS, CardLayout, Face
from station.cards.layout_file import load_layout
from station.cards.portraits import rehearsal_portrait
from station.cards.proof import prove
from station.cards.qr import matrix, picture
from station.services.capture import read_picture
from tests.cards.samples import content

RECORDED = {"glabels 3.4 (PDF)": 21, "Pillow 13": 33, "QPainter prototype": 194}
"""Cards per second, front and back, in the measurements of the design (desktop.md §2)."""
FACES_PER_PERSON = 12


def jpegs() -> list[bytes]:
    """A dozen portraits as files."""
    made = []
    for seed in range(FACES_PER_PERSON):
        out = io.BytesIO()
        Image.fromarray(rehearsal_portrait(seed)).save(out, "JPEG", quality=88)
        made.append(out.getvalue())
    return made


def cards(count: int, photos: list[bytes]) -> Iterator[CardContent]:
    """Distinct cards; the photo is decoded here, for both sides alike."""
    for number in range(1, count + 1):
        yield content(number, photo=read_picture(photos[number % len(photos)]), issue_number=1 + number % 3)


def noto_file() -> tuple[Path, int] | None:
    """The file and face index of the same font, for Pillow, which knows no families."""
    for folder in (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk")):
        path = folder / "NotoSansCJK-Regular.ttc"
        if path.is_file():
            found = [index for index in range(5) if ImageFont.truetype(path, 20, index=index).getname()[0] == sans()]
            return (path, found[0]) if found else None
    return None


class WithPillow:
    """The same card by Pillow: paste the ground, draw each field shrunk to its width, paste photo and symbol."""

    def __init__(self, file: Path, index: int, first: CardContent) -> None:
        self.layout: CardLayout = load_layout(first.layout)
        self.faces = {bold: (file.with_name(f"NotoSansCJK-{name}.ttc"), index) for bold, name in
                      ((False, "Regular"), (True, "Bold"))}  # fmt: skip
        self.fonts: dict[tuple[bool, int], ImageFont.FreeTypeFont] = {}
        words = first.words()
        city = tuple(words[key] for key in CITY_WORDS)
        self.front = Image.fromarray(front_ground(first.layout, city, first.rehearsal))
        self.back = Image.fromarray(back_ground(first.layout, city, first.rehearsal))

    def font(self, bold: bool, size: int) -> ImageFont.FreeTypeFont:
        if (bold, size) not in self.fonts:
            path, index = self.faces[bold]
            self.fonts[bold, size] = ImageFont.truetype(path, size, index=index)
        return self.fonts[bold, size]

    def write(self, image: Image.Image, face: Face, words: dict[str, str]) -> None:
        draw = ImageDraw.Draw(image)
        draw.fontmode = "1"
        for field in face.fields:
            if not field.varies:
                continue
            said, size = field.text.format_map(words), field.size
            while size > field.smallest_wrapped and self.font(field.bold, size).getlength(said) > field.box.w:
                size -= 1
            x = field.box.x if field.align == "left" else field.box.right
            anchor = "la" if field.align == "left" else "ra"
            colour = "#000000" if field.ink == BLACK else self.layout.colours[field.ink]
            draw.text((x, field.box.y), said, fill=colour, font=self.font(field.bold, size), anchor=anchor)

    def compose(self, card: CardContent) -> tuple[np.ndarray, np.ndarray]:
        words = card.words()
        front, back = self.front.copy(), self.back.copy()
        self.write(front, self.layout.front, words)
        self.write(back, self.layout.back, words)
        box = self.layout.photo
        front.paste(Image.fromarray(card.photo).resize((box.w, box.h), Image.Resampling.LANCZOS), (box.x, box.y))
        place = self.layout.symbol_box
        front.paste(Image.fromarray(picture(card.token_url, self.layout.symbol)), (place.x, place.y))
        return np.asarray(front), np.asarray(back)


def rate(count: int, photos: list[bytes], draw: Callable[[CardContent], object]) -> float:
    """Cards per second of processor time; the first few warm the caches and are not counted."""
    for card in cards(5, photos):
        draw(card)
    began = time.process_time()
    for card in cards(count, photos):
        draw(card)
    return count / (time.process_time() - began)


def milliseconds(count: int, once: Callable[[], object]) -> float:
    once()
    began = time.process_time()
    for _ in range(count):
        once()
    return 1000 * (time.process_time() - began) / count


def measure(count: int) -> dict[str, float]:
    photos = jpegs()
    card = next(cards(1, photos))
    faces = compose(card)
    layout = load_layout(card.layout)

    def proved(one: CardContent) -> None:
        prove(compose(one), one.token_url, one.layout)

    found = {"ours": rate(count, photos, compose), "ours, proved": rate(count, photos, proved)}
    file = noto_file()
    if file is not None:
        found["Pillow, now"] = rate(count, photos, WithPillow(*file, card).compose)
    found["symbol ms"] = milliseconds(100, lambda: matrix(card.token_url, layout.symbol))
    found["proof ms"] = milliseconds(50, lambda: prove(faces, card.token_url, card.layout))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=200, help="distinct cards")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.cards)
    if options.json:
        print(json.dumps({"cards_per_second": found, "recorded": RECORDED}, ensure_ascii=False, indent=2))
        return
    print(f"{options.cards} distinct cards, front and back, photo from JPEG; cards per second of one core")
    for name in ("ours", "ours, proved", "Pillow, now"):
        if name in found:
            print(f"  {name:28} {found[name]:7.0f}")
    for name, figure in RECORDED.items():
        print(f"  {name + ', recorded':28} {figure:7.0f}   ours is {found['ours'] / figure:.1f} times as fast")
    if "Pillow, now" in found:
        print(f"  ours / Pillow in this run    {found['ours'] / found['Pillow, now']:7.1f}")
    print(f"  writing the symbol {found['symbol ms']:.2f} ms; proving a finished card {found['proof ms']:.1f} ms")


if __name__ == "__main__":
    main()
