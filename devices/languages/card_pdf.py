"""The job of a print queue: the card as a PDF of its true size, and back to its faces; knows no queue.

One page a face, 85.60 × 53.98 mm (ISO/IEC 7810 ID-1). The master picture is a little larger than the card; it lies in
the middle at 300 dpi, so what hangs over is cut off and nothing is scaled. The same faces are always the same bytes.
"""

from __future__ import annotations

import re
import zlib

import numpy as np

from devices.contracts import MASTER_DPI, MASTER_HEIGHT, MASTER_WIDTH, CardFaces, Picture
from devices.errors import BadReply

WIDTH_MM, HEIGHT_MM = 85.60, 53.98
_POINTS = 72 / 25.4
_WIDTH, _HEIGHT = WIDTH_MM * _POINTS, HEIGHT_MM * _POINTS
_IMAGE_WIDTH, _IMAGE_HEIGHT = MASTER_WIDTH * 72 / MASTER_DPI, MASTER_HEIGHT * 72 / MASTER_DPI
_BYTES = MASTER_WIDTH * MASTER_HEIGHT * 3
_IMAGE = re.compile(rb"/Subtype /Image [^>]*/Length (\d{1,8}) >>\nstream\n")
_MOST_FACES = 2


def encode(faces: CardFaces) -> bytes:
    """The PDF of one card."""
    pictures = [face for face in (faces.front, faces.back) if face is not None]
    kids = " ".join(f"{3 + 3 * place} 0 R" for place in range(len(pictures)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pictures)} >>".encode("ascii"),
    ]
    for place, picture in enumerate(pictures):
        objects += _page(picture, 3 + 3 * place)
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def decode(job: bytes) -> CardFaces:
    """The faces of a PDF that `encode` wrote. Raises BadReply for any other."""
    pictures = []
    for match in _IMAGE.finditer(job):
        packed = job[match.end() : match.end() + int(match[1])]
        unpacked = zlib.decompressobj()
        try:
            pixels = unpacked.decompress(packed, _BYTES + 1)
        except zlib.error:
            pixels = b""
        if len(pixels) != _BYTES or not unpacked.eof:
            raise _not_ours()
        pictures.append(np.frombuffer(pixels, np.uint8).reshape(MASTER_HEIGHT, MASTER_WIDTH, 3))
    if not job.startswith(b"%PDF-") or not job.endswith(b"%%EOF\n") or not 1 <= len(pictures) <= _MOST_FACES:
        raise _not_ours()
    return CardFaces(pictures[0], pictures[1] if len(pictures) > 1 else None)


def _page(picture: Picture, number: int) -> list[bytes]:
    packed = zlib.compress(np.ascontiguousarray(picture).tobytes(), 6)
    left, low = (_WIDTH - _IMAGE_WIDTH) / 2, (_HEIGHT - _IMAGE_HEIGHT) / 2
    drawing = f"q {_IMAGE_WIDTH:.3f} 0 0 {_IMAGE_HEIGHT:.3f} {left:.3f} {low:.3f} cm /F Do Q".encode("ascii")
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH:.3f} {_HEIGHT:.3f}] "
        f"/Resources << /XObject << /F {number + 2} 0 R >> >> /Contents {number + 1} 0 R >>"
    )
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {MASTER_WIDTH} /Height {MASTER_HEIGHT} /ColorSpace /DeviceRGB "
        f"/BitsPerComponent 8 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    )
    return [
        page.encode("ascii"),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        image.encode("ascii") + packed + b"\nendstream",
    ]


def _not_ours() -> BadReply:
    return BadReply("这不是本程序生成的卡片 PDF。", "card_pdf")
