"""Numbers that name people, companies, permits, cards and stations: parsing, checking, showing, masking.

A citizen number is never refused because of its first six digits (domain.md §1.7): prefixes explain, they do not judge.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from station.domain.divisions import Divisions
from station.domain.errors import Refused

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
MINOR = "该人员已满 16 周岁、未满 18 周岁，请确认监护人知情，并核对服务类别是否适合。"
OLDER = "该人员已超过 65 周岁，请确认本人身体状况，并核对保险的承保年龄。"
_YOUNGEST, _GROWN, _OLD = 16, 18, 65


def ascii_of(text: str) -> str:
    """Trimmed, full-width folded to ASCII, inner blanks removed, Roman ten as X, upper case."""
    folded = text.replace("\u2169", "X").replace("\u2179", "X")
    folded = unicodedata.normalize("NFKC", folded)
    return re.sub(r"[\s\u200b\ufeff]", "", folded).upper()


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A valid 18-character number (citizens, 港澳台 residents, foreign permanent residents), or an old 15-character

    foreign permanent resident number. `birth` is None only for the latter.
    """

    text: str
    birth: date | None
    sex: str | None  # GB/T 2261.1: 1 male, 2 female

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"CitizenNumber({mask_number(self.text)})"

    @classmethod
    def parse(cls, text: str, today: date) -> CitizenNumber:
        """The number in what was typed, read or imported. Raises Refused with the sentence that fits the mistake."""
        given = ascii_of(text)
        if re.fullmatch(r"[A-Z]{3}\d{12}", given):
            return cls(given, None, None)
        _refuse_damage(given)
        if not re.fullmatch(r"\d{17}[\dX]", given):
            raise Refused("证件号码应为 18 位（末位可为 X），请核对原件。", "number_shape")
        birth = _birth(given, today)
        if _check_character(given[:17]) != given[17]:
            raise Refused("证件号码校验位不符，请逐位核对原件。", "number_checksum")
        if age_on(birth, today) < _YOUNGEST:
            raise Refused("该人员未满 16 周岁，不能申领。", "too_young")
        return cls(given, birth, "1" if int(given[16]) % 2 else "2")

    def warnings(self, today: date) -> tuple[str, ...]:
        """Sentences about what the clerk should look at without being stopped: `MINOR` (16-18), `OLDER` (> 65)."""
        if self.birth is None:
            return ()
        age = age_on(self.birth, today)
        return (MINOR,) if age < _GROWN else (OLDER,) if age > _OLD else ()

    @property
    def kind(self) -> str:
        """ID_CARD, HMT_PERMIT (81, 82, 83) or FOREIGN_PERMANENT (9…, and the old letters)."""
        if self.text[:2] in ("81", "82", "83"):
            return "HMT_PERMIT"
        return "FOREIGN_PERMANENT" if self.birth is None or self.text[0] == "9" else "ID_CARD"


def _refuse_damage(given: str) -> None:
    """Digits ruined by a spreadsheet get their own sentence: nobody can guess them back."""
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", given):
        raise Refused("证件号码被表格软件改成了科学计数法，请把单元格设为文本后重新填写。", "number_scientific")
    if re.fullmatch(r"\d{15}0{3}", given) and _check_character(given[:17]) != given[17]:
        raise Refused("证件号码末三位被表格软件改成了 0，请把单元格设为文本后重新填写。", "number_rounded")
    if re.fullmatch(r"\d{15}", given):
        raise Refused("15 位旧号码已停用，请使用 18 位证件号码。", "number_15")


def _check_character(first17: str) -> str:
    return _CHECK[sum(int(c) * w for c, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def _birth(given: str, today: date) -> date:
    try:
        birth = date(int(given[6:10]), int(given[10:12]), int(given[12:14]))
    except ValueError:
        raise Refused("证件号码中的出生日期不存在，请核对原件。", "number_birth") from None
    if not birth.year > 1900 or birth > today:
        raise Refused("证件号码中的出生日期不合理，请核对原件。", "number_birth")
    return birth


def age_on(birth: date, day: date) -> int:
    """Full years lived on that day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


_USCC_SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Uscc:
    """统一社会信用代码 GB 32100-2015."""

    text: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> Uscc:
        """Raises Refused for the wrong shape, an old 15-digit registration number or a wrong check character."""
        given = ascii_of(text)
        if re.fullmatch(r"\d{15}", given):
            raise Refused("15 位旧注册号已停用，请填写 18 位统一社会信用代码。", "uscc_15")
        if len(given) != 18 or any(c not in _USCC_SET for c in given):
            raise Refused("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。", "uscc_shape")
        total = sum(_USCC_SET.index(c) * pow(3, i, 31) for i, c in enumerate(given[:17]))
        if _USCC_SET[(31 - total % 31) % 31] != given[17]:
            raise Refused("统一社会信用代码校验位不符，请核对营业执照。", "uscc_checksum")
        return cls(given)


def group_permit(number: str) -> str:
    """Sixteen digits of a permit that was checked when it was made, as printed: 33 01 02 2026 000123."""
    return f"{number[:2]} {number[2:4]} {number[4:6]} {number[6:10]} {number[10:]}"


@dataclass(frozen=True, slots=True)
class PermitNumber:
    """编号 PP CC XX YYYY NNNNNN (domain.md §3.3): division of first issue, year, serial."""

    division: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.division}{self.year:04d}{self.serial:06d}"

    @property
    def grouped(self) -> str:
        """As printed: 33 01 02 2026 000123."""
        return group_permit(str(self))

    @property
    def city(self) -> str:
        return f"{self.division[:4]}00"

    @classmethod
    def parse(cls, text: str, divisions: Divisions | None = None) -> PermitNumber:
        """Tolerant of blanks, hyphens and full width. With `divisions`: valid *at the year of issue*."""
        given = ascii_of(text).replace("-", "")
        if not re.fullmatch(r"33\d{14}", given):
            raise Refused("编号应为以 33 开头的 16 位数字。", "permit_number_shape")
        number = cls(given[:6], int(given[6:10]), int(given[10:]))
        if number.year < 2020 or number.serial == 0:
            raise Refused("编号中的年份或序号不正确。", "permit_number_year")
        if divisions is not None and not divisions.existed_in(number.division, number.year):
            raise Refused(f"{number.year} 年没有代码为 {number.division} 的区划，请核对。", "permit_number_division")
        return number


def check_station_id(text: str) -> str:
    """A station's name: lower-case letters, digits and hyphens, 2 to 24 characters."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,23}", text):
        raise Refused("站点代号应为 2 至 24 位小写字母、数字或连字符，以字母开头。", "station_id")
    return text


def parse_phone(text: str) -> str:
    """A mobile or landline number without blanks and country code. Raises Refused."""
    given = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    mobile = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", given)
    if re.fullmatch(r"1[3-9]\d{9}", mobile) or re.fullmatch(r"0\d{9,11}(\d{1,6})?|(400|95)\d{3,7}", given):
        return mobile if re.fullmatch(r"1[3-9]\d{9}", mobile) else given
    raise Refused("电话号码不正确，请填写 11 位手机号或带区号的固定电话。", "phone")


def mask_number(text: str) -> str:
    """330102********1144."""
    return text[:6] + "*" * max(0, len(text) - 10) + text[-4:] if len(text) > 10 else "*" * len(text)


def mask_phone(text: str) -> str:
    """138****1234."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "*" * len(text)


_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 "
    "公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 "
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""Surnames of two characters, kept whole in masks, search and order."""


def surname_of(name: str) -> str:
    """The surname a Chinese name begins with; compound surnames are kept whole."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def mask_name(name: str) -> str:
    """王**, 欧阳**; a name with a middle dot keeps its first part's first character."""
    head = surname_of(name)
    return head + "*" * (len(name) - len(head))
