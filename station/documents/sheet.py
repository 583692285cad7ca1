"""From a filled paper to pages: a template becomes a QTextDocument, and that a PDF with embedded fonts or a print job.

Qt is used as a layout engine: no window, no event loop. One layout for file and printer, so both show the same lines.
"""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PySide6.QtCore import QMarginsF, QRectF, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from station.cards.fonts import RARE, ensure_gui, sans
from station.cards.glyphs import refuse_undrawable
from station.documents.kinds import Paper
from station.domain.errors import Fault
from station.settings import RESOURCES

FOLDER = RESOURCES / "documents"
POINTS = 11
MARGIN_MM = 22.0
PRODUCER = "anxin-station"


@functools.cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def html_of(paper: Paper) -> str:
    """The page as rich text, everything from the ledger escaped."""
    template = _templates().get_template(f"{paper.kind}.html.j2")
    return template.render(title=paper.title, **paper.values)


def document_of(paper: Paper) -> QTextDocument:
    """The laid-out paper. Raises Refused when a name has a character that no font of this machine can draw."""
    ensure_gui()
    refuse_undrawable(str(paper.values[name]) for name in ("name", "company") if name in paper.values)
    made = QTextDocument()
    font = QFont()
    font.setFamilies([sans(), *RARE])
    font.setPointSizeF(POINTS)
    made.setDefaultFont(font)
    if paper.portrait is not None:
        made.addResource(QTextDocument.ResourceType.ImageResource, QUrl("portrait"), QImage.fromData(paper.portrait))
    made.setHtml(html_of(paper))
    return made


def lay_on(device: QPagedPaintDevice) -> None:
    """A4 with the margins of an office paper; the same for a file and a printer."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )


def paint(paper: Paper, device: QPagedPaintDevice) -> int:
    """All pages of the paper on the device; answers how many. Raises Fault when the device takes nothing."""
    lay_on(device)
    document, page = _paged(paper, device, QRectF(0, 0, device.width(), device.height()))
    painter = QPainter()
    if not painter.begin(device):
        raise Fault("文书没有送到打印机或文件。", "请检查打印队列是否可用、文件夹是否可写。", "no_paper")
    for number in range(document.pageCount()):
        if number:
            device.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        document.drawContents(painter, page.translated(0, number * page.height()))
        painter.restore()
    painter.end()
    return document.pageCount()


def picture_of(paper: Paper, dpi: int = 96) -> QImage:
    """The first page as it will be printed, margins and all."""
    image = QImage(round(210 / 25.4 * dpi), round(297 / 25.4 * dpi), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    edge = MARGIN_MM / 25.4 * dpi
    document, page = _paged(paper, image, QRectF(0, 0, image.width() - 2 * edge, image.height() - 2 * edge))
    painter = QPainter(image)
    painter.translate(edge, edge)
    document.drawContents(painter, page)
    painter.end()
    return image


def _paged(paper: Paper, device: QPaintDevice, page: QRectF) -> tuple[QTextDocument, QRectF]:
    document = document_of(paper)
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setPageSize(page.size())
    return document, page


def write_pdf(paper: Paper, out: Path) -> Path:
    """The paper as a PDF file; a half-written one never stands under the name asked for."""
    ensure_gui()
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    writer = QPdfWriter(str(part))
    writer.setTitle(paper.title)
    writer.setCreator(PRODUCER)
    paint(paper, writer)
    del writer
    if not part.is_file() or part.stat().st_size == 0:
        raise Fault("文书没有写成。", "请检查文件夹是否可写、磁盘是否有空间。", "no_pdf")
    part.replace(out)
    return out
