"""The symbol: forced version, whole dots, mixed segments, and texts that do not fit."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from station.cards.qr import QUIET, SYMBOLS, Symbol, matrix, picture
from station.domain.errors import Refused

V8Q, V6M = Symbol(8, "Q", 5), Symbol(6, "M", 5)
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
DIGITS = "7" * 191


def prefix(length: int) -> str:
    return ("https://" + "a" * length)[: length - 1] + "/"


def read(gray: NDArray[np.uint8]) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(gray, formats=QR)]


@pytest.mark.parametrize("symbol", [Symbol(version, level, 5) for version, level in SYMBOLS])
@pytest.mark.parametrize("length", [14, 25])
def test_the_version_is_forced(symbol: Symbol, length: int) -> None:
    text = prefix(length) + DIGITS
    assert matrix(text, symbol).shape == (symbol.modules, symbol.modules)
    assert read(picture(text, symbol)) == [text]


@pytest.mark.parametrize("symbol", [V8Q, V6M])
def test_the_symbol_stands_upright(symbol: Symbol) -> None:
    """The module that is always dark (ISO/IEC 18004, 7.9) lies beside the lower left finder."""
    for number in range(8):
        modules = matrix(f"{prefix(20)}{number}{DIGITS[1:]}", symbol)
        assert modules[4 * symbol.version + 9, 8]
        assert modules[:7, :7].sum() == modules[:7, -7:].sum() == modules[-7:, :7].sum() == 33


def test_sizes_are_those_of_the_decision() -> None:
    assert (V8Q.modules, V8Q.pixels) == (49, 285)
    assert (V6M.modules, V6M.pixels) == (41, 245)
    assert round(V8Q.module_mm, 3) == 0.423


def test_27_places_of_prefix_fit_v8_q_and_28_do_not() -> None:
    assert read(picture(prefix(27) + DIGITS, V8Q)) == [prefix(27) + DIGITS]
    with pytest.raises(Refused, match="前缀过长"):
        matrix(prefix(28) + DIGITS, V8Q)


def test_26_places_do_not_fit_v6_m() -> None:
    with pytest.raises(Refused, match="前缀过长"):
        matrix(prefix(26) + DIGITS, V6M)


def test_a_text_no_symbol_holds_is_refused() -> None:
    with pytest.raises(Refused):
        matrix("9" * 8000, V8Q)


@given(number=st.integers(0, 2**632 - 1), dots=st.integers(5, 7), symbol=st.sampled_from(SYMBOLS))
def test_every_module_is_a_square_of_whole_dots(number: int, dots: int, symbol: tuple[int, str]) -> None:
    made = Symbol(*symbol, dots)
    text = "https://anxin.zj.example/" + str(number).zfill(191)
    gray = picture(text, made)
    assert gray.shape == (made.pixels, made.pixels)
    assert set(np.unique(gray)) == {0, 255}
    cells = gray.reshape(made.modules + 2 * QUIET, dots, made.modules + 2 * QUIET, dots)
    assert (cells == cells[:, :1, :, :1]).all()
    assert (cells[:QUIET] == 255).all()
    assert (cells[-QUIET:] == 255).all()
    assert (cells[:, :, :QUIET] == 255).all()
    assert (cells[:, :, -QUIET:] == 255).all()
    assert read(gray) == [text]
