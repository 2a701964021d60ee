"""The guarded application."""

from pathlib import Path

import pytest

from tests.unit.services.security.worlds import Guarded, guarded


@pytest.fixture
def door(tmp_path: Path) -> Guarded:
    return guarded(tmp_path)
