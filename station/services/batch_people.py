"""From the rows of a company's list to permits that may be printed: looked up, or in a rehearsal brought there.

At a real station a list never issues anything: whoever has no released permit is named with a sentence. A rehearsal
takes made-up people through intake, review and approval by the same acts as the counter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from devices.contracts import Picture
from station.company.opener import Opener
from station.domain import permit
from station.domain.errors import Refused
from station.domain.identity import CitizenNumber, PermitNumber
from station.domain.names import check_name
from station.domain.worker import WorkerRecord
from station.services import rehearsal
from station.services.batch_list import Row
from station.services.capture import read_picture
from station.services.desk import Desk
from station.services.people_of_rehearsal import CATEGORIES, RehearsalPerson

_PHOTO_ENDINGS = ("", ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG")


class Photos:
    """The pictures of a list, a folder or a zip; opened by the child process like the list itself."""

    def __init__(self, path: Path, opener: Opener) -> None:
        self.path = path
        self.opener = opener
        self.names = frozenset(opener.names(path))


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the list: whose permit it is, or why it is not printed."""

    line: int
    subject: str = ""
    number: str = ""
    sentence: str = ""
    code: str = ""

    @property
    def good(self) -> bool:
        """It can go into the run."""
        return bool(self.number)


def permits_of(
    desk: Desk, rows: Iterable[Row], photos: Photos | None, *, company: str = "", staff: rehearsal.Cast | None = None
) -> Iterator[Listed]:
    """One answer a row, in order and lazily. `company`: only its workers. `staff`: who acts in a rehearsal."""
    seen: set[str] = set()
    for row in rows:
        try:
            if row.problem:
                raise Refused(row.problem, "row")
            subject, number = _permit_of(desk, row, photos, company, staff)
            if number in seen:
                raise Refused("同一个人在名单里出现了不止一次，只制一张卡，请删去多余的行。", "row_twice")
            seen.add(number)
            yield Listed(row.line, subject, number)
        except Refused as no:
            yield Listed(row.line, sentence=f"第 {row.line} 行：{no.sentence}", code=no.code)


def _permit_of(
    desk: Desk, row: Row, photos: Photos | None, company: str, staff: rehearsal.Cast | None
) -> tuple[str, str]:
    subject = _subject_of(desk, row)
    known = desk.ledger.record(subject) if subject else None
    record = known if isinstance(known, WorkerRecord) and known.newest else None
    right = record.permit if record is not None else None
    if staff is not None and (right is None or right.state is permit.State.GENERATED):
        return _brought(desk, row, photos, company, staff)
    if record is None or right is None:
        raise Refused("没有这个人的码证，请先在窗口办完申领再制卡。", "no_permit")
    if right.state is not permit.State.ISSUED:
        raise Refused("码证不在“已发”状态，不能制卡，请先在窗口办理。", "permit_not_issued")
    if company and right.company != company:
        raise Refused("这个人不属于该企业，请核对名单。", "other_company")
    if row.name and record.person is not None and record.person.name != check_name(row.name):
        raise Refused("名单上的姓名与档案不一致，请核对后更正。", "name_differs")
    return record.subject, right.number


def _subject_of(desk: Desk, row: Row) -> str:
    """The worker a row means. Both numbers in one row must mean the same one."""
    by_document = desk.ledger.subject_of("ID_CARD", str(_document(desk, row))) if row.document else ""
    if not row.permit:
        return by_document
    by_permit = desk.ledger.subject_of_permit(str(PermitNumber.parse(row.permit)))
    if by_permit is None:
        raise Refused("没有这个编号的码证，请核对码证编号。", "no_permit")
    if by_document and by_document != by_permit:
        raise Refused("码证编号和证件号码不是同一个人，请核对。", "row_differs")
    return by_permit


def _document(desk: Desk, row: Row) -> CitizenNumber:
    return CitizenNumber.parse(row.document, desk.today())


# --- a rehearsal ----------------------------------------------------------------------------------------------------


def _brought(
    desk: Desk, row: Row, photos: Photos | None, company: str, staff: rehearsal.Cast
) -> tuple[str, str]:
    """A made-up worker through the whole counter."""
    if not row.document:
        raise Refused("演练名单须填写证件号码。", "no_document")
    uscc = desk.company(company).uscc if company else rehearsal.employer(desk, 0, staff)
    who = _person(desk.today(), row, str(_document(desk, row)))
    issued = rehearsal.bring(desk, who, uscc, _photo(row, photos), staff)
    return issued.subject, issued.number


def _person(today: date, row: Row, number: str) -> RehearsalPerson:
    """The papers of this made-up worker: examined a month ago, insured for a year."""
    examined = today - timedelta(days=30)
    categories = row.categories or CATEGORIES[:1]
    return RehearsalPerson(
        row.line, row.name, number, row.phone, categories, examined, examined, examined + timedelta(days=364)
    )


def _photo(row: Row, photos: Photos | None) -> Picture:
    """The picture file of a row: by its name in the list, else by the document's number."""
    if photos is None:
        raise Refused("没有指定照片文件夹，请用 --photos 指定。", "no_photos")
    wanted = row.photo or row.document
    name = next((f"{wanted}{ending}" for ending in _PHOTO_ENDINGS if f"{wanted}{ending}" in photos.names), None)
    if name is None:
        raise Refused("照片文件夹里没有这个人的照片，请补上后重试。", "no_photo_file")
    return read_picture(photos.opener.photo(photos.path, name))
