"""Steep views are laid flat and a hidden corner mark is redrawn."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from devices.cameras.photograph import photograph, where
from devices.scanners.flat import card_corners, meeting_points
from devices.scanners.mend import mended_sheets
from devices.scanners.rungs import Sheet
from tests.bench.qr_frames import BASE, Condition, frame_of
from tests.devices.codes import READER, SYMBOL, card


def test_a_card_seen_steeply_is_laid_flat() -> None:
    steep = Condition("", "", replace(BASE, tilt=62.0, aim=(0.6, 0.6)))
    found = [(frame.text, READER.read(frame.picture)) for frame in (frame_of(steep, SYMBOL, seed) for seed in range(6))]
    assert all([reading.text for reading in readings] == [text] for text, readings in found)
    rungs = [readings[0] for _, readings in found if readings[0].rung == "flat"]
    assert rungs
    for reading in rungs:
        assert all(0 <= x < 1280 and 0 <= y < 720 for x, y in reading.corners)
        assert 1.0 < reading.px_per_module < 3.0


@pytest.mark.parametrize("corner", [(0.12, 0.12), (0.88, 0.12), (0.12, 0.88)])
@pytest.mark.parametrize("ink", [(70, 50, 40), (255, 255, 255)])
def test_a_hidden_corner_mark_is_redrawn(corner: tuple[float, float], ink: tuple[int, int, int]) -> None:
    face, text = card(6)
    size = (SYMBOL.modules + 8) * SYMBOL.dots
    left, top = face.shape[1] - size - 24, face.shape[0] - size - 24
    cv2.circle(face, (left + round(corner[0] * size), top + round(corner[1] * size)), 30, ink, cv2.FILLED)
    picture = photograph(face, BASE, 3)
    assert READER.glance(picture) == ()
    (reading,) = READER.read(picture)
    assert (reading.text, reading.rung) == (text, "mended")
    flat = READER.read(photograph(card(6)[0], BASE, 3))[0]
    assert np.abs(np.array(reading.corners) - np.array(flat.corners)).max() < 8


def test_two_hidden_corner_marks_are_too_many_and_said_so() -> None:
    face, _ = card(6)
    size = (SYMBOL.modules + 8) * SYMBOL.dots
    left, top = face.shape[1] - size - 24, face.shape[0] - size - 24
    for corner in ((0.12, 0.12), (0.88, 0.12)):
        centre = (left + round(corner[0] * size), top + round(corner[1] * size))
        cv2.circle(face, centre, 30, (70, 50, 40), cv2.FILLED)
    picture = photograph(face, BASE, 3)
    assert READER.read(picture) == ()
    assert READER.why_not(picture) == "part_covered"


def test_the_outline_of_the_card_is_found() -> None:
    face, _ = card(7)
    view = replace(BASE, tilt=40.0, roll=30.0, shift=0.0)
    for seed in range(4):
        gray = np.asarray(cv2.cvtColor(photograph(np.full_like(face, 240), view, seed), cv2.COLOR_RGB2GRAY))
        found = card_corners(gray)
        assert found is not None
        true = np.array([where(corner, face, view, seed) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))])
        assert max(float(np.linalg.norm(true - corner, axis=1).min()) for corner in found) < 5


def test_no_outline_where_there_is_no_card() -> None:
    for plane in (np.zeros((300, 400), np.uint8), np.full((300, 400), 255, np.uint8)):
        corners = card_corners(plane)
        assert corners is None or len(corners) == 4
    specks = np.zeros((300, 400), np.uint8)
    specks[10:14, 10:14] = 255
    assert card_corners(specks) is None


def test_marks_far_apart_in_size_or_place_make_no_symbol() -> None:
    blank = Sheet(np.full((500, 500), 255, np.uint8), np.eye(3))
    assert list(mended_sheets(blank)) == []
    assert list(mended_sheets(marked((80, 80, 28), (374, 80, 56)))) == []  # unlike sizes
    assert list(mended_sheets(marked((80, 80, 28), (374, 200, 28)))) == []  # neither level nor diagonal
    assert len(list(mended_sheets(marked((80, 250, 28), (248, 250, 28))))) == 4  # level: above or below, left or right
    assert len(list(mended_sheets(marked((250, 80, 28), (250, 248, 28))))) == 4
    assert len(list(mended_sheets(marked((80, 80, 28), (248, 248, 28))))) == 2  # across


def test_a_mark_to_be_drawn_at_the_edge_is_cut() -> None:
    sheets = list(mended_sheets(marked((30, 250, 28), (198, 250, 28))))
    assert len(sheets) == 4
    assert all(sheet.plane.size for sheet in sheets)
    outside = list(mended_sheets(marked((60, 60, 28), (228, 60, 28))))
    assert len(outside) == 4  # two of the four places lie above the picture


ODD_OUTLINES = {
    "triangle": [(20, 20), (380, 40), (200, 280)],
    "trapezium": [(20, 20), (380, 20), (300, 60), (60, 60)],
    "sliver": [(0, 0), (399, 0), (0, 60)],
}


@pytest.mark.parametrize("name", ODD_OUTLINES)
def test_an_odd_outline_is_survived(name: str) -> None:
    plane = np.zeros((300, 400), np.uint8)
    cv2.fillPoly(plane, [np.array(ODD_OUTLINES[name], dtype=np.int32)], 255)
    found = card_corners(plane)
    assert found is None or (found.shape == (4, 2) and np.isfinite(found).all())


def test_sides_that_do_not_meet_near_a_corner_leave_it_where_it_was() -> None:
    nothing = np.zeros((0, 2), np.float32)
    straight = np.array([[0, 0], [100, 1], [200, 0], [100, 80]], np.float32)  # the second corner is hardly one
    assert np.allclose(meeting_points(nothing, straight), straight, atol=1.0)
    bent = np.array([[0, 0], [200, 0], [400, 30], [0, 100]], np.float32)
    beside = np.array([[x, -10] for x in range(40, 160)], np.float32)  # would meet its neighbour far outside
    assert np.array_equal(meeting_points(beside, bent)[1], bent[1])
    rough = np.array([[0, 0], [200, 0], [200, 100], [0, 100]], np.float32)
    steps = np.linspace(0, 1, 200, dtype=np.float32)[:, None]
    slanted = np.array([20, 3], np.float32) + steps * np.array([160, -4.5], np.float32)
    upright = np.array([200, 10], np.float32) + steps * np.array([0, 80], np.float32)
    moved = meeting_points(np.vstack([slanted, upright]), rough)
    assert np.linalg.norm(moved - rough, axis=1).max() < 8


def marked(*marks: tuple[int, int, int]) -> Sheet:
    """A white plane with corner marks of these middles and sides."""
    plane = np.full((500, 500), 255, np.uint8)
    for x, y, side in marks:
        for share, shade in ((7, 0), (5, 255), (3, 0)):
            half = side * share // 14
            cv2.rectangle(plane, (x - half, y - half), (x + half - 1, y + half - 1), shade, cv2.FILLED)
    return Sheet(plane, np.eye(3))
