"""The reading ladder: hard pictures, absurd pictures, foreign codes, reasons, and a camera watched for two seconds."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as shapes

from devices.cameras.photograph import VIEWS, View, photograph, where
from devices.contracts import Accept, CodeReader, Frame, Picture, Reading
from devices.errors import Missing
from devices.scanners import second
from devices.scanners.flat import card_corners, meeting_points
from devices.scanners.image import LARGEST, LadderReader
from devices.scanners.ladder import read_frames
from devices.scanners.mend import mended_sheets
from devices.scanners.rungs import GLANCE, LADDER, MOST_PIXELS, Sheet, enlarge
from devices.scanners.why import sight
from tests.bench.bench_vision import run
from tests.bench.qr_frames import BASE, PREFIX, Condition, Symbol, Wear, conditions, draw_card, frame_of, payload

SYMBOL = Symbol()
READER = LadderReader()
BY_NAME = {condition.name: condition for condition in conditions()}


def card(seed: int, wear: Wear | None = None) -> tuple[Picture, str]:
    rng = np.random.default_rng(seed)
    text = payload(rng)
    return draw_card(text, SYMBOL, wear or Wear(), rng)[0], text


def small_code(text: str, dots: int = 4) -> Picture:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCodeModel2)
    gray = np.array(code.to_image(scale=dots))
    return np.repeat(gray[:, :, None], 3, axis=2)


# ---- pictures that can be read


@pytest.mark.parametrize("name", [*(view for view in VIEWS if view not in ("hard", "lamp"))])
def test_a_card_is_read_in_every_ordinary_view(name: str) -> None:
    face, text = card(1)
    for seed in range(2):
        assert [reading.text for reading in READER.read(photograph(face, VIEWS[name], seed))] == [text]


@pytest.mark.parametrize(
    "name",
    ["blur sigma 2.0", "640x480 card 45 %", "black on green", "black on red", "dark 5 %, no gain", "tilt 50"],
)
def test_what_one_plain_pass_cannot_read_the_ladder_reads(name: str) -> None:
    frame = frame_of(BY_NAME[name], SYMBOL, seed=11)
    assert [reading.text for reading in READER.read(frame.picture)] == [frame.text]


def test_the_ladder_reads_at_least_what_the_three_engines_read_between_them() -> None:
    scores, _, _ = run(SYMBOL, 1, first=900, groups={"tilt", "stain", "field"})
    ladder, union = scores["ladder"], scores["union"]
    assert all(ours for theirs, ours in zip(union.read, ladder.read, strict=True) if theirs)
    assert sum(ladder.read) > sum(union.read)
    assert ladder.wrong == 0


def test_a_reading_says_where_how_dense_and_how_whole() -> None:
    flat = View(tilt=0, roll=0, shift=0, blur=0.4, noise=1, fill=0.62)
    face, _ = card(1)
    (reading,) = READER.read(photograph(face, flat, 1))
    assert reading.px_per_module == pytest.approx(0.62 * 1280 / 1016 * 5, rel=0.02)
    assert reading.spare == pytest.approx(1.0, abs=0.05)
    assert reading.rung == "gray"
    assert reading.ms > 0
    xs, ys = zip(*reading.corners, strict=True)
    assert len(reading.corners) == 4
    assert max(xs) - min(xs) == pytest.approx(49 * 5 * 0.62 * 1280 / 1016, abs=4)
    assert max(ys) - min(ys) == pytest.approx(max(xs) - min(xs), abs=3)


def test_corners_and_density_speak_of_the_camera_picture_on_every_rung() -> None:
    frame = frame_of(BY_NAME["640x480 card 45 %"], SYMBOL, seed=3)
    (reading,) = READER.read(frame.picture)
    assert reading.rung != "gray"
    assert reading.px_per_module == pytest.approx(0.45 * 640 / 1016 * 5, rel=0.06)
    assert all(0 <= x < 640 and 0 <= y < 480 for x, y in reading.corners)


def test_wear_uses_up_the_spare() -> None:
    stained = frame_of(Condition("", "", BASE, Wear(stain=0.04)), SYMBOL, seed=4)
    (reading,) = READER.read(stained.picture)
    assert reading.text == stained.text
    assert reading.spare < 0.9


def test_every_code_in_the_picture_is_found_once() -> None:
    sheet = np.full((400, 900, 3), 255, dtype=np.uint8)
    for place, text in enumerate(("one", "two", "one")):
        code = small_code(text)
        sheet[50 : 50 + code.shape[0], 50 + 280 * place : 50 + 280 * place + code.shape[1]] = code
    assert sorted(reading.text for reading in READER.read(sheet)) == ["one", "two"]


def test_a_foreign_code_in_view_does_not_hide_ours() -> None:
    frame = frame_of(BY_NAME["640x480 card 45 %"], SYMBOL, seed=3)  # ours needs a later rung
    picture = frame.picture.copy()
    foreign = small_code("https://shop.example/soap", 3)
    picture[: foreign.shape[0], : foreign.shape[1]] = foreign
    first = READER.read(picture)
    assert [reading.text for reading in first] == ["https://shop.example/soap"]
    both = READER.read(picture, accept=lambda text: text.startswith("https://axm."))
    assert [reading.text for reading in both] == ["https://shop.example/soap", frame.text]


def test_a_light_symbol_on_dark_ground_is_read() -> None:
    inverted = 255 - np.pad(small_code("night mode", 5), ((40, 40), (40, 40), (0, 0)), constant_values=255)
    assert [reading.text for reading in READER.read(inverted)] == ["night mode"]


def test_a_micro_symbol_is_no_code_of_ours() -> None:
    code = zxingcpp.create_barcode("0764", zxingcpp.BarcodeFormat.MicroQRCode)
    gray = np.pad(np.array(code.to_image(scale=8)), 40, constant_values=255)
    assert READER.read(np.repeat(gray[:, :, None], 3, axis=2)) == ()


def test_no_wrong_text_from_damaged_symbols() -> None:
    """Half a stain, many scratches: the text is right or absent, never another one."""
    for seed in range(3):
        frame = frame_of(Condition("", "", BASE, Wear(scratches=14, stain=0.08)), SYMBOL, seed)
        assert {reading.text for reading in READER.read(frame.picture)} <= {frame.text}


# ---- pictures that make no sense


@pytest.mark.parametrize(
    "shape",
    [
        (0, 0, 3), (0, 10, 3), (1, 1, 3), (1, 1), (20, 5000, 3), (21, 21), (5000, 22, 3), (30, 30, 1), (64, 64, 4),
        (9,), (50, 50, 2),
    ],
)  # fmt: skip
def test_absurd_shapes_are_empty_not_an_error(shape: tuple[int, ...]) -> None:
    for shade in (0, 128, 255):
        picture = np.full(shape, shade, dtype=np.uint8)
        assert READER.read(picture) == ()
        assert READER.glance(picture) == ()
        assert READER.why_not(picture) in ("too_dark", "too_bright", "no_code")


@given(shapes.arrays(np.uint8, shapes.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=40)))
def test_any_small_array_is_survived(picture: Picture) -> None:
    assert isinstance(READER.read(picture), tuple)
    assert READER.why_not(picture) in ("too_dark", "too_bright", "too_blurred", "part_covered", "no_code")


def test_other_numbers_than_bytes_are_not_a_picture() -> None:
    assert READER.read(np.zeros((100, 100, 3), dtype=np.float32)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["F", "mirror", "gray", "readonly"])
def test_any_layout_in_memory_is_read(order: str) -> None:
    face, text = card(1)
    picture: Any = photograph(face, VIEWS["clean"], 1)
    if order == "F":
        picture = np.asfortranarray(picture)
    elif order == "mirror":
        picture = picture[::-1, ::-1]
    elif order == "gray":
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    else:
        picture.setflags(write=False)
    assert [reading.text for reading in READER.read(picture)] == [text]


def test_a_huge_picture_is_read_with_bounded_work() -> None:
    face, text = card(1)
    huge = cv2.resize(photograph(face, VIEWS["clean"], 1), (6600, 4000))
    assert huge.shape[0] * huge.shape[1] > LARGEST
    (reading,) = READER.read(np.asarray(huge, dtype=np.uint8))
    assert reading.text == text
    assert len(text) == len(PREFIX) + 191


@settings(max_examples=20)
@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([0.5, 1.0, 2.0, 3.0]))
def test_no_rung_makes_a_picture_larger_than_the_limit(height: int, width: int, factor: float) -> None:
    plane = np.broadcast_to(np.uint8(0), (height, width))
    assert enlarge(plane, factor).size <= 1.01 * MOST_PIXELS


def test_a_glance_is_the_start_of_the_ladder() -> None:
    assert LADDER[: len(GLANCE)] == GLANCE
    for name in ("blur sigma 2.0", "black on red", "dark 10 %, no gain"):  # what the four rungs are there for
        hard = frame_of(BY_NAME[name], SYMBOL, seed=11)
        assert [reading.text for reading in READER.glance(hard.picture)] == [hard.text]
    frame = frame_of(BY_NAME["clean 720p"], SYMBOL, seed=1)
    assert [reading.text for reading in READER.glance(frame.picture)] == [frame.text]


# ---- second engines


@pytest.fixture
def without_pyzbar(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pyzbar"):
            raise ImportError("Unable to find zbar shared library")
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.usefixtures("without_pyzbar")
def test_without_zbar_the_ladder_works_and_the_doctor_is_told() -> None:
    reader = LadderReader()
    frame = frame_of(BY_NAME["clean 720p"], SYMBOL, seed=1)
    assert [reading.text for reading in reader.read(frame.picture)] == [frame.text]
    assert reader.read(np.full((100, 100, 3), 255, dtype=np.uint8)) == ()
    zbar = {engine.name: engine for engine in reader.engines}["zbar"]
    assert not zbar.active
    assert "libzbar0" in zbar.sentence


def test_zbar_answers_texts_with_corners() -> None:
    engine = second.zbar()
    assert engine.active
    picture = cv2.cvtColor(small_code("hello", 6), cv2.COLOR_RGB2GRAY)
    text, corners = next(iter(engine.read(picture)))
    assert text == "hello"
    assert len(corners) == 4


def test_zbar_is_asked_a_second_time_with_the_picture_enlarged() -> None:
    small = cv2.cvtColor(small_code("https://axm.zjjz.example/" + "0123456789" * 12, 2), cv2.COLOR_RGB2GRAY)
    found = list(second.zbar().read(small))
    assert {text for text, _ in found} == {"https://axm.zjjz.example/" + "0123456789" * 12}
    assert all(0 <= x <= small.shape[1] and 0 <= y <= small.shape[0] for _, corners in found for x, y in corners)


def test_what_zbar_must_guess_is_not_believed() -> None:
    code = zxingcpp.create_barcode("安心码".encode("gb18030"), zxingcpp.BarcodeFormat.QRCodeModel2)
    assert list(second.zbar().read(np.array(code.to_image(scale=6)))) == []


def wechat_module(texts: list[str], fails: bool = False) -> Any:
    class Reader:
        def __init__(self, *files: str) -> None:
            if fails:
                raise cv2.error("cannot read model")
            assert all(Path(file).is_file() for file in files)

        def detectAndDecode(self, plane: Picture) -> tuple[list[str], list[Any]]:
            return texts, [np.array([[1, 2], [30, 2], [30, 31], [1, 31]], dtype=np.float32) for _ in texts]

    return SimpleNamespace(WeChatQRCode=Reader)


def test_wechat_joins_when_module_and_models_are_dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not second.wechat(tmp_path).active  # the module is not in this OpenCV
    monkeypatch.setattr(cv2, "wechat_qrcode", wechat_module(["from wechat"]), raising=False)
    assert not second.wechat(None).active
    assert "detect.prototxt" in second.wechat(tmp_path).sentence
    for name in second.WECHAT_FILES:
        (tmp_path / name).write_bytes(b"model")
    reader = LadderReader(tmp_path)
    assert [(engine.name, engine.active) for engine in reader.engines][-1] == ("wechat", True)
    (reading,) = reader.read(np.full((2400, 2400, 3), 255, dtype=np.uint8))
    assert (reading.text, reading.rung) == ("from wechat", "wechat")
    assert reading.corners[2] == (36, 37)  # scaled back from the smaller picture it was given


def test_broken_wechat_models_are_said_not_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "wechat_qrcode", wechat_module([], fails=True), raising=False)
    for name in second.WECHAT_FILES:
        (tmp_path / name).write_bytes(b"model")
    engine = second.wechat(tmp_path)
    assert not engine.active
    assert "模型" in engine.sentence


# ---- reasons


def thumbed(seed: int) -> Picture:
    face, _ = card(seed)
    covered = face.copy()
    cv2.ellipse(covered, (860, 560), (95, 150), 20 * seed, 0, 360, (205, 160, 130), cv2.FILLED)
    return covered


def bad(name: str, seed: int) -> Picture:
    face, _ = card(seed)
    views = {
        "dark": replace(BASE, light=0.012, noise=1.0),
        "defocused": replace(BASE, blur=5.0),
        "far out of focus": replace(BASE, blur=9.0),
        "shaken": replace(BASE, motion=20.0),
        "bare desk": replace(BASE, aim=(9.0, 9.0)),
    }
    if name in views:
        return photograph(face, views[name], seed)
    if name == "overexposed":
        washed = np.clip(face.astype(np.int16) + 190, 0, 255).astype(np.uint8)
        return photograph(washed, replace(BASE, light=3.0, desk=(250, 250, 250)), seed)
    if name == "reflection":
        return frame_of(Condition("", "", BASE, Wear(), glare=0.9), SYMBOL, seed).picture
    if name == "thumb":
        return photograph(thumbed(seed), BASE, seed)
    blank = face.copy()
    blank[340:, 700:] = 250
    return photograph(blank, BASE, seed)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dark", "too_dark"),
        ("overexposed", "too_bright"),
        ("reflection", "too_bright"),
        ("defocused", "too_blurred"),
        ("far out of focus", "too_blurred"),
        ("shaken", "too_blurred"),
        ("thumb", "part_covered"),
        ("bare desk", "no_code"),
        ("card without a code", "no_code"),
    ],
)
def test_a_bad_picture_is_named_for_what_is_bad(name: str, reason: str) -> None:
    for seed in range(3):
        picture = bad(name, seed)
        assert READER.glance(picture) == ()
        assert READER.why_not(picture) == reason


def test_blur_is_named_even_where_the_corner_marks_are_still_visible() -> None:
    face, _ = card(1)
    for seed in range(2):
        picture = photograph(face, replace(BASE, fill=1.6, aim=(0.84, 0.76), blur=6.5), seed)
        assert sight(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))).marks >= 1
        assert READER.why_not(picture) == "too_blurred"


def test_large_and_odd_pictures_have_a_reason_too() -> None:
    large = np.asarray(cv2.resize(bad("thumb", 1), (1920, 1080)), dtype=np.uint8)
    assert READER.why_not(large) == "part_covered"
    assert sight(np.asarray(cv2.cvtColor(large, cv2.COLOR_RGB2GRAY))).px_per_module == pytest.approx(5.8, rel=0.1)
    ramp = np.tile(np.linspace(0, 240, 640).astype(np.uint8), (480, 1))
    assert READER.why_not(ramp) == "too_blurred"
    bright = photograph(thumbed(1), replace(BASE, light=1.05, uneven=0.0), 1)
    assert READER.why_not(bright) == "part_covered"  # white paper that just clips is no reflection


def test_the_corner_marks_tell_how_far_the_card_is() -> None:
    face, _ = card(2)
    for fill in (0.3, 0.6):
        flat = replace(BASE, fill=fill, tilt=0.0)
        seen = sight(np.asarray(cv2.cvtColor(photograph(face, flat, 1), cv2.COLOR_RGB2GRAY)))
        assert seen.marks >= 2
        assert seen.px_per_module == pytest.approx(fill * 1280 / 1016 * 5, rel=0.08)


# ---- a camera watched


class Film:
    """A camera that shows these frames, one every 50 ms of its own clock; None is a moment without a frame."""

    def __init__(self, pictures: list[Picture | None], every: float = 0.05) -> None:
        self.pictures = iter(pictures)
        self.every = every
        self.now = 0.0
        self.gone = False

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def read(self, timeout: float) -> Frame | None:
        if self.gone:
            raise Missing("摄像头断开了", "camera_gone")
        picture = next(self.pictures, None)
        self.now += timeout if picture is None else self.every
        return None if picture is None else Frame(picture, self.now)

    def close(self) -> None:
        self.gone = True


class Scripted:
    """A reader whose answer is written in the first pixel of a picture; deep readings are counted."""

    def __init__(self, texts: dict[int, tuple[str, ...]], deep: dict[int, tuple[str, ...]] | None = None) -> None:
        self.texts = texts
        self.deep = deep or {}
        self.looked: list[str] = []

    def glance(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        self.looked.append(f"glance {picture[0, 0, 0]}")
        return tuple(Reading(text) for text in self.texts.get(int(picture[0, 0, 0]), ()))

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        self.looked.append(f"read {picture[0, 0, 0]}")
        number = int(picture[0, 0, 0])
        return tuple(Reading(text) for text in (*self.texts.get(number, ()), *self.deep.get(number, ())))

    def why_not(self, picture: Picture) -> str:
        return "too_blurred"


def shot(number: int) -> Picture:
    return np.full((4, 4, 3), number, dtype=np.uint8)


def watch(film: Film, reader: CodeReader, accept: Callable[[str], bool] | None = None, seconds: float = 2.0) -> Any:
    return read_frames(film, reader, accept, seconds, film.monotonic, film.pause)


def test_watching_stops_at_the_first_accepted_frame() -> None:
    reader = Scripted({3: ("ours",), 4: ("never seen",)})
    seen = watch(Film([shot(1), shot(2), shot(3), shot(4)]), reader)
    assert seen.accepted.text == "ours"
    assert (seen.frames, seen.reason, seen.cards) == (3, "", 1)
    assert seen.seconds == pytest.approx(0.15)
    assert seen.picture[0, 0, 0] == 3


def test_a_foreign_code_is_watched_through() -> None:
    reader = Scripted({1: ("foreign",), 2: ("foreign", "ours")})
    seen = watch(Film([shot(1), shot(2)]), reader, lambda text: text == "ours")
    assert seen.accepted.text == "ours"
    assert [reading.text for reading in seen.readings] == ["foreign", "ours"]
    failed = watch(Film([shot(1)]), reader, lambda text: text == "ours")
    assert (failed.accepted, failed.reason) == (None, "other_code")


def test_two_cards_in_view_are_counted() -> None:
    seen = watch(Film([shot(1)]), Scripted({1: ("a", "b", "foreign")}), lambda text: len(text) == 1)
    assert seen.cards == 2


def test_watching_ends_in_time_with_a_reason_and_a_last_deep_look() -> None:
    reader = Scripted({})
    film = Film([shot(number) for number in range(1, 200)])
    seen = watch(film, reader)
    assert seen.accepted is None
    assert seen.reason == "too_blurred"
    assert seen.frames == 40
    assert film.now == pytest.approx(2.0)
    assert reader.looked[-1] == "read 40"
    assert sum(look.startswith("read") for look in reader.looked) == 40 // 6 + 1


def test_what_only_the_deep_look_finds_is_found() -> None:
    seen = watch(Film([shot(1)]), Scripted({}, deep={1: ("worn",)}))
    assert seen.accepted.text == "worn"
    assert seen.frames == 1


def test_no_frame_at_all_has_its_own_reason() -> None:
    film = Film([None] * 3)
    seen = watch(film, Scripted({}))
    assert (seen.reason, seen.frames, seen.picture) == ("no_frame", 0, None)
    assert film.now == pytest.approx(2.0)


def test_a_camera_that_says_none_at_once_is_not_asked_in_a_hot_loop() -> None:
    class Empty(Film):
        asked = 0

        def read(self, timeout: float) -> Frame | None:
            self.asked += 1
            return None

    film = Empty([])
    assert watch(film, Scripted({}), seconds=1.0).reason == "no_frame"
    assert film.asked <= 101


def test_a_camera_that_repeats_itself_to_the_pixel_ends_the_watch() -> None:
    def round_and_round() -> Iterator[Picture]:
        while True:
            yield from (shot(1), shot(2))

    film = Film([])
    film.pictures = round_and_round()
    seen = watch(film, Scripted({}))
    assert seen.frames == 2
    assert film.now < 0.5


def test_a_reader_that_cannot_glance_reads_each_frame_once() -> None:
    class Plain:
        looked = 0

        def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
            self.looked += 1
            return ()

        def why_not(self, picture: Picture) -> str:
            return "no_code"

    reader = Plain()
    assert watch(Film([shot(1), shot(2)]), reader, seconds=0.5).reason == "no_code"
    assert reader.looked == 2


def test_a_camera_that_is_gone_is_an_error_not_a_reason() -> None:
    film = Film([shot(1)])
    film.close()
    with pytest.raises(Missing):
        watch(film, Scripted({}))


def test_a_shaking_hand_is_cured_by_the_next_frame() -> None:
    face, text = card(5)
    shaken: list[Picture | None] = [photograph(face, replace(BASE, motion=20.0), seed) for seed in range(2)]
    seen = watch(Film([*shaken, photograph(face, BASE, 9)]), READER)
    assert seen.accepted.text == text
    assert seen.frames == 3


# ---- steep views and hidden corner marks


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
