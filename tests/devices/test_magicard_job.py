"""The Magicard job: its keys, golden digests, back to the very same card, and what is not one card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from devices.contracts import CardFaces
from devices.errors import BadReply
from devices.languages.magicard import Form, decode, encode, plan
from devices.languages.magicard_frames import FrameReader, command, page
from devices.languages.magicard_planes import RESIN_BYTES
from tests.devices.pictures import FACES, FRONT_ONLY, noise, white

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "magicard" / "jobs.json"
FORMS = {
    "colour": Form("ymcko", "ymcko"),
    "duplex": Form("ymckok", "ymcko", "k"),
    "duplex_turned": Form("ymckok", "ymcko", "k", clockwise=False, width_first=False, back_turned=True, reject=True),
    "mono": Form("k", "k"),
    "mono_varnished": Form("ko", "ko"),
    "no_varnish": Form("ymcko", "ymck"),
}
KEYS = "NOC1,VER1.0.0,LANENG,TDT{},LC8,REJOFF,ESS1,KEE,RT2,DPXON,PAG{},BACK,SLWOFF,IMF{},XCO0,YCO0,WID1016,HGT642,{}"


def pages(job: bytes) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each page as its text and the digests of its planes."""
    reader = FrameReader()
    reader.feed(job)
    found = []
    while (frame := reader.take()) is not None:
        found.append((frame.text, [(letter, hashlib.sha256(data).hexdigest()[:16]) for letter, data in frame.planes]))
    return found


def described(job: bytes) -> dict[str, object]:
    """A job as its golden entry."""
    return {"size": len(job), "sha256": hashlib.sha256(job).hexdigest(), "pages": json.loads(json.dumps(pages(job)))}


@pytest.mark.parametrize("name", FORMS)
def test_job_bytes_are_the_golden_ones(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert set(golden) == set(FORMS)
    assert described(encode(FACES, FORMS[name])) == golden[name]


def test_the_keys_of_a_card_with_two_sides() -> None:
    (front, planes), (back, resin) = pages(encode(FACES, FORMS["duplex"]))
    stamp, other = front.split(",TDT")[1][:8], back.split(",TDT")[1][:8]
    last = "NNNOFF,USFOFF,HPHOFF"
    sizes = ",SZB512064,SZG512064,SZR512064,SZK85344"
    assert front == "," + KEYS.format(stamp, 1, "BGRK", "OVRON," + last) + sizes
    assert back == "," + KEYS.format(other, 2, "K", "OVROFF," + last) + ",SZK85344"
    assert [letter for letter, _ in planes] == ["B", "G", "R", "K"]
    assert [letter for letter, _ in resin] == ["K"]
    assert stamp != other


def test_a_simplex_form_leaves_the_back_out_and_says_so() -> None:
    for job in (encode(FACES, FORMS["colour"]), encode(FRONT_ONLY, FORMS["duplex"])):
        ((text, _),) = pages(job)
        assert ",DPXOFF,PAG1," in text


def test_the_same_card_is_the_same_job_and_another_is_not() -> None:
    form = FORMS["mono"]
    assert encode(FACES, form) == encode(FACES, form)
    other = white()
    other[300:310, 300:310] = 0
    assert encode(CardFaces(other), form)[:200] != encode(CardFaces(white()), form)[:200]


@pytest.mark.parametrize("name", FORMS)
def test_a_decoded_job_is_the_card_within_the_depth_of_the_ink(name: str) -> None:
    """Six bits of dye; three rows at each long edge are not card."""
    form = FORMS[name]
    card = decode(encode(FACES, form), form)
    seen, asked = card.front[3:645], FACES.front[3:645]
    if "y" in form.front:
        assert int(np.abs(seen.astype(int) - asked).max()) < 4
        assert (seen[(asked == 255).all(axis=2)] == 255).all()
    assert (seen[(asked == 0).all(axis=2)] == 0).all()
    assert (card.front[:3] == 255).all()
    assert (card.front[645:] == 255).all()
    if form.back:
        assert card.back is not None
        assert FACES.back is not None
        assert (card.back[3:645] == FACES.back[3:645]).all()
    else:
        assert card.back is None


def test_a_turn_the_other_way_is_the_same_card_from_other_bytes() -> None:
    one, other = Form("k", "k"), Form("k", "k", clockwise=False)
    assert encode(FACES, one) != encode(FACES, other)
    assert (decode(encode(FACES, one), one).front == decode(encode(FACES, other), other).front).all()
    turned = decode(encode(FACES, one), other).front
    assert (turned == np.rot90(decode(encode(FACES, one)).front, 2)).all()


@pytest.mark.parametrize(("ink", "channel"), [("B", 2), ("G", 1), ("R", 0), ("K", None)])
def test_a_whole_plane_is_the_one_written_from_the_fact_sheet(ink: str, channel: int | None) -> None:
    """Slow and plain: row i is column i, dot 15 + j is picture row 644 - j, ink is 255 - light, stripes of bits."""
    faces = CardFaces(noise(5))
    faces.front[100:200, 100:400] = 0
    pixels = faces.front.tolist()
    data = bytearray()
    for column in range(40, 140):
        dots = []
        for y in range(644, 2, -1):
            pixel = pixels[y][column]
            resin = pixel == [0, 0, 0]
            dots.append(255 * resin if channel is None else 0 if resin else 255 - pixel[channel])
        dots = [0] * 15 + dots + [0] * 15
        for bit in [7] if channel is None else range(2, 8):
            bits = "".join(str(dot >> bit & 1) for dot in dots)
            data += int(bits, 2).to_bytes(84, "big")
    reader = FrameReader()
    reader.feed(encode(faces, FORMS["colour"]))
    frame = reader.take()
    assert frame is not None
    sent = dict(frame.planes)[ink]
    width = len(data) // 100
    assert sent[40 * width : 140 * width] == bytes(data)


def test_a_plan_is_the_job_in_pieces_that_are_not_answered() -> None:
    job = encode(FACES, FORMS["duplex"])
    found = plan(job, FORMS["duplex"])
    assert b"".join(step.question.data for step in found.steps) == job
    assert [step.ends for step in found.steps] == [False] * 5 + [True] + [False] * 2 + [True]
    assert {step.question.answered for step in found.steps} == {False}
    assert found.steps[5].question.data == b"\x03"
    assert found.panels == 6
    assert plan(encode(FACES, FORMS["mono"]), FORMS["mono"]).panels == 1
    assert plan(encode(FACES, FORMS["no_varnish"]), FORMS["no_varnish"]).panels == 4


def one(*keys: str) -> bytes:
    return b"".join(page(list(keys), [("K", bytes(RESIN_BYTES))]))


GOOD = one("ESS1", "DPXOFF", "PAG1")
FIRST, SECOND = one("ESS1", "DPXON", "PAG1"), one("ESS1", "DPXON", "PAG2")


@pytest.mark.parametrize(
    ("job", "why"),
    [
        (b"", "不是一张卡"),
        (GOOD[:-1], "不完整"),
        (GOOD + b"\x05", "不完整"),
        (GOOD + GOOD, "不是一张卡"),
        (GOOD * 3, "页数"),
        (FIRST, "不是一张卡"),
        (SECOND + FIRST, "不是一张卡"),
        (FIRST + SECOND + SECOND, "页数"),
        (one("ESS2", "DPXOFF", "PAG1"), "份数"),
        (one("ESS1", "ESS2", "DPXOFF", "PAG1"), "份数"),
        (one("DPXOFF", "PAG1"), "份数"),
        (GOOD + command("EJT,"), "指令"),
        (b"nonsense", "开始"),
    ],
)
def test_only_one_card_that_nothing_repeats_is_a_job(job: bytes, why: str) -> None:
    for reader in (decode, lambda job: plan(job, FORMS["mono"])):
        with pytest.raises(BadReply, match=why):
            reader(job)


def test_the_two_sides_of_a_card_are_a_job() -> None:
    assert len(plan(FIRST + SECOND, FORMS["duplex"]).steps) == 6
    assert decode(FIRST + SECOND).back is not None


@pytest.mark.parametrize("wrong", [{"ribbon": "gold"}, {"front": "cmyk"}, {"back": "ymc"}])
def test_a_form_without_a_recipe_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="recipe"):
        Form(**{"ribbon": "k", "front": "k", **wrong})  # type: ignore[arg-type]
