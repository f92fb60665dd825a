from pathlib import Path

import pytest

from tests.collect.desks import ADesk
from tests.prepare.desks import PreparedDesk


@pytest.fixture
def desk(tmp_path: Path) -> PreparedDesk:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "desk.toml").write_text(
        'name = "A desk"\nsender = "desk.example.org"\nurl = "https://desk.example.org"\n'
    )
    return PreparedDesk(ADesk(folder), tmp_path / "files")
