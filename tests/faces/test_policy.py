"""Bands, comparisons and the drop-in files: what each answer rests on."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.faces import engines, models, policy
from station.faces.engines import cosine_distance, face_of_row, load, row_of_face
from station.faces.face import Face
from station.faces.models import ModelFile
from station.faces.policy import Advice, compare, load_bands, local_mean, nearest
from tests.faces import people


def test_every_band_says_what_is_known_of_other_people_and_shows_it() -> None:
    """ORL are Europeans: a threshold must show what a study found on East-Asian names, and that it is a study."""
    for name, one in load_bands().items():
        assert one.elsewhere in one.basis, name
        assert one.data in one.basis, name
        assert "东亚" in one.elsewhere, name
        if one.fmr_elsewhere is not None:
            assert "本机未重测" in one.elsewhere, name
            assert one.advisory, "no engine decides alone"
            assert f"误认 {one.fmr_elsewhere}%" in one.elsewhere


def test_bands_are_in_order_and_say_what_they_rest_on() -> None:
    bands = load_bands()
    assert set(bands) == {"dlib", "dlib-centred", "sface"}
    for name, one in bands.items():
        assert 0 < one.match < one.no_match < 2, name
        assert one.data, name
        assert one.advisory, "no engine here decides alone"
        if "未测" not in one.data:
            assert one.fmr_at_match is not None
            assert one.fmr_at_match <= 0.1, f"{name}: match may confuse one stranger in a thousand at most"


@given(st.floats(0, 3))
def test_a_greater_distance_is_never_better_advice(distance: float) -> None:
    order = [Advice.MATCH, Advice.UNSURE, Advice.NO_MATCH]
    for bands in load_bands().values():
        at, further = bands.advice(distance), bands.advice(distance + 0.01)
        assert order.index(at) <= order.index(further)


def test_the_edges_of_a_band() -> None:
    bands = load_bands()["dlib"]
    edges = (bands.match, np.nextafter(bands.match, 9), bands.no_match, bands.no_match + 1e-9)
    told = [bands.advice(at) for at in edges]
    assert told == [Advice.MATCH, Advice.UNSURE, Advice.UNSURE, Advice.NO_MATCH]


def test_the_same_face_in_other_light_agrees_and_no_face_is_said() -> None:
    matcher = load(None)
    assert matcher is not None
    one = people.seen(1)
    found = compare(matcher, one, people.dimmed(one, 0.7))
    assert found.advice is Advice.MATCH
    assert found.score is not None
    assert 0 < found.score < 0.42
    assert found.named == f"dlib:{models.DLIB_RESNET.sha256[:16]}"
    wall = np.full((300, 300, 3), 220, np.uint8)
    assert [compare(matcher, *two).missing for two in ((wall, one), (one, wall))] == ["first", "second"]
    assert compare(matcher, wall, one).advice is None


def test_centring_is_another_way_with_bands_of_its_own() -> None:
    matcher = load(None)
    assert matcher is not None
    assert local_mean([np.zeros(128, np.float32)] * 19) is None
    centre = local_mean([np.full(128, 0.01, np.float32)] * 20)
    assert centre is not None
    found = compare(matcher, people.seen(1), people.seen(1), centre)
    assert found.engine == "dlib-centred"
    assert found.score == pytest.approx(0, abs=1e-6)


def test_only_what_may_be_the_same_is_a_hint() -> None:
    matcher = load(None)
    assert matcher is not None
    at = [np.eye(1, 128, dtype=np.float32)[0] * size for size in (0.0, 0.3, 0.45, 0.6)]
    hints = nearest(matcher, at[0], [(str(index), one) for index, one in enumerate(at)][1:], None)
    assert [name for name, _ in hints] == ["1", "2"]
    assert len(nearest(matcher, at[0], [("x", at[1])] * 9, None)) == 5


def test_cosine_distance() -> None:
    one, other = np.array([1, 0], np.float32), np.array([0, 2], np.float32)
    assert cosine_distance(one, one) == pytest.approx(0)
    assert cosine_distance(one, other) == pytest.approx(1)
    assert cosine_distance(one, np.zeros(2, np.float32)) == 1.0


def test_a_row_of_yunet_there_and_back() -> None:
    face = Face(10, 20, 30, 40, (15, 30), (25, 31), (20, 40), 0.9, ((16, 50), (24, 51)))
    back = face_of_row(row_of_face(face).astype(np.float64), 1.0)
    assert back.mouth == face.mouth
    assert back.nose == face.nose
    assert back.confidence == pytest.approx(0.9, abs=1e-6)


def test_a_dropped_in_file_must_be_the_pinned_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"weights"
    pinned = ModelFile("net.onnx", len(content), hashlib.sha256(content).hexdigest(), "MIT", "somewhere")
    assert models.check(pinned, None) == (None, "absent")
    assert models.check(pinned, tmp_path) == (None, "absent")
    (tmp_path / "net.onnx").write_bytes(b"weight")
    assert models.check(pinned, tmp_path) == (None, "size")
    (tmp_path / "net.onnx").write_bytes(b"weighty")
    assert models.check(pinned, tmp_path) == (None, "sha256")
    (tmp_path / "net.onnx").write_bytes(content)
    assert models.check(pinned, tmp_path) == (tmp_path / "net.onnx", "")
    monkeypatch.setattr(models, "YUNET", pinned)
    monkeypatch.setattr(models, "SFACE", replace(pinned, name="face.onnx"))
    sface = engines.engines(tmp_path)[0]
    assert not sface.active
    assert "face.onnx" in sface.why
    (tmp_path / "face.onnx").write_bytes(b"weighty")
    assert "校验值不符" in engines.engines(tmp_path)[0].why
    (tmp_path / "face.onnx").write_bytes(content)
    assert engines.engines(tmp_path)[0].active
    assert engines.best(tmp_path) is not None
    assert engines.engines(tmp_path)[0].name == "sface"


def test_without_dlib_a_person_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)
    told = engines.engines(None)
    assert not any(engine.active for engine in told)
    assert "人工核对" in told[1].why
    assert engines.best(None) is None
    with pytest.raises(ValueError, match="not active"):
        told[1].make()


def test_damaged_dlib_models_are_said(tmp_path: Path) -> None:
    told = engines.engines(None, tmp_path)
    assert "shape_predictor_5" in told[1].why
    assert policy.FILING_WARN < policy.FILING_AT == 100_000
