"""Camera addresses, and the cameras of this machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from devices.cameras.cameras import open_camera
from devices.errors import BadUrl

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "url",
    [
        "", "webcam", "webcam://", "webcam://a", "webcam://-1", "webcam://１", "webcam://0/x", "webcam://0?width=0",
        "webcam://0?size=1", "webcam://0?width=640&width=640", "webcam://0?width", "webcam://0#x", "camera://0",
        "stills://", "stills://host/x", "stills:///x?loop=2", "stills:///x?view=desk", "tray://", "tray:///x?view=sky",
        "tray:///x?side=left", "tray:///x?seed=-1", "tray:///x?seed=x", "http://[x",
    ],
)  # fmt: skip
def test_an_address_we_do_not_understand_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        open_camera(url)
    assert CHINESE.search(refused.value.sentence)


def test_a_place_with_spaces_and_chinese_opens(tmp_path: Path) -> None:
    folder = tmp_path / "出 卡"
    folder.mkdir()
    Image.new("RGB", (60, 40)).save(folder / "a.png")
    assert open_camera(f"stills://{folder.as_posix()}").read(0) is not None
    assert open_camera(folder.as_uri().replace("file:", "stills:")).read(0) is not None
