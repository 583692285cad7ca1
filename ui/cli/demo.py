"""demo: the main job, headless: a company's list in, review, issue, print, read back, hand over, sync."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image

from devices.contracts import Picture
from station.bootstrap import found_rehearsal, open_bench, open_desk, remember_home
from station.cards.portraits import rehearsal_portrait
from station.domain.errors import Refused
from station.printing.journal import Order
from station.services import rehearsal
from station.services.bench import Bench
from station.services.desk import Desk
from station.services.inspecting import inspect_code
from station.services.printing import load_rehearsal_blanks, press_of, print_card, waiting
from station.trust.token import Token, parse, url
from ui.cli import answer
from ui.cli.demo_company import hand_in, hand_over
from ui.cli.progress import progress
from ui.words import word

MARK = ".anxin-rehearsal"
CLERK_SECONDS = 60.0
"""The clerk looks every two seconds; a minute is for one that was just started."""


@click.command("demo", help="演练主流程（无界面）：企业名单→审核→发证→打印→核读→启用→交付→同步→雇主核验。")
@click.option("--workers", default=5, show_default=True, type=click.IntRange(1, 5000), help="人数")
@click.option("--out", default="out/demo", show_default=True, type=click.Path(path_type=Path), help="卡图与作业存放处")
@click.option("--printer", default="", help="模拟打印机地址，如 emulator://magicard?profile=magicard-rio")
@click.option("--home", type=click.Path(path_type=Path), help="在这个已登记的演练站点上演练，卡号由省级签发程序签发")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def command(workers: int, out: Path, printer: str, home: Path | None, as_json: bool) -> int:
    """Exit 0 when every card is active."""

    def run() -> int:
        started = time.perf_counter()
        if printer and not printer.startswith("emulator://"):
            raise Refused("演练只用模拟打印机，地址以 emulator:// 开头。", "not_emulated")
        _folder(out)
        desk = _joined(home) if home else _fresh(out)
        url = _with_tray(printer, desk.settings.home / "tray") if printer else ""
        first = desk.ledger.roll.count()  # made-up people who have been here before have their permits
        applied = hand_in(desk, out / "lists", workers, first)
        made = _made(desk, out, workers, first, printer=url, quiet=as_json)
        handed = hand_over(desk, made)
        cards = [_card_row(desk, out, one) for one in made]
        synced = desk.sync()
        document = _document(desk, cards, synced.ok, time.perf_counter() - started)
        document |= {"applied": applied, "handed_over": handed}
        answer.print_json(document) if as_json else _table(document, out)
        return answer.OK if document["active"] == workers and synced.ok else answer.FAULT

    return answer.run(run, as_json=as_json)


def _folder(out: Path) -> None:
    """An empty OUT; an earlier rehearsal there is removed, anything else is refused."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise Refused(f"文件夹 {out} 里有别的文件，请换一个空文件夹。", "folder_taken")
    if out.exists():
        shutil.rmtree(out)
    for folder in (out, out / "cards", out / "jobs"):
        folder.mkdir(parents=True)
    (out / MARK).write_text("演练数据，可以删除\n", encoding="utf-8")


def _joined(home: Path) -> Desk:
    """A station of the province that only rehearses."""
    desk = open_desk(home)
    if not desk.settings.rehearsal:
        raise Refused("这是正式站点，不能演练。请用演练站点。", "not_a_rehearsal")
    return desk


def _fresh(out: Path) -> Desk:
    """A new rehearsal station in OUT/station."""
    desk = found_rehearsal(out / "station")
    remember_home(out / "station")
    return desk


def _with_tray(printer: str, tray: Path) -> str:
    """The address with the tray that the demo's camera looks into, and supplies for any number of cards."""
    more = f"ribbon=100000&cards=100000&tray={tray.as_posix()}"
    return f"{printer}{'&' if '?' in printer else '?'}{more}"


def _made(desk: Desk, out: Path, workers: int, first: int, *, printer: str, quiet: bool) -> list[dict[str, Any]]:
    """Every worker through the whole counter; one row per card with what was measured."""
    bench = open_bench(desk.settings, printer=printer)
    people = rehearsal.cast(desk.settings.city.code)
    load_rehearsal_blanks(desk, bench, actor=people.clerk)
    rows = []
    try:
        issuing = rehearsal.seed(desk, workers, rehearsal_portrait, first=first)
        for issued in progress(issuing, workers, "演练", quiet=quiet):
            rows.append(_made_one(desk, bench, out, issued, people))
    finally:
        bench.printer.close()
        if bench.camera is not None:
            bench.camera.close()
    return rows


def _made_one(
    desk: Desk, bench: Bench, out: Path, issued: rehearsal.Issued, people: rehearsal.Cast
) -> dict[str, Any]:
    order = _signed(desk, issued)
    kept: dict[str, bytes] = {}
    recording = _Recording(bench, kept)
    printed = print_card(press_of(desk, recording.bench, actor=people.clerk), order, actor=people.clerk).value
    stem = f"{issued.number}-{order.issue_number}"
    job = out / "jobs" / f"{stem}.prn"
    job.write_bytes(kept.get("job", b""))
    record = desk.worker(issued.subject)
    tray = sorted((desk.settings.home / "tray").rglob("*_front.png"))[-1]
    front, back = out / "cards" / f"{stem}-front.png", out / "cards" / f"{stem}-back.png"
    shutil.copyfile(tray, front)
    other = tray.with_name(tray.name.replace("_front", "_back"))
    shutil.copyfile(other, back) if other.exists() else _blank(back)
    signed = record.tokens[issued.number, order.issue_number]
    return {
        "subject": issued.subject, "number": issued.number, "issue": order.issue_number, "front": front, "back": back,
        "job": job, "token": signed.token, "state": printed.card.state.value, "sentence": printed.ruling.name,
        "read_ms": printed.look.ms if printed.look else None,
    }  # fmt: skip


def _signed(desk: Desk, issued: rehearsal.Issued) -> Order:
    """What is to be printed once the centre has signed it; a station of the province waits for its clerk."""
    end = time.monotonic() + (CLERK_SECONDS if desk.settings.central else 0)
    while True:
        desk.sync()
        record = desk.worker(issued.subject)
        order = waiting(record, issued.number)
        if order is not None and (issued.number, order.issue_number) in record.tokens:
            return order
        if time.monotonic() >= end:
            raise Refused("省级平台还没有签发卡号。请确认 main.py central run 正在运行，再试一次。", "not_signed_yet")
        time.sleep(0.5)


class _Recording:
    """Keeps the exact bytes that went to the printer, so that the demo can hand them out."""

    def __init__(self, bench: Bench, kept: dict[str, bytes]) -> None:
        printer, encode = bench.printer, bench.printer.encode

        class Keeping:
            url, answers = printer.url, printer.answers
            state, close, panels = printer.state, printer.close, printer.panels

            def encode(self, faces: Any, name: str) -> bytes:
                kept["job"] = encode(faces, name)
                return kept["job"]

            def print_card(self, job: bytes, name: str) -> Any:
                kept["job"] = job
                return printer.print_card(job, name)

        self.bench = Bench(Keeping(), bench.reader, bench.camera)


def _blank(path: Path) -> None:
    white: Picture = np.full((648, 1016, 3), 255, dtype=np.uint8)
    Image.fromarray(white).save(path)


def _card_row(desk: Desk, out: Path, made: dict[str, Any]) -> dict[str, Any]:
    token = parse(made["token"])
    if not isinstance(token, Token):
        raise Refused("签发的码已损坏。", "token_broken")
    address = url(desk.settings.city.url_prefix, token)
    seen = inspect_code(desk, address)
    return {
        "permit_number": made["number"],
        "issue_number": made["issue"],
        "card_front": made["front"].resolve(),
        "card_back": made["back"].resolve(),
        "job": made["job"].resolve(),
        "token_url": address,
        "state": made["state"],
        "colour": seen.colour.value,
        "reasons": list(seen.reasons),
        "next_change": answer.plain(seen.next_change) if seen.next_change else None,
    }


def _document(desk: Desk, cards: list[dict[str, Any]], synced: bool, seconds: float) -> dict[str, Any]:
    states = [card["state"] for card in cards]
    return {
        "issued": len(cards),
        "printed": sum(bool(Path(card["job"]).stat().st_size) for card in cards),
        "verified": sum(state in ("verified", "active") for state in states),
        "active": states.count("active"),
        "synced": synced,
        "facts": desk.ledger.count(),
        "ledger": (desk.settings.home / "ledger.sqlite").resolve(),
        "station": desk.settings.home.resolve(),
        "seconds": round(seconds, 2),
        "cards": cards,
    }


def _table(document: dict[str, Any], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="演练结果", title_justify="left")
    for column in ("编号", "卡", "颜色", "下次变化"):
        table.add_column(column, no_wrap=True)
    for card in document["cards"]:
        change = card["next_change"]
        ahead = f"{change['on']} → {word('colour', change['colour'])}" if change else "—"
        table.add_row(card["permit_number"], word("card", card["state"]), word("colour", card["colour"]), ahead)
    console = Console()
    console.print(table)
    level = "完成" if document["synced"] else "未完成"
    console.print(
        f"企业名单 {document['applied']} 人，已发 {document['issued']}，已启用 {document['active']}，"
        f"已交付 {document['handed_over']}，同步{level}。"
    )
    console.print("成品卡图：", style="bold")
    for card in document["cards"]:
        click.echo(f"  {_shown(card['card_front'])}")
        click.echo(f"  {_shown(card['card_back'])}")
    console.print(f"打印机作业：{_shown(out / 'jobs')}")


def _shown(path: Path) -> str:
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
