"""A small rehearsal authority shared by the trust tests: made once, it is immutable."""

from __future__ import annotations

import pytest

from station.trust.founding import Founding, found
from station.trust.keyring import Keyring
from station.trust.register import Purpose
from station.trust.signer import Signer, signer_for
from station.trust.token import Token
from tests.trust.sample import LAST_DAY, NUMBER, TODAY


@pytest.fixture(scope="session")
def founding() -> Founding:
    return found(["330100", "330200"], [2025, 2026], Purpose.PRODUCTION, TODAY)


@pytest.fixture(scope="session")
def keyring(founding: Founding) -> Keyring:
    return founding.keyring(TODAY)


@pytest.fixture
def signer(founding: Founding) -> Signer:
    return signer_for(founding.signers(), NUMBER, TODAY)


@pytest.fixture
def token(signer: Signer) -> Token:
    return signer.sign_token(NUMBER, 1, TODAY, LAST_DAY, 0xBEEF)
