"""A start without a database that takes writes: refused in words, whichever of the ways it is missing (E10, E11)."""

from pathlib import Path

import psycopg

from tests.running_app import free_port
from tests.start.conftest import refused


def test_e10_a_start_without_its_database_says_so(production: dict[str, str]) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    said = refused(production | {"CONSENT_DATABASE": nowhere})
    assert said.startswith("No database that takes writes can be reached; nothing was saved just now.")
    assert "127.0.0.1" not in said
    assert "nobody" not in said


def test_e11_a_start_on_a_database_that_can_only_be_read_says_so(
    production: dict[str, str], postgres: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE only_read")
        connection.execute("ALTER DATABASE only_read SET default_transaction_read_only = on")
    only_read = postgres.replace("/postgres?", "/only_read?")
    assert refused(production | {"CONSENT_DATABASE": only_read}).startswith("The database cannot be written to.")
    sought = f"{only_read}&target_session_attrs=read-write"
    assert refused(production | {"CONSENT_DATABASE": sought}).startswith("No database that takes writes")
    assert not (tmp_path / "records").exists()
