"""What we rely on in either database is so in the one at hand."""

import pytest
from django.db import IntegrityError, connection, transaction

pytestmark = pytest.mark.django_db


def answer(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


def test_it_works() -> None:
    assert answer("SELECT 1") == 1


@pytest.mark.parametrize("text", ["Zoë “Łódź” 北京 שלום", "👩🏽‍💼", "a\u0301", "x" * 100_000])
def test_any_text_comes_back_as_it_went(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (words TEXT)")
        cursor.execute("INSERT INTO kept VALUES (%s)", [text])
    assert answer("SELECT words FROM kept") == text


def test_a_reference_to_nothing_is_refused() -> None:
    from_table, to_table = "pointing", "pointed"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {to_table} (id INTEGER PRIMARY KEY)")
        cursor.execute(f"CREATE TEMPORARY TABLE {from_table} (id INTEGER REFERENCES {to_table} (id))")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"INSERT INTO {from_table} VALUES (7)")


@pytest.mark.sqlite_only
def test_an_acknowledged_write_survives_a_power_cut() -> None:
    assert answer("PRAGMA synchronous") == 2, "2 is FULL; NORMAL may lose the last writes."


@pytest.mark.sqlite_only
def test_erased_values_leave_the_file() -> None:
    assert answer("PRAGMA secure_delete") == 1


@pytest.mark.sqlite_only
def test_a_writer_waits_for_another_one() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert int(str(answer("PRAGMA busy_timeout"))) >= 20_000


@pytest.mark.postgres_only
def test_texts_are_kept_as_unicode() -> None:
    assert answer("SHOW server_encoding") == "UTF8"
