"""The one place that opens a picture some stranger made: judged by its header first, then unpacked, then upright.

Files, uploads, scans and lists all come through here. No file name is ever repeated: names of people are in them.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
OF_A_LABORATORY = (*FORMATS, "PPM")
"""PGM and PPM besides, which collections of faces and test cameras use; nobody sends a permit photo that way."""
MOST_PIXELS = 25_000_000
_SAYS_SO = (FileNotFoundError, PermissionError, IsADirectoryError)
_DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, OverflowError, struct.error, zlib.error
)  # fmt: skip
"""What Pillow raises for bad bytes."""


class BadPicture(Exception):
    """These bytes are no picture for us; `too_large` says which of the two troubles it is."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("too large" if too_large else "damaged")
        self.too_large = too_large


def upright(source: Path | IO[bytes], formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """The picture in RGB, turned as its EXIF says, transparency on white, with nothing else of the file.

    Raises BadPicture, and what the system says of a path that cannot be opened.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a broken EXIF block is no reason to speak, or to turn the picture
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=formats) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadPicture(too_large=True)
                return _plain(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadPicture(too_large=True) from None
    except _SAYS_SO:
        raise
    except _DAMAGED:
        raise BadPicture from None


def _plain(turned: Image.Image) -> Image.Image:
    if turned.has_transparency_data:
        paper = Image.new("RGBA", turned.size, "white")
        paper.alpha_composite(turned.convert("RGBA"))
        turned = paper
    bare = turned.convert("RGB")
    bare.info.clear()  # the orientation was obeyed; whoever saves it must not write it down again
    return bare
