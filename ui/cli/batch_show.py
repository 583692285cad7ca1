"""A run for people and for scripts: figures, tasks, stock, the report card by card, the hand-over sheet as xlsx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from openpyxl import Workbook
from rich.console import Console
from rich.table import Table

from station.services import batch_report, batches, stock
from station.services.batch_report import HandOver, Report
from station.services.desk import Desk
from ui.cli import answer
from ui.words import word, words

SHEET_HEADINGS = ("序号", "姓名", "证号", "印制号", "领取人签名", "日期")


def document(desk: Desk, made: Report) -> dict[str, Any]:
    """The figures of a run, what waits for people, and the stock equation of every pack."""
    lines = stock.packs(desk)
    spoken = {name: value for name, value in answer.plain(made).items() if name not in ("lines", "name")}
    return {
        "batch": made.name, **spoken, "done": made.done,
        "seconds_left": None if made.seconds_per_card is None else made.seconds_per_card * made.waiting,
        "tasks": batch_report.tasks(desk, made.name),
        "stock": [answer.plain(line) | {"accounted": line.accounted, "balanced": line.balanced} for line in lines],
        "stock_balanced": all(line.balanced for line in lines if line.item == "BLANK"),
    }  # fmt: skip


def told(doc: dict[str, Any]) -> None:
    """The same as sentences."""
    click.echo(
        f"批次 {doc['batch']}：共 {doc['total']} 张，已启用 {doc['active']}，待打印 {doc['waiting']}，"
        f"待核实 {doc['at_printer']}；用卡 {doc['cards_used']} 张。"
    )
    if doc["seconds_left"] is not None:
        click.echo(f"平均每张 {doc['seconds_per_card']:.1f} 秒，余下约 {doc['seconds_left'] / 60:.0f} 分钟。")
    for reason, count in doc["lost"].items():
        click.echo(f"· 废卡 {count} 张：{word('spoil', reason)}")
    for one in doc.get("list_refused", ()):
        click.echo(f"✗ {one.sentence}")
    for one in doc.get("not_printed", ()):
        click.echo(f"✗ {one['number']} {one['sentence']}")
    for one in doc.get("stops", ()):
        click.echo(f"✗ 打印机 {one['printer'] + 1}：{one['sentence']}")
    for one in doc["tasks"]:
        click.echo(f"→ {one.number}-{one.issue_number}（打印机 {one.printer}）：{one.sentence}")
    for line in doc["stock"]:
        click.echo(pack_line(line))


def pack_line(line: dict[str, Any]) -> str:
    """One pack as a line: what was opened and where it is."""
    used = "、".join(
        f"{name} {line[key]}" for key, name in words("stock").items() if line[key]
    )  # the order of the words is the order of the equation
    state = "平" if line["balanced"] else "不平"
    return f"{line['pack']}：启用 {line['loaded']} = {used or 0}  {state}{line['blocked'] and ' ' + line['blocked']}"


def show_status(desk: Desk, name: str, as_json: bool) -> int:
    """All runs, or one with its tasks."""
    if name:
        doc = document(desk, batch_report.report(desk, name))
        answer.print_json(doc) if as_json else told(doc)
        return answer.FAULT if doc["tasks"] else answer.OK
    runs = [batch_report.report(desk, one) for one in batches.names(desk)]
    waiting = batch_report.tasks(desk)
    if as_json:
        short = ("name", "phase", "company", "opened_on", "total", "active", "waiting", "at_printer")
        answer.print_json({"batches": [{key: getattr(one, key) for key in short} for one in runs], "tasks": waiting})
        return answer.FAULT if waiting else answer.OK
    table = Table("批次", "日期", "状态", "共", "已启用", "待打印", "待核实")
    for one in runs:
        phase = word("phase", one.phase.value)
        figures = (one.total, one.active, one.waiting, one.at_printer)
        table.add_row(one.name, one.opened_on.isoformat(), phase, *(str(figure) for figure in figures))
    Console().print(table) if runs else click.echo("还没有批次。用 main.py batch run 名单.xlsx 开始。")
    for task in waiting:
        click.echo(f"→ {task.number}-{task.issue_number}（打印机 {task.printer}）：{task.sentence}")
    return answer.FAULT if waiting else answer.OK


def show_report(desk: Desk, name: str, sheet: Path | None, as_json: bool) -> int:
    """Every card of the run with all its attempts; the hand-over sheet where it is asked for."""
    made = batch_report.report(desk, name)
    if sheet is not None:
        save_sheet(batch_report.hand_over(desk, name), sheet)
    if as_json:
        answer.print_json(document(desk, made) | {"lines": made.lines, "sheet": sheet})
        return answer.OK if made.done else answer.REFUSED
    table = Table("序号", "证号", "印制号", "卡", "废卡原因", "白卡", "打印机", "秒")
    for line in made.lines:
        for one in line.attempts:
            reason = word("spoil", one.reason) if one.reason else ""
            took = "" if one.seconds is None else f"{one.seconds:.1f}"
            table.add_row(str(line.place_in_run), line.number, str(one.issue_number), word("card", one.state), reason,
                          one.blank, one.printer, took)  # fmt: skip
    Console().print(table)
    told(document(desk, made))
    if sheet is not None:
        click.echo(f"交接清单：{sheet}")
    return answer.OK if made.done else answer.REFUSED


def save_sheet(paper: HandOver, path: Path) -> None:
    """The hand-over sheet as xlsx. No cell can become a formula, whatever a name begins with."""
    book = Workbook()
    page = book.active
    page.title = "交接清单"
    rows: list[tuple[Any, ...]] = [
        (f"{paper.association} 实体证交接清单",),
        (f"企业：{paper.company}", None, f"批次：{paper.batch}", None, f"日期：{paper.on.isoformat()}"),
        SHEET_HEADINGS,
    ]
    rows += [(one.place_in_run, one.name, one.number, one.issue_number, "", "") for one in paper.cards]
    rows += [(f"共 {len(paper.cards)} 张；未制成 {paper.not_made} 张。",), ("交出人：", None, "接收人：",)]
    for row in rows:
        page.append(row)
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for column, width in zip("ABCDEF", (8, 18, 22, 8, 20, 14), strict=True):
        page.column_dimensions[column].width = width
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
