"""Fonts: the chain by name, a missing face is a fault, and painting needs no screen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QGuiApplication

from station.cards.fonts import SANS, ensure_gui, face_among, font, required, sans
from station.domain.errors import Fault
from tests.conventions.tree import ROOT


def test_the_first_installed_name_is_taken() -> None:
    assert face_among(SANS, frozenset({"Noto Sans SC", "Source Han Sans SC"})) == "Source Han Sans SC"
    assert face_among(SANS, frozenset({"Noto Sans CJK JP"})) is None


def test_a_missing_face_is_a_fault_that_names_the_package() -> None:
    with pytest.raises(Fault, match="fonts-noto-cjk") as caught:
        required(None)
    assert caught.value.code == "font_missing"


def test_the_chain_begins_with_the_chinese_face() -> None:
    ensure_gui()
    assert font(40).families()[1:] == [sans(), "HanaMinA", "HanaMinB", "BabelStone Han"]
    assert font(40, serif=True).families()[1] == sans()


def test_a_running_application_is_used() -> None:
    ensure_gui()
    before = QGuiApplication.instance()
    ensure_gui()
    assert QGuiApplication.instance() is before


def test_cards_are_drawn_where_a_screen_was_asked_for_and_is_not_there() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": ""}
    script = "from tests.cards.samples import content; from station.cards.artwork import compose; compose(content())"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, timeout=60, check=False)
    assert done.returncode == 0
