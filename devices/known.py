"""Which USB devices we know by vendor and product, of what kind they are, and what to do with each; touches no bus.

Numbers are those of usb.ids and hardware.md §2.1, §3.1, §4, §5.2, §6, §7. Card printers that we drive are not here:
they are known by the `usb_vendor` and `usb_name` of their profile.
"""

from __future__ import annotations

from dataclasses import dataclass

QUEUE_ONLY = "这一品牌没有公开的指令：请安装厂家驱动，通过系统打印队列使用。"
LABELS = "标签打印机（ZPL）：请设为单据打印机，先打一张测试单。"
RECEIPTS = "单据打印机（ESC/POS）：请设为单据打印机，先打一张测试单。"
NO_PROFILE = "没有这一型号的资料：请通过系统打印队列使用，或选一个相近的型号先打印测试卡。"
EXPERIMENTAL = "试验性支持（进卡和出卡的指令没有公开）：先打印测试卡，核对出卡和方向。"
OFFICE = "普通打印机：不能制卡，可通过系统打印队列打印文书。"
WEDGE = "键盘式扫码枪：不用设置就能扫。用说明书里的设置码改成 USB 串口（USB-COM）后更可靠。"
LINE = "串口式扫码枪：请设为扫码枪。"
MODE = "这把扫码枪的接口模式还不能用：请用说明书里的设置码改成 USB 串口（USB-COM）或键盘模式。"
SAM_USB = "USB 接口的身份证阅读器还不能直接使用：请换用带串口的型号，或照原件录入。"
UNKNOWN_LINE = "串口：接的是打印机、扫码枪还是读卡器，请在设置中选择。"


@dataclass(frozen=True, slots=True)
class Known:
    """One kind of device of a vendor. `profile` drives it over USB; "" where we do not."""

    kind: str  # printer, slip, scanner, idcard
    brand: str
    sentence: str
    profile: str = ""


VENDORS: dict[int, Known] = {
    0x0A5F: Known("printer", "Zebra", QUEUE_ONLY),
    0x09B0: Known("printer", "Fargo", QUEUE_ONLY),
    0x0A27: Known("printer", "Datacard", QUEUE_ONLY),
    0x0D16: Known("printer", "HiTi", QUEUE_ONLY),
    0x0F49: Known("printer", "Evolis", NO_PROFILE),
    0x0C1F: Known("printer", "Magicard", NO_PROFILE),
    0x1EAB: Known("scanner", "Newland", MODE),
    0x0C2E: Known("scanner", "Honeywell", MODE),
    0x05E0: Known("scanner", "Zebra/Symbol", MODE),
    0x05F9: Known("scanner", "Datalogic", MODE),
}
"""What a device of that vendor is when nothing more is known."""

PRODUCTS: dict[tuple[int, int], Known] = {
    (0x0A5F, 0x0062): Known("slip", "Zebra GK420d", LABELS, "zpl-203"),
    (0x0A5F, 0x0080): Known("slip", "Zebra GK420d", LABELS, "zpl-203"),
    (0x0A5F, 0x011C): Known("slip", "Zebra ZD410", LABELS, "zpl-203"),
    (0x0A5F, 0x0141): Known("slip", "Zebra ZD620", LABELS, "zpl-203"),
    (0x0A5F, 0x0164): Known("slip", "Zebra ZD220", LABELS, "zpl-203"),
    (0x0A5F, 0x0172): Known("slip", "Zebra ZT411", LABELS, "zpl-203"),
    (0x0400, 0xC35A): Known("idcard", "SAM", SAM_USB),
}
"""Products that differ from the rest of their vendor; 203 dpi is their usual head, `zpl-300` is chosen by hand."""

_EPSON = 0x04B8
_COMMANDS = (("ESC/POS", "escpos-80", RECEIPTS), ("ZPL", "zpl-203", LABELS))


def known_printer(vendor: int, product: int, words: str) -> Known:
    """A device with a printer interface that no card profile fits; `words` is its name and its IEEE 1284 id."""
    exact = PRODUCTS.get((vendor, product))
    if exact is not None:
        return exact
    if vendor == _EPSON and "TM-" in words.upper():
        profile = "escpos-80-512" if "TM-T88" in words.upper() else "escpos-80"
        return Known("slip", "Epson", RECEIPTS, profile)
    commands = _commands(words)
    for language, profile, sentence in _COMMANDS:
        if language in commands:
            return Known("slip", "", sentence, profile)
    return VENDORS.get(vendor, Known("printer", "", OFFICE))


def known_other(vendor: int, product: int) -> Known | None:
    """A device without a printer interface, None for what is no business of ours."""
    found = PRODUCTS.get((vendor, product)) or VENDORS.get(vendor)
    return found if found is not None and found.kind in ("scanner", "idcard") else None


def _commands(words: str) -> str:
    """The languages that an IEEE 1284 id claims: `CMD:…;` or `COMMAND SET:…;`."""
    pairs = (part.partition(":") for part in words.upper().split(";"))
    return ",".join(value for key, _, value in pairs if key.split()[-1:] in (["CMD"], ["SET"]))
