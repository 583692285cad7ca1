"""The photo: a picture becomes an encrypted blob and a fact. What is not a picture, or too small, is refused."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from devices.contracts import Picture
from devices.pictures import BadPicture, upright
from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.faces.face import FaceFinder
from station.faces.portrait import Portrait, portrait_of
from station.services.desk import Desk, Done, Topic
from station.services.pictures import picture

WIDTH, HEIGHT = 358, 441  # GA 461-2004
LARGEST_FILE = 10 * 1024 * 1024
STORED_QUALITY = 88
Quality = tuple[tuple[str, float, str], ...]


def read_picture(data: bytes) -> Picture:
    """Bytes of a file as an upright RGB picture. Untrusted: file size, format and pixel count are checked first.

    Raises Refused with a sentence for everything that is not such a picture.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("照片文件超过 10 MB，请压缩后重新选择。", "photo_too_large")
    try:
        return np.asarray(upright(io.BytesIO(data)), dtype=np.uint8)
    except BadPicture as bad:
        if bad.too_large:
            raise Refused("照片像素过大，请选择 2500 万像素以内的照片。", "photo_too_large") from None
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
    desk: Desk, subject: str, data: bytes, *, source: str, finder: FaceFinder | None = None, actor: Actor
) -> Done[WorkerRecord]:
    """Keep this picture as the worker's photo: cut, encrypted under the person's key, named by its hash.

    With a `finder` it is cut around the face, whitened and measured as if it had been taken here; where no face is
    found the middle is cut, and the measures say so. What a measure says is for people: it refuses nothing.
    """
    permit_act("photo.ACCEPT", actor)
    taken = read_picture(data)
    made = portrait_of(taken, finder) if finder is not None else Portrait(None, ())
    return keep_portrait(desk, subject, made if made.picture is not None else uncut(taken, made), source, actor)


def uncut(taken: Picture, made: Portrait) -> Portrait:
    """The middle of a picture in which nobody found a face: a person decides what it is worth. Refused if too small."""
    return Portrait(to_portrait(taken), made.measures)


def keep_portrait(
    desk: Desk, subject: str, made: Portrait, source: str, actor: Actor, seen: Quality = ()
) -> Done[WorkerRecord]:
    """A finished portrait becomes a blob and a fact: its measures, what a person saw, whether it was whitened."""
    if made.picture is None:
        raise Refused("画面中没有找到人脸，请重拍，或改用“导入照片”人工裁剪。", "no_face")
    out = io.BytesIO()
    Image.fromarray(made.picture).save(out, "JPEG", quality=STORED_QUALITY, subsampling=0)
    sha256 = desk.ledger.blobs.put(subject, out.getvalue())
    told = facts.WorkerPhotographed(sha256, source, WIDTH, HEIGHT, (*made.told(), *seen), made.corrected)
    return Done(desk.decide(subject, actor, lambda _: [told]), frozenset({Topic.ROLL}))


def photo_of(desk: Desk, record: WorkerRecord) -> Picture | None:
    """The worker's photo, fetched from the centre if need be; None where there is none or its key is not here."""
    if record.photo is None:
        return None
    data = picture(desk, record.subject, record.photo.sha256)
    return None if data is None else read_picture(data)
