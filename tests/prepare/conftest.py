from pathlib import Path

import pytest

from tests.prepare.desks import PreparedDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> PreparedDesk:
    return a_desk(tmp_path)
