"""Layout files: ours reads, and every wrong setting is named in a sentence."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station.cards.layout_file import label_box, load_layout, read_layout
from station.cards.places import SAFE_MM, dots
from station.domain.errors import Fault
from station.settings import RESOURCES

FILES = sorted((RESOURCES / "cards").glob("*.toml"))
SOUND: dict[str, Any] = tomllib.loads((RESOURCES / "cards" / "zj-2020.toml").read_text(encoding="utf-8"))

Change = Callable[[dict[str, Any]], object]

WRONG: list[tuple[str, Change, str]] = [
    ("unknown setting", lambda t: t.update(photos={}), "不认识的设置 photos"),
    ("unknown setting of a field", lambda t: t["front"]["fields"]["name"].update(sizes=3), "不认识的设置 sizes"),
    ("no photo", lambda t: t.pop("photo"), "缺少 [photo]"),
    ("photo is no table", lambda t: t.update(photo=3), "应为一个表"),
    ("panels are no list", lambda t: t["back"].update(panels={}), "应为列表"),
    ("photo ratio", lambda t: t["photo"].update(w=24.0), "26:32"),
    ("box outside the card", lambda t: t["front"]["fields"]["issuer"].update(x=60.0), "超出卡面"),
    ("box in the margin", lambda t: t["photo"].update(x=2.0), "3 毫米"),
    ("no width", lambda t: t["front"]["fields"]["name"].update(w=0), "大于 0"),
    ("width is text", lambda t: t["front"]["fields"]["name"].update(w="27"), "w 应为数字"),
    ("size is no whole number", lambda t: t["front"]["fields"]["name"].update(size=66.5), "size 应为整数"),
    ("lines is true", lambda t: t["front"]["fields"]["name"].update(lines=True), "lines 应为整数"),
    ("bold is a number", lambda t: t["front"]["fields"]["name"].update(bold=1), "true 或 false"),
    ("text missing", lambda t: t["front"]["fields"]["host"].pop("text"), "text 应为文字"),
    ("braces", lambda t: t["front"]["fields"]["name"].update(text="{name"), "不成对"),
    ("unknown word", lambda t: t["front"]["fields"]["name"].update(text="{id_number}"), "id_number"),
    ("name not printed", lambda t: t["front"]["fields"].pop("name"), "没有印出 name"),
    ("host not on the back", lambda t: t["back"]["fields"].pop("check"), "没有印出 host"),
    ("sizes in the wrong order", lambda t: t["front"]["fields"]["name"].update(smallest=70), "字号"),
    ("too small to read", lambda t: t["front"]["fields"]["host"].update(smallest=12), "字号"),
    ("lines do not fit", lambda t: t["front"]["fields"]["name"].update(lines=4), "放不下 4 行"),
    ("alignment", lambda t: t["front"]["fields"]["name"].update(align="middle"), "align"),
    ("ink", lambda t: t["front"]["fields"]["name"].update(ink="pink"), "pink"),
    ("label above the card", lambda t: t["front"]["fields"]["title"].update(label="x"), "标签超出卡面"),
    ("fields overlap", lambda t: t["front"]["fields"]["host"].update(y=40.4), "重叠"),
    ("field under the code", lambda t: t["front"]["fields"]["company"].update(w=40.0), "symbol"),
    ("label over a field", lambda t: t["front"]["fields"]["categories"].update(y=31.5), "重叠"),
    ("colour", lambda t: t["colours"].update(teal="teal"), "#RRGGBB"),
    ("colour missing", lambda t: t["colours"].pop("gold"), "gold"),
    ("symbol we do not print", lambda t: t["symbol"].update(version=10), "V8-Q"),
    ("four dots", lambda t: t["symbol"].update(dots=4), "0.34 毫米"),
    ("side in fractions of dots", lambda t: t["symbol"].update(side=24.5), "24.13 毫米"),
    ("unknown setting of the symbol", lambda t: t["symbol"].update(scale=2), "scale"),
    ("symbol outside", lambda t: t["symbol"].update(x=61.0), "超出卡面"),
    ("sign", lambda t: t["back"]["signs"][0].update(kind="blue"), "kind"),
    ("rule outside", lambda t: t["back"]["rules"][0].update(w=90.0), "线条超出"),
    ("stamp too pale", lambda t: t["front"]["stamp"].update(opacity=0), "opacity"),
    ("colour on the back", lambda t: t["back"]["fields"]["hotline"].update(ink="teal"), "背面只能用黑色"),
    ("pale stamp on the back", lambda t: t["back"]["stamp"].update(opacity=0.5), "背面只能用黑色"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_layout_reads(path: Path) -> None:
    layout = load_layout(path.stem)
    assert layout.symbol_box.w == layout.symbol.pixels
    assert layout.symbol.dots >= 5
    for box in (layout.photo, layout.symbol_box, *(field.box for field in layout.front.fields)):
        assert box.within(dots(SAFE_MM))


def test_the_preferred_symbol_is_v8_q_at_five_dots() -> None:
    layout = load_layout("zj-2020")
    assert (layout.symbol.version, layout.symbol.level, layout.symbol.dots) == (8, "Q", 5)
    assert layout.symbol_box.w == 285


def test_a_smaller_symbol_may_be_chosen() -> None:
    table = copy.deepcopy(SOUND)
    table["symbol"].update(version=6, level="M", side=20.74)
    assert read_layout("small", table).symbol_box.w == 245


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said(change: Change, said: str) -> None:
    table = copy.deepcopy(SOUND)
    change(table)
    with pytest.raises(Fault) as caught:
        read_layout("sample", table)
    assert said in caught.value.sentence
    assert "sample" in caught.value.sentence
    assert caught.value.remedy
    assert caught.value.code == "layout"


@pytest.mark.parametrize("data", [b"[photo", b"\xff\xfe", None], ids=["not TOML", "not UTF-8", "absent"])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / "broken.toml").write_bytes(data)
    with pytest.raises(Fault, match="broken"):
        load_layout("broken", tmp_path)


def test_labels_stand_above_their_boxes() -> None:
    layout = load_layout("zj-2020")
    labelled = [field for field in layout.front.fields if field.label]
    assert {field.label for field in labelled} == {"姓名", "所属企业", "服务类别", "编号"}
    for field in labelled:
        assert label_box(field, layout.label_size).bottom == field.box.y
