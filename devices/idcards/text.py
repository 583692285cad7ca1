"""The text of a second-generation identity card, 256 bytes, to its fields and back (hardware.md §7.2); no reader.

The photo stands behind the text in what a reader sends. It is compressed by a licensed method; nothing here looks at
it, and no field could carry it on.
"""

from __future__ import annotations

from datetime import date

from devices.contracts import IdCard
from devices.errors import BadReply

LENGTH = 256
_FIELDS = (
    ("name", 30),
    ("sex", 2),
    ("ethnicity", 4),
    ("birth", 16),
    ("address", 70),
    ("number", 36),
    ("issuer", 30),
    ("valid_from", 16),
    ("valid_to", 16),
    ("reserve", 36),
)
_FOR_EVER = "长期"
_ETHNIC_NAMES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 "
    "土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 "
    "乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
_ETHNIC = tuple(_ETHNIC_NAMES.split(" "))
"""GB/T 3304: place in the list is the code."""

_OTHER_DOCUMENTS = {"I": "外国人永久居留证", "J": "港澳台居民居住证"}


def parse(block: bytes) -> IdCard:
    """The fields. Raises BadReply for what is not the text of a card; its sentence names no person."""
    if len(block) < LENGTH:
        raise _unreadable()
    found: dict[str, str] = {}
    place = 0
    for name, size in _FIELDS:
        try:
            found[name] = block[place : place + size].decode("utf-16-le").strip("\0 ")
        except UnicodeDecodeError as error:
            raise _unreadable() from error
        place += size
    other = _OTHER_DOCUMENTS.get(found["reserve"][:1])
    if other is not None:
        raise BadReply(f"这是{other}，读卡器不能自动填写，请照原件录入。", "id_foreign")
    if not found["name"] or not found["number"] or not all(sign.isprintable() for sign in "".join(found.values())):
        raise _unreadable()
    return IdCard(
        name=found["name"],
        number=found["number"],
        sex=found["sex"],
        ethnicity=_ethnicity(found["ethnicity"]),
        birth=_day(found["birth"]),
        address=found["address"],
        issuer=found["issuer"],
        valid_from=_day(found["valid_from"]),
        valid_to=None if found["valid_to"] == _FOR_EVER else _day(found["valid_to"]),
    )


def write(card: IdCard) -> bytes:
    """The text block of a card, for the emulated reader."""
    code = _ETHNIC.index(card.ethnicity) + 1 if card.ethnicity in _ETHNIC else 97
    values = {
        "name": card.name,
        "sex": card.sex,
        "ethnicity": f"{code:02d}",
        "birth": f"{card.birth:%Y%m%d}",
        "address": card.address,
        "number": card.number,
        "issuer": card.issuer,
        "valid_from": f"{card.valid_from:%Y%m%d}",
        "valid_to": _FOR_EVER if card.valid_to is None else f"{card.valid_to:%Y%m%d}",
        "reserve": "",
    }
    return b"".join(_padded(values[name].encode("utf-16-le"), size) for name, size in _FIELDS)


def _padded(raw: bytes, size: int) -> bytes:
    return (raw + " ".encode("utf-16-le") * (size // 2))[:size]


def _ethnicity(code: str) -> str:
    """The name of a GB/T 3304 code, "" for one that the list does not have (97 其他, 98 入籍)."""
    return _ETHNIC[int(code) - 1] if code.isdecimal() and 1 <= int(code) <= len(_ETHNIC) else ""


def _day(text: str) -> date:
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise _unreadable()
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise _unreadable() from error


def _unreadable() -> BadReply:
    return BadReply("身份证里的文字读不出来：请重新放卡，或照原件录入。", "id_text")
