"""The second engines behind the ladder: zbar, and WeChat's reader where its models are. Each may be absent, aloud.

It knows how to load them; it refuses to make any of them a condition for starting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2

from devices.scanners.rungs import Gray, enlarge

Found = Iterable[tuple[str, tuple[tuple[int, int], ...]]]
WECHAT_FILES = ("detect.prototxt", "detect.caffemodel", "sr.prototxt", "sr.caffemodel")


@dataclass(frozen=True, slots=True)
class Engine:
    """A reader that may be here or not. `read` answers texts with corners; `sentence` is for the doctor."""

    name: str
    active: bool
    sentence: str
    read: Callable[[Gray], Found]


def second_engines(models: Path | None) -> tuple[Engine, ...]:
    """zbar and WeChat, in the order in which they should be asked."""
    return zbar(), wechat(models)


def zbar() -> Engine:
    """pyzbar, which needs the system's libzbar and fails at import without it."""
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError) as absent:  # OSError: the library is there but will not load
        return _absent("zbar", f"没有 zbar 库，只用 zxing 读码（Debian 可装 libzbar0）：{type(absent).__name__}")

    def decode(plane: Gray) -> Found:
        for symbol in pyzbar.decode(plane, symbols=[pyzbar.ZBarSymbol.QRCODE]):
            # zbar guesses the character set of byte segments; only what needs no guess is believed.
            if symbol.data.isascii():
                yield symbol.data.decode("ascii"), tuple((point.x, point.y) for point in symbol.polygon)

    def read(plane: Gray) -> Found:
        yield from decode(plane)
        larger = enlarge(plane, 2)
        back = plane.shape[1] / larger.shape[1]
        for text, corners in decode(larger):
            yield text, tuple((round(x * back), round(y * back)) for x, y in corners)

    return Engine("zbar", True, "zbar 可用，作为第二读码器", read)


def wechat(models: Path | None) -> Engine:
    """OpenCV's contributed WeChat reader, when both the module and its four model files are here."""
    module = getattr(cv2, "wechat_qrcode", None)
    if module is None:
        return _absent("wechat", "这份 OpenCV 不含微信读码模块，不影响使用")
    files = [models / name for name in WECHAT_FILES] if models is not None else []
    if not files or not all(file.is_file() for file in files):
        return _absent("wechat", f"微信读码模型不齐（需要 {'、'.join(WECHAT_FILES)}），不影响使用")
    try:
        reader = module.WeChatQRCode(*(str(file) for file in files))
    except cv2.error:
        return _absent("wechat", "微信读码模型打不开，请换一份完整的模型文件")

    def read(plane: Gray) -> Found:
        texts, boxes = reader.detectAndDecode(plane)
        for text, box in zip(texts, boxes, strict=True):
            yield text, tuple((round(float(x)), round(float(y))) for x, y in box)

    return Engine("wechat", True, "微信读码模型可用，作为第三读码器", read)


def _absent(name: str, sentence: str) -> Engine:
    return Engine(name, False, sentence, lambda _plane: ())
