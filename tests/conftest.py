"""Fixtures that many tests share."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from tests.cases import ARMENIA, AT, issue_armenia
from tests.databases import VENDORS, Desks, NoPostgresError
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.edition import Edition
from tocsin.publish.reading import Reading
from tocsin.warn.desk import DeskFolder

# PyAMF, which comes with an oracle for web archives, hooks itself into the import of Django and fails on a name that
# Django has long dropped. Its adapters are of no use here: nothing is found in their place.
for module in ("contrib_auth_models", "db_models_base", "db_models_fields", "db_models_query", "utils_translation"):
    sys.modules.setdefault(f"pyamf.adapters._django_{module}", ModuleType(module))

pytest_plugins = ["tests.web.signed_in", "tests.deliver.delivering"]  # clients signed in; a desk that delivers

settings.register_profile("tocsin", deadline=None)  # the time that a case takes says more of the machine than of us
settings.load_profile("tocsin")


@pytest.fixture(scope="session")
def armenia_desk(tmp_path_factory: pytest.TempPathFactory) -> DeskFolder:
    """A desk that has issued both editions of the Armenia case. Read only: copy it before you change it."""
    return issue_armenia(tmp_path_factory.mktemp("armenia") / "desk")


@pytest.fixture(scope="session")
def armenia(armenia_desk: DeskFolder) -> tuple[Edition, Edition]:
    """Both editions of the Armenia case, oldest first."""
    from tocsin.warn.edition_store import EditionStore

    store = EditionStore(armenia_desk.editions)
    first, second = (store.read(signed.entry.edition_sha256) for signed in store.entries())
    return first, second


@pytest.fixture(scope="session")
def readings(armenia: tuple[Edition, Edition]) -> tuple[Reading, Reading]:
    """Both editions as renderers read them, on the day of issue."""
    first, second = (Reading(edition, sha256(canonical_bytes(edition)), AT.date()) for edition in armenia)
    return first, second


@pytest.fixture
def armenia_case() -> Path:
    """The folder of the Armenia case."""
    return ARMENIA


@pytest.fixture
def today() -> datetime.date:
    """The day on which tests take place."""
    return AT.date()


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """Makes desks with records, on either database."""
    made = Desks(tmp_path_factory.mktemp("desks"))
    yield made
    made.close()


@pytest.fixture(params=VENDORS)
def desk(request: pytest.FixtureRequest, desks: Desks, tmp_path: Path) -> Iterator[DeskFolder]:
    """An empty desk with records; the test runs once on SQLite and once on PostgreSQL."""
    try:
        opened = desks.open(request.param, tmp_path / "desk")
        with opened as folder:
            yield folder
    except NoPostgresError as error:
        pytest.skip(f"PostgreSQL: {error}")
