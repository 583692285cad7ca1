"""Opens a camera by its URL, and says which cameras are plugged in.

    webcam://0?id=usb-046d_C920-video-index0&width=1280&height=720&fps=30    stills:///DIR-or-FILE?loop=1    tray:///DIR?view=desk&seed=1&side=front&fault=black
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from urllib.parse import quote

from devices.address import Address
from devices.cameras.photograph import VIEWS
from devices.cameras.stills import StillsCamera
from devices.cameras.tray import FAULTS, SIDES, TrayCamera
from devices.cameras.webcam import Capture, NoCapture, WebcamCamera, open_capture
from devices.contracts import Camera, FoundDevice
from devices.errors import BadUrl

VIDEO_CLASS = Path("/sys/class/video4linux")  # Linux names its cameras here without opening them
BY_ID = Path("/dev/v4l/by-id")  # Linux: names that stay with a camera, as links to its node
PROBED = 3  # elsewhere this many indices are opened to see whether a camera answers


def open_camera(url: str) -> Camera:
    """The camera of this URL. Raises BadUrl for what we do not understand, Missing for what is not there."""
    address = Address.parse(url)
    opener = _OPENERS.get(address.scheme)
    if opener is None:
        kinds = "、".join(f"{kind}://" for kind in _OPENERS)
        raise BadUrl(f"不认识的摄像头类型，可用的有：{kinds}。", "url_scheme")
    return opener(address)


def plugged_in(video_class: Path = VIDEO_CLASS, by_id: Path = BY_ID) -> list[FoundDevice]:
    """Webcams of this machine, by their lasting id where there is one.

    On Linux nothing is opened; elsewhere the first few indices are tried.
    """
    if sys.platform != "linux":
        return [_found(index, f"camera {index}") for index in range(PROBED) if _answers(index)]
    found = []
    nodes = sorted(video_class.glob("video*"), key=lambda node: (len(node.name), node.name))
    for node in nodes:
        number, stream, name = (_text(file) for file in (node / "dev", node / "index", node / "name"))
        if number and stream == "0":  # one camera has several nodes; the first one gives pictures
            found.append(_found(int(node.name.removeprefix("video")), name or node.name, _id_of(node.name, by_id)))
    return found


def place_of(camera_id: str, by_id: Path = BY_ID) -> int | None:
    """The index at which the camera of that id is now, None when it is not plugged in."""
    try:
        node = (by_id / camera_id).resolve(strict=True).name
    except OSError:
        return None
    number = node.removeprefix("video")
    return int(number) if number.isdecimal() else None


def _id_of(node: str, by_id: Path) -> str:
    links = sorted(by_id.glob("*-video-index0")) if by_id.is_dir() else []
    return next((link.name for link in links if link.resolve().name == node), "")


def _found(index: int, name: str, camera_id: str = "") -> FoundDevice:
    url = f"webcam://{index}" + (f"?id={quote(camera_id)}" if camera_id else "")
    return FoundDevice(url, "camera", name)


def _answers(index: int) -> bool:
    capture = open_capture(index, 640, 480, 30)
    try:
        return capture.isOpened()
    finally:
        capture.release()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _open_webcam(address: Address) -> Camera:
    width = address.take_number("width", 1280, 160, 7680)
    height = address.take_number("height", 720, 120, 4320)
    fps = address.take_number("fps", 30, 1, 240)
    camera_id = address.take("id")
    address.finish()
    if address.path or not (address.host.isascii() and address.host.isdigit() and len(address.host) <= 2):
        raise BadUrl("webcam:// 后面写摄像头序号，例如 webcam://0。", "url")
    if "/" in camera_id:
        raise BadUrl("webcam:// 的选项 id 是摄像头的名称，不是路径。", "url_option")
    size = (width, height, fps)
    return WebcamCamera(functools.partial(_opened, int(address.host), camera_id, size), name=f"webcam {address.host}")


def _opened(index: int, camera_id: str, size: tuple[int, int, int]) -> Capture:
    """The camera of that id wherever it is now, never another one; by index where no id was given."""
    place = place_of(camera_id, BY_ID) if camera_id else index
    return NoCapture() if place is None else open_capture(place, *size)


def _open_stills(address: Address) -> Camera:
    loop = address.take_number("loop", 1, 0, 1) == 1
    address.finish()
    return StillsCamera(address.folder, loop)


def _open_tray(address: Address) -> Camera:
    name, side = address.take("view", "desk"), address.take("side", SIDES[0])
    seed, fault = address.take_number("seed", 1), address.take("fault")
    address.finish()
    if name not in VIEWS:
        raise BadUrl(f"tray:// 的选项 view 可以是：{'、'.join(VIEWS)}。", "url_option")
    if side not in SIDES:
        raise BadUrl(f"tray:// 的选项 side 可以是：{'、'.join(SIDES)}。", "url_option")
    if fault and fault not in FAULTS:
        raise BadUrl(f"摄像头没有名为“{fault}”的故障。名称有：{'、'.join(FAULTS)}。", "fault")
    return TrayCamera(address.folder, VIEWS[name], seed, side, fault)


_OPENERS = {"webcam": _open_webcam, "stills": _open_stills, "tray": _open_tray}
