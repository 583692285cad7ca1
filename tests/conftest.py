"""What every test stands on: no screen, a home of its own, no network, examples that repeat.

Set before anything of the product is imported, because Qt, keyring and platformdirs look at the environment once.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication

HOME = tempfile.mkdtemp(prefix="anxin-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HOME"] = os.environ["USERPROFILE"] = HOME
for variable, folder in {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "runtime",
    "APPDATA": "appdata",
    "LOCALAPPDATA": "localappdata",
}.items():
    os.environ[variable] = os.path.join(HOME, folder)
    os.makedirs(os.environ[variable], mode=0o700)
# A test that wants a key ring brings its own; the one of whoever runs the tests is never touched.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Two cores shared with others make any deadline a coin toss; times are measured by `make bench`.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("ANXIN_HYPOTHESIS", "ci"))

pytest_plugins = ["tests.guards"]


@pytest.fixture(scope="session", autouse=True)
def one_application(qapp: QApplication) -> QApplication:
    """Qt allows one application object per process: it is the one with widgets, whoever paints first."""
    return qapp
