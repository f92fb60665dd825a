from pathlib import Path

import pytest

from tests.collect.desks import ADesk


@pytest.fixture
def desk(tmp_path: Path) -> ADesk:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "desk.toml").write_text('[archive]\nallow_hosts = ["127.0.0.1"]\n')
    return ADesk(folder)
