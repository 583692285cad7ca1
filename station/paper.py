"""The receipt and label printers of a station, opened as its settings name them."""

from __future__ import annotations

from devices import catalogue
from devices.contracts import PaperPrinter
from devices.errors import DeviceError
from devices.printers.stickers import StickerPrinter
from station.bootstrap import models_home, watched_by
from station.domain.errors import Fault, Refused
from station.services.bench import Bench, Label
from station.settings import Settings


def open_sticker_bench(settings: Settings, *, printer: str = "", camera: str = "") -> Bench:
    """The label printer in the place of the card printer, by URL or as in the settings; camera and reader as ever.

    An emulated label printer is seen by a camera over its own tray.
    """
    url = printer or settings.devices.label
    if not url:
        raise Refused("还没有设置标签打印机，请在 station.toml 的 [devices] 里填写 label。", "no_label_printer")
    url, watching = watched_by(url, settings.home / "labels", "&side=slip")
    camera_url = camera or watching or settings.devices.camera
    sticker = _sticker_printer(url)
    return Bench(
        sticker,
        catalogue.open_reader(models_home()),
        catalogue.open_camera(camera_url) if camera_url else None,
        Label(sticker.width, sticker.dpi),
    )


def label_of(settings: Settings) -> Label:
    """What stickers are drawn for at this station, without asking the printer. Raises as `open_sticker_bench`."""
    if not settings.devices.label:
        raise Refused("还没有设置标签打印机，请在 station.toml 的 [devices] 里填写 label。", "no_label_printer")
    sticker = _sticker_printer(settings.devices.label)
    return Label(sticker.width, sticker.dpi)


def _sticker_printer(url: str) -> StickerPrinter:
    try:
        return catalogue.open_sticker_printer(url)
    except DeviceError as why:
        raise Fault(why.sentence, "请改正 station.toml 的 [devices] 里的 label。", why.code) from why


def open_paper_printer(settings: Settings, *, label: bool = False, printer: str = "") -> PaperPrinter:
    """The receipt printer of the settings, or the label printer. A station with one of the two uses it for both.

    Raises Refused where there is none, Fault for an address that names none.
    """
    here = settings.devices
    url = printer or (here.label or here.slip if label else here.slip or here.label)
    if not url:
        raise Refused("还没有设置单据打印机，请在 station.toml 的 [devices] 里填写 slip 或 label。", "no_slip_printer")
    try:
        return catalogue.open_slip_printer(url)
    except DeviceError as why:
        raise Fault(why.sentence, "请改正 station.toml 的 [devices] 里的 slip 或 label。", why.code) from why
