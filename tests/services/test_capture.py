"""Pictures that strangers made, on each way in: upright as the telephone was held, within limits, measured."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.contracts import Picture
from devices.pictures import BadPicture, upright
from station.company.child import photo as photo_of_a_list
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.faces.face import FaceMatcher
from station.faces.portrait import portrait_of
from station.services import facing
from station.services.capture import HEIGHT, WIDTH, accept_photo, photo_of, read_picture
from station.services.scans import keep_scan, scan_data
from tests.faces import people
from tests.services.house import House

CLERK = Actor("clerk-01", ("CLERK",))
ORIENTATION = 0x0112
TURNS = {1: 0, 3: 2, 6: 1, 8: 3}
"""EXIF value -> quarter turns against the clock that the sensor was from upright."""


@pytest.fixture(scope="module")
def matcher() -> FaceMatcher:
    return facing.finder(None)


def by_telephone(picture: Picture, orientation: int, kind: str = "JPEG") -> bytes:
    """The file of a telephone held like that: pixels as the sensor saw them, and how to turn them."""
    sensor = Image.fromarray(np.ascontiguousarray(np.rot90(picture, TURNS[orientation])))
    exif, out = sensor.getexif(), io.BytesIO()
    exif[ORIENTATION] = orientation
    sensor.save(out, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def far(one: Picture, other: Picture) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", sorted(TURNS))
def test_every_way_a_telephone_is_held_is_upright(orientation: int, kind: str) -> None:
    face = people.seen(1)
    assert far(read_picture(by_telephone(face, orientation, kind)), face) < 4


def test_all_ways_in_turn_it(house: House, matcher: FaceMatcher) -> None:
    """File act, intake and scan read bytes; a company's photo comes out of a child process as fresh bytes."""
    desk, subject = house.desk, house.workers[0].subject
    face = people.seen(1)
    data = by_telephone(face, 6)
    record = accept_photo(desk, subject, data, source="file", finder=matcher, actor=CLERK).value
    straight = portrait_of(face, matcher).picture
    kept = photo_of(desk, record)
    assert straight is not None
    assert kept is not None
    assert far(kept, straight) < 6
    page = np.full((900, 600, 3), 255, np.uint8)
    page[:80] = (200, 30, 30)  # a letterhead
    sha256 = keep_scan(desk, subject, by_telephone(page, 8), actor=CLERK)
    scanned = read_picture(scan_data(desk, subject, sha256))
    assert far(scanned, page) < 4


def test_a_photo_of_a_company_is_upright_and_carries_no_exif(tmp_path: Path) -> None:
    face = people.seen(1)
    (tmp_path / "a.jpg").write_bytes(by_telephone(face, 6))
    data = photo_of_a_list(tmp_path, "a.jpg")
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert image.width > image.height
    assert read_picture(data).shape[1] > read_picture(data).shape[0]


def verdicts(record: WorkerRecord) -> dict[str, str]:
    assert record.photo is not None
    return {name: verdict for name, _, verdict in record.photo.quality}


def test_an_imported_photo_is_measured_as_a_captured_one(house: House, matcher: FaceMatcher) -> None:
    desk, subject = house.desk, house.workers[0].subject
    data = by_telephone(people.seen(1), 1)
    good = accept_photo(desk, subject, data, source="file", finder=matcher, actor=CLERK).value
    captured = portrait_of(read_picture(data), matcher)
    assert verdicts(good) == {measure.name: measure.verdict.value for measure in captured.measures}
    soft = people.blurred(people.seen(1), 9)
    bad = accept_photo(desk, subject, by_telephone(soft, 1), source="file", finder=matcher, actor=CLERK).value
    assert verdicts(bad)["sharpness"] == "bad"
    assert bad.photo is not None, "what a measure says is for people"


def test_where_no_face_is_found_the_middle_is_cut_and_the_record_says_so(house: House, matcher: FaceMatcher) -> None:
    desk, subject = house.desk, house.workers[0].subject
    wall = by_telephone(np.full((600, 500, 3), 210, np.uint8), 1)
    record = accept_photo(desk, subject, wall, source="list", finder=matcher, actor=CLERK).value
    assert verdicts(record) == {"faces": "bad"}
    kept = photo_of(desk, record)
    assert kept is not None
    assert kept.shape == (HEIGHT, WIDTH, 3)
    unmeasured = accept_photo(desk, subject, wall, source="list", actor=CLERK).value
    assert verdicts(unmeasured) == {}


def bomb() -> bytes:
    """A PNG of 30 million pixels in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (6000, 5001)).save(out, "PNG")
    return out.getvalue()



@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: b"", "not_a_photo"),
        (lambda: b"GIF89a" + bytes(100), "not_a_photo"),
        (lambda: by_telephone(people.seen(1), 1)[:900], "not_a_photo"),
        (lambda: b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(999)), "not_a_photo"),
        (bomb, "photo_too_large"),
        (lambda: bytes(10 * 1024 * 1024 + 1), "photo_too_large"),
    ],
)
def test_what_is_no_picture_is_refused_before_it_is_unpacked(made: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refused) as no:
        read_picture(made())
    assert no.value.code == code


def test_damage_anywhere_is_a_picture_or_bad() -> None:
    """No error of the image library gets out, wherever the file was hurt."""
    rng, whole = np.random.default_rng(6), bytearray(by_telephone(people.seen(1)[::8, ::8].copy(), 6))
    for _ in range(150):
        hurt = bytearray(whole)
        for at in rng.integers(0, min(len(hurt), 700), 3):
            hurt[at] = rng.integers(0, 256)
        with contextlib.suppress(BadPicture):
            assert upright(io.BytesIO(bytes(hurt))).mode == "RGB"
