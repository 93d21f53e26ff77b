"""The environment of every test run, set before Django reads its settings (pytest loads this first: ``-p``).

Each process gets a data folder of its own that goes away at the end, so no test meets a real workspace.
"""

import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="rapport-test-")
os.environ["RAPPORT_DATA"] = _folder
os.environ["RAPPORT_SECRET_KEY"] = "a key for tests, long enough to sign with and known to everybody"
os.environ["RAPPORT_URL"] = "http://127.0.0.1:8000"


def pytest_unconfigure() -> None:
    """Take the data folder away again."""
    shutil.rmtree(_folder, ignore_errors=True)
