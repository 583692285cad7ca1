"""What is wrong with each row of a list, in sentences: everything at once, row by row. Reads, decides nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from station.company.columns import BY_KEY, COLUMNS, CONSENTS, FIT, NO, OLD_CONSENTS, UNFIT, YES, column_of
from station.company.opener import Cells
from station.domain.errors import Refused
from station.domain.evidence import Period
from station.domain.identity import CitizenNumber, Uscc, parse_phone
from station.domain.names import check_name
from station.domain.parts import Policy
from station.domain.people import CATEGORIES, MEDICAL_TIER_WORDS

HEADING_LINES = 10
_BETWEEN = re.compile(r"[-/.年月日\s]")
TIERS = {word: code for code, word in MEDICAL_TIER_WORDS.items()}
_CODES = {word: code for code, word in CATEGORIES.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which column, and the sentence."""

    column: str
    sentence: str


@dataclass(frozen=True, slots=True, repr=False)
class ListRow:
    """One row as it was typed; its `repr` names nobody."""

    line: int
    cells: Mapping[str, tuple[str, str]]

    def __repr__(self) -> str:
        return f"ListRow({self.line})"

    def text(self, key: str) -> str:
        return self.cells.get(key, ("s", ""))[1]

    @property
    def digest(self) -> str:
        """The row by its content: the same row is the same row in any file and on any line."""
        said = "\x1f".join(f"{column.key}={self.text(column.key)}" for column in COLUMNS)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(slots=True, repr=False)
class Checked:
    """A row with its findings; without any, everything the services need."""

    row: ListRow
    findings: list[Finding] = field(default_factory=list)
    number: str = ""
    name: str = ""
    phone: str = ""
    categories: tuple[str, ...] = ()
    days: dict[str, date] = field(default_factory=dict)
    photo: str = ""
    wants_card: bool = True
    consents: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.findings

    def __repr__(self) -> str:
        return f"Checked({self.row.line}, {len(self.findings)})"


@dataclass(frozen=True, slots=True)
class Around:
    """What a row is checked against: the day, the company, the photos there are, the fonts, who is known already."""

    today: date
    company: str
    notice: str  # the version of the privacy notice that is signed now
    photos: Sequence[str]
    lacking: Callable[[str], str]  # the characters of a name that no font draws
    known: Callable[[str], str]  # citizen number -> a sentence why this person cannot be taken, or ""
    policies: Mapping[str, Policy] = field(default_factory=dict)  # the company's own, by number
    filed: Callable[[str], tuple[str, str]] = lambda number: ("", "")  # name and phone on file under that number


def rows_of(lines: Sequence[Cells]) -> list[ListRow]:
    """The rows below the heading. Raises Refused where there is no heading or no row."""
    at, columns = _heading(lines)
    found = []
    for number, line in enumerate(lines[at:], start=at + 1):
        cells = {key: line[column] for key, column in columns.items() if column < len(line)}
        if any(text for _, text in cells.values()) or any(kind in "fe" for kind, _ in cells.values()):
            found.append(ListRow(number, cells))
    if not found:
        raise Refused("名单里没有人员，请核对后重新选择。", "empty_list")
    return found


def _heading(lines: Sequence[Cells]) -> tuple[int, dict[str, int]]:
    for at, line in enumerate(lines[:HEADING_LINES]):
        columns: dict[str, int] = {}
        for index, (_, text) in enumerate(line):
            key = column_of(text)
            if key:
                columns.setdefault(key, index)
        if "document" in columns and "name" in columns:
            missing = [c.heading for c in COLUMNS if c.required and c.key not in columns]
            if missing and any(text.startswith(OLD_CONSENTS) for _, text in line):
                raise Refused(
                    f"这是旧模板：“{OLD_CONSENTS}”一列现在要逐项填写。请增加这些列：{'、'.join(missing)}；"
                    "同意各项每人写“是”或“否”，“告知书版本”照抄所签告知书。也可以另存新模板重填。",
                    "old_template",
                )
            if missing:
                raise Refused(f"名单缺少这些列：{'、'.join(missing)}。请用模板填写。", "columns_missing")
            return at + 1, columns
    raise Refused("没有找到表头，请用模板填写，不要改动第一行。", "no_heading")


def check_all(rows: Iterable[ListRow], around: Around) -> list[Checked]:
    """Every row with everything that is wrong with it; the second of two equal numbers is the one that is wrong."""
    seen: dict[str, int] = {}
    checked = []
    for row in rows:
        one = check(row, around)
        if one.number:
            first = seen.setdefault(one.number, row.line)
            if first != row.line:
                one.findings.append(Finding("document", f"与第 {first} 行是同一个人，请删去多余的一行。"))
        checked.append(one)
    return checked


def check(row: ListRow, around: Around) -> Checked:
    """One row by itself."""
    one = Checked(row)
    for column in COLUMNS:
        kind, text = row.cells.get(column.key, ("s", ""))
        if kind in "fe":
            one.findings.append(Finding(column.key, f"“{column.heading}”是公式或错误值，请改为直接填写的内容。"))
        elif column.required and not text:
            one.findings.append(Finding(column.key, f"没有填写“{column.heading}”。"))
    _who(one, around)
    _papers(one, around)
    _photo(one, around)
    return one


def _try(one: Checked, column: str, look: Callable[[], object]) -> None:
    """Run one check; a refusal becomes a finding, unless the column has one already."""
    if any(found.column == column for found in one.findings):
        return
    try:
        look()
    except Refused as no:
        one.findings.append(Finding(column, no.sentence))


def _who(one: Checked, around: Around) -> None:
    row = one.row
    _try(one, "document", lambda: _number(one, around))
    _try(one, "name", lambda: _name(one, around))
    _try(one, "phone", lambda: _phone(one))
    _try(one, "categories", lambda: _categories(one))
    if one.number and not any(found.column == "document" for found in one.findings):
        _on_file(one, *around.filed(one.number))
    if row.text("company"):
        _try(one, "company", lambda: _company(row.text("company"), around.company))


def _on_file(one: Checked, name: str, phone: str) -> None:
    """Somebody known here stands on the list as they are known; what the file says is not told to the company."""
    if name and one.name and name != one.name:
        said = "这个证件号码已登记在另一个姓名下，请核对证件；确已改名的请到协会窗口更正。"
        one.findings.append(Finding("name", said))
    if phone and one.phone and phone != one.phone:
        one.findings.append(Finding("phone", "手机号与档案中的不同，请核对；确已换号的请到协会窗口更正，本表可不填。"))


def _number(one: Checked, around: Around) -> None:
    kind, text = one.row.cells.get("document", ("s", ""))
    if kind == "n" and len(text) >= 15:
        raise Refused("证件号码是数字格式，末尾几位已丢失，请把单元格设为文本后重新填写。", "number_cell")
    one.number = str(CitizenNumber.parse(text, around.today))
    why = around.known(one.number)
    if why:
        raise Refused(why, "known")


def _name(one: Checked, around: Around) -> None:
    one.name = check_name(one.row.text("name"))
    lacking = around.lacking(one.name)
    if lacking:
        points = "、".join(f"{char}（U+{ord(char):04X}）" for char in lacking)
        raise Refused(f"姓名中的 {points} 本机没有字形，印不出来，请联系技术支持安装字体。", "no_glyph")


def _phone(one: Checked) -> None:
    one.phone = parse_phone(one.row.text("phone")) if one.row.text("phone") else ""


def _categories(one: Checked) -> None:
    typed = [part for part in re.split(r"[、,，;；/\s]+", one.row.text("categories")) if part]
    strange = [part for part in typed if part not in _CODES]
    if strange:
        raise Refused(f"服务类别“{strange[0]}”不在目录中，请从 {'、'.join(_CODES)} 中选择。", "category")
    one.categories = tuple(dict.fromkeys(_CODES[part] for part in typed))


def _company(typed: str, wanted: str) -> None:
    if str(Uscc.parse(typed)) != wanted:
        raise Refused("这一行属于另一家企业，请从名单中移出。", "other_company")


def _papers(one: Checked, around: Around) -> None:
    _try(one, "fingerprint", lambda: _must_be_yes(one, "fingerprint", "授权认定书没有捺印，请补捺印后提交。"))
    for key in CONSENTS:
        _try(one, key, lambda key=key: _consent(one, key))  # type: ignore[misc]
    one.consents = tuple(item for key, item in CONSENTS.items() if one.row.text(key).upper() in YES)
    _try(one, "notice", lambda: _notice(one.row.text("notice"), around.notice))
    for key in ("authorised_on", "training_on", "examined_on", "insured_from", "insured_until"):
        if one.row.text(key):
            _try(one, key, lambda key=key: _day(one, key, around.today))  # type: ignore[misc]
    if one.row.text("fit") and one.row.text("fit") not in (FIT, UNFIT):
        one.findings.append(Finding("fit", "体检结论只写“合格”或“不合格”。"))
    if one.row.text("fit") and not one.row.text("examined_on"):
        one.findings.append(Finding("examined_on", "填写了体检结论，还须填写体检日期。"))
    if one.row.text("tier") and one.row.text("tier") not in TIERS:
        one.findings.append(Finding("tier", f"体检类别只写{'、'.join(TIERS)}之一。"))
    if one.row.text("policy"):
        _policy(one, around)
    card = one.row.text("card").upper()
    one.wants_card = card in YES
    if card not in YES | NO:
        one.findings.append(Finding("card", "“制作实体证”只写“是”或“否”。"))


def _policy(one: Checked, around: Around) -> None:
    """A policy the company registered needs its number only; any other, insurer and days."""
    known = around.policies.get(one.row.text("policy"))
    if known is not None:
        if not one.row.text("insured_from"):
            one.days["insured_from"] = around.today
        joined = one.days.get("insured_from")
        if joined is not None and not known.runs_on(joined):
            said = f"加入日须在保单有效期内（{known.period.first} 至 {known.last_day}）。"
            one.findings.append(Finding("insured_from", said))
        if one.days.get("insured_until", known.last_day) != known.last_day:
            said = f"与企业登记的保单截止日 {known.last_day} 不一致，请核对；可不填。"
            one.findings.append(Finding("insured_until", said))
        return
    for key in ("insurer", "insured_from", "insured_until"):
        if not one.row.text(key):
            said = f"企业没有登记这份保单，还须填写“{BY_KEY[key].heading}”。"
            one.findings.append(Finding(key, said))
    if "insured_from" in one.days and "insured_until" in one.days:
        _try(one, "insured_until", lambda: Period.of(one.days["insured_from"], one.days["insured_until"]))


def _must_be_yes(one: Checked, key: str, said: str) -> None:
    if one.row.text(key).upper() not in YES:
        raise Refused(said, key)


def _consent(one: Checked, key: str) -> None:
    column, said = BY_KEY[key], one.row.text(key).upper()
    if said not in YES | NO:
        raise Refused(f"“{column.heading}”只写“是”或“否”。", key)
    if column.required and said in NO:
        raise Refused(f"本人没有“{column.heading}”，缺这一项不能受理，请补签或从名单中移出。", key)


def _notice(typed: str, wanted: str) -> None:
    if typed != wanted:
        raise Refused(f"现行告知书是 {wanted} 版，所签的是 {typed} 版，请用现行告知书重新签署。", "notice")


def _day(one: Checked, key: str, today: date) -> None:
    heading, typed = BY_KEY[key].heading, one.row.text(key)
    plain = _BETWEEN.sub(" ", typed).split()
    if len(plain) == 1 and len(plain[0]) == 8:
        plain = [plain[0][:4], plain[0][4:6], plain[0][6:]]
    try:
        year, month, day = (int(part) for part in plain)
        found = date(year, month, day)
    except ValueError:
        raise Refused(f"“{heading}”不是有效日期，请写成 2026-11-23。", "bad_date") from None
    if key in ("authorised_on", "training_on", "examined_on") and found > today:
        raise Refused(f"“{heading}”不能晚于今天。", "later_than_today")
    one.days[key] = found


def _photo(one: Checked, around: Around) -> None:
    wanted = one.row.text("photo")
    if re.search(r"[\\/:]|^\.\.", wanted):
        one.findings.append(Finding("photo", "照片一栏只写文件名，不要写文件夹。"))
        return
    by_name = {name.rsplit("/", 1)[-1].lower(): name for name in around.photos}
    tries = [wanted.lower()] if "." in wanted else []
    stems = [wanted] if wanted else [one.number, one.row.text("document"), one.row.text("name")]
    tries += [f"{stem}{ending}".lower() for stem in stems if stem for ending in (".jpg", ".jpeg", ".png")]
    one.photo = next((by_name[name] for name in tries if name in by_name), "")
    if wanted and not one.photo:
        one.findings.append(Finding("photo", f"照片里没有“{wanted}”，请补上或改正文件名。"))
    elif around.photos and not one.photo:
        one.findings.append(Finding("photo", "没有填写照片文件名，也没有以证件号码命名的照片，请补上。"))
