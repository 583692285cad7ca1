"""The Evolis job: its recipes command by command, golden digests, and back to the very same card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contracts import CardFaces
from devices.errors import BadReply
from devices.languages.evolis import Form, decode, encode, plan, read_job
from devices.languages.evolis_commands import frame, pieces
from devices.languages.raster import compose, separate
from tests.devices.pictures import FACES, FRONT_ONLY, checks, colourful, noise, white

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "evolis" / "jobs.json"
FORMS = {
    "front_128": Form("ymcko", "ymcko"),
    "front_64": Form("ymcko", "ymcko", levels=64),
    "front_32": Form("ymcko", "ymcko", levels=32),
    "duplex": Form("ymckok", "ymcko", "k"),
    "duplex_turned_squeezed": Form("ymckok", "ymcko", "k", squeeze=True, back_turned=True),
    "mono": Form("kb", "k"),
    "mono_duplex": Form("kb", "k", "k"),
    "mono_varnished": Form("ko", "ko"),
    "no_varnish": Form("ymck", "ymck"),
}
SS = (("Pem", "2"), ("Pmi", "F"), ("Pc", "k", "=", "10"), ("Ss",), ("Sr",))


def told(job: bytes) -> list[tuple[str, ...]]:
    """Each command as words; a download with its length."""
    return [
        (one.name, *one.parameters, *([str(len(one.data))] if one.data else [])) for one, _ in pieces(job)
    ]


def described(job: bytes) -> dict[str, object]:
    """A job as its golden entry."""
    parts = [[*told(raw)[0], hashlib.sha256(one.data).hexdigest()[:16] if one.data else ""] for one, raw in pieces(job)]
    return {"size": len(job), "sha256": hashlib.sha256(job).hexdigest(), "commands": parts}


@pytest.mark.parametrize("name", FORMS)
def test_job_bytes_are_the_golden_ones(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert set(golden) == set(FORMS)
    assert described(encode(FACES, FORMS[name])) == golden[name]


def test_the_colour_recipe_with_a_back() -> None:
    assert told(encode(FACES, FORMS["duplex"])) == [
        ("Pem", "2"),
        ("Pr", "ymckok"),
        *SS[1:],
        ("Db", "y", "128", "576072"),
        ("Db", "m", "128", "576072"),
        ("Db", "c", "128", "576072"),
        ("Db", "k", "2", "82296"),
        ("Db", "o", "2", "82296"),
        ("Sv",),
        ("Db", "k", "2", "82296"),
        ("Se",),
    ]


def test_the_mono_recipe() -> None:
    job = encode(FACES, FORMS["mono"])
    assert told(job) == [("Pem", "2"), ("Pr", "kb"), *SS[1:], ("Db", "k", "2", "82296"), ("Se",)]
    assert len(job) == len(encode(FRONT_ONLY, FORMS["mono"]))


def test_varnish_is_full_and_a_simplex_form_leaves_the_back_out() -> None:
    job = encode(FACES, FORMS["front_128"])
    varnish = [one for one, _ in pieces(job) if one.name == "Db" and one.parameters[0] == "o"]
    assert varnish[0].data == b"\xff" * 82296
    assert ("Sv",) not in told(job)
    assert ("Sv",) not in told(encode(FRONT_ONLY, FORMS["duplex"]))


@pytest.mark.parametrize("name", FORMS)
def test_a_decoded_job_is_the_card_within_the_depth_of_the_ink(name: str) -> None:
    form = FORMS[name]
    card = decode(encode(FACES, form), form)
    if "y" in form.front:
        step = 256 // form.levels
        assert int(np.abs(card.front.astype(int) - FACES.front).max()) < step
        black = (FACES.front == 0).all(axis=2)
        assert (card.front[black] == 0).all()
        assert (card.front[(FACES.front == 255).all(axis=2)] == 255).all()
    else:
        assert (card.front[(FACES.front == 0).all(axis=2)] == 0).all()
        assert set(np.unique(card.front)) == {0, 255}
    if form.back:
        assert card.back is not None
        assert (card.back == FACES.back).all()
    else:
        assert card.back is None


def test_a_turned_back_is_upside_down_in_the_job_only() -> None:
    form = FORMS["duplex_turned_squeezed"]
    job = encode(FACES, form)
    assert np.array_equal(decode(job, form).back, checks())  # type: ignore[arg-type]
    assert np.array_equal(decode(job).back, np.rot90(checks(), 2))  # type: ignore[arg-type]


@pytest.mark.parametrize(("panel", "channel"), [("y", 2), ("m", 1), ("c", 0), ("k", None)])
def test_a_whole_panel_is_the_one_written_from_the_fact_sheet(panel: str, channel: int | None) -> None:
    """Slow and plain: line i is column i, dot j is row 647 - j, ink is 255 - light, top seven bits, MSB first."""
    pixels = FACES.front.tolist()
    stream = []
    for column in range(1016):
        for row in range(647, -1, -1):
            pixel = pixels[row][column]
            resin = pixel == [0, 0, 0]
            ink = 255 * resin if channel is None else 0 if resin else 255 - pixel[channel]
            stream.append(f"{ink:08b}"[: 1 if channel is None else 7])
    bits = "".join(stream)
    expected = int(bits, 2).to_bytes(len(bits) // 8, "big")
    sent = [one for one, _ in pieces(encode(FACES, FORMS["front_128"])) if one.name == "Db"]
    assert [one.data for one in sent if one.parameters[0] == panel] == [expected]


@settings(max_examples=6)
@given(st.integers(0, 10_000), st.sampled_from([32, 64, 128]))
def test_printing_a_printed_card_again_changes_nothing(seed: int, levels: int) -> None:
    form = Form("ymcko", "ymcko", levels=levels)
    once = decode(encode(CardFaces(noise(seed)), form), form)
    assert encode(once, form) == encode(decode(encode(once, form), form), form)
    assert (decode(encode(once, form), form).front == once.front).all()


def test_the_deepest_dye_is_not_resin() -> None:
    form = FORMS["front_128"]
    picture = white()
    picture[100, 100] = 1
    job = read_job(encode(CardFaces(picture), form))
    assert int(job.front.planes["k"].max()) == 0
    assert compose(job.front)[100, 100].tolist() == [0, 0, 0]
    assert int(separate(picture).planes["k"].max()) == 0


def one_card(*middle: bytes, start: bytes = b"\x1bSs\r\x1bSr\r", end: bytes = b"\x1bSe\r") -> bytes:
    return start + b"".join(middle) + end


RESIN = frame("Db", "k", 2, data=bytes(82296))


@pytest.mark.parametrize(
    ("job", "why"),
    [
        (b"", "Se"),
        (one_card(RESIN, end=b""), "Se"),
        (one_card(RESIN, b"\x1bSc\r"), "重复"),
        (one_card(RESIN, b"\x1bSc;3\r"), "重复"),
        (one_card(RESIN, b"\x1bSsd;k\r"), "重复"),
        (one_card(RESIN, b"\x1bSp;k\r"), "重复"),
        (b"\x1bSt\r", "重复"),
        (b"\x1bPmk;f;i\r" + one_card(RESIN), "重复"),
        (one_card(RESIN) + one_card(RESIN), "次序"),
        (one_card(RESIN) + b"\x1bSe\r", "次序"),
        (one_card(RESIN, start=b"\x1bSs\r"), "卡面"),
        (one_card(RESIN, start=b"\x1bSs\r\x1bSv\r"), "次序"),
        (one_card(RESIN, b"\x1bSr\r"), "次序"),
        (one_card(RESIN, b"\x1bSie\r"), "次序"),
        (RESIN + one_card(), "卡面"),
    ],
)
def test_only_one_card_that_nothing_repeats_is_a_job(job: bytes, why: str) -> None:
    for reader in (read_job, decode, lambda job: plan(job, FORMS["mono"])):
        with pytest.raises(BadReply, match=why):
            reader(job)


def test_settings_between_the_sides_are_read_as_the_perl_driver_sends_them() -> None:
    job = one_card(RESIN, b"\x1bSv\r\x1bPc;k;=;10\r", RESIN)
    read = read_job(job)
    assert [one.name for one in read.settings] == ["Pc"]
    assert read.back is not None
    assert decode(job).front.min() == 255


def test_a_plan_is_the_job_in_answered_pieces() -> None:
    form = FORMS["duplex"]
    job = encode(FACES, form)
    found = plan(job + bytes(32), form)
    assert b"".join(step.question.data for step in found.steps) == job + bytes(32)
    assert [step.ends for step in found.steps] == [False] * 13 + [True]
    assert found.steps[-1].question.data == b"\x1bSe\r" + bytes(32)
    assert found.panels == 6
    assert {step.question.timeout for step in found.steps} == {form.answer, form.panel, form.finish}
    assert found.steps[0].question.timeout == form.answer
    assert found.steps[6].question.timeout == form.panel
    assert plan(encode(FACES, FORMS["mono"]), FORMS["mono"]).panels == 1


def test_a_partial_download_counts_its_panel_once() -> None:
    half = frame("Dbp", "k", 2, 0, 100, data=bytes(8100)) + frame("Dbp", "k", 2, 100, 100, data=bytes(8100))
    assert plan(one_card(half), FORMS["mono"]).panels == 1


@pytest.mark.parametrize(
    "wrong",
    [{"levels": 2}, {"levels": 100}, {"front": "cmyk"}, {"front": ""}, {"back": "ymc"}],
)
def test_a_form_without_a_recipe_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"levels|recipe"):
        Form(**{"ribbon": "x", "front": "k", **wrong})  # type: ignore[arg-type]


def test_colourful_needs_every_panel() -> None:
    planes = separate(colourful()).planes
    assert all(int(planes[letter].max()) > 200 for letter in "ymck")
