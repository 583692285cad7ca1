"""The photo: a picture becomes an encrypted blob and a fact. What is not a picture, or too small, is refused."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, UnidentifiedImageError

from devices.contracts import Picture
from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic
from station.services.pictures import picture

WIDTH, HEIGHT = 358, 441  # GA 461-2004
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
STORED_QUALITY = 88


def read_picture(data: bytes) -> Picture:
    """Bytes of a file as an RGB picture. Untrusted: format list, file size and pixel count are checked first.

    Raises Refused with a sentence for everything that is not such a picture.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("照片文件超过 10 MB，请压缩后重新选择。", "photo_too_large")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise Refused("照片像素过大，请选择 2500 万像素以内的照片。", "photo_too_large")
            return np.asarray(image.convert("RGB"), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused("这个文件不是可用的照片，请选择 JPEG 或 PNG 照片。", "not_a_photo") from None


def to_portrait(picture: Picture) -> Picture:
    """The picture cropped to the proportion of GA 461 and scaled to 358 × 441. Refused when it is too small."""
    height, width = picture.shape[:2]
    if width < WIDTH * 0.6 or height < HEIGHT * 0.6:
        raise Refused("照片太小，至少需要 358×441 像素。", "photo_too_small")
    wanted = min(width, round(height * WIDTH / HEIGHT))
    tall = min(height, round(wanted * HEIGHT / WIDTH))
    left, top = (width - wanted) // 2, (height - tall) // 2
    cut = Image.fromarray(picture[top : top + tall, left : left + wanted])
    return np.asarray(cut.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), dtype=np.uint8)


def accept_photo(
    desk: Desk,
    subject: str,
    data: bytes,
    *,
    source: str,
    quality: Sequence[tuple[str, float, str]] = (),
    background_corrected: bool = False,
    actor: Actor,
) -> Done[WorkerRecord]:
    """Keep this picture as the worker's photo: cropped, encrypted under the person's key, named by its hash."""
    permit_act("photo.ACCEPT", actor)
    portrait = to_portrait(read_picture(data))
    out = io.BytesIO()
    Image.fromarray(portrait).save(out, "JPEG", quality=STORED_QUALITY, subsampling=0)
    sha256 = desk.ledger.blobs.put(subject, out.getvalue())
    told = facts.WorkerPhotographed(sha256, source, WIDTH, HEIGHT, tuple(quality), background_corrected)
    return Done(desk.decide(subject, actor, lambda _: [told]), frozenset({Topic.ROLL}))


def photo_of(desk: Desk, record: WorkerRecord) -> Picture | None:
    """The worker's photo, fetched from the centre if need be; None where there is none or its key is not here."""
    if record.photo is None:
        return None
    data = picture(desk, record.subject, record.photo.sha256)
    return None if data is None else read_picture(data)
