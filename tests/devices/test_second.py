"""The engines behind the ladder: absent aloud, present with corners, never guessing."""

from __future__ import annotations

import builtins
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from devices.contracts import Picture
from devices.scanners import second
from devices.scanners.image import LadderReader
from tests.bench.qr_frames import frame_of
from tests.devices.codes import BY_NAME, SYMBOL, small_code


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
