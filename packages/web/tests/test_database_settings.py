import asyncio
import traceback
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from tests.servers import PostgresServer, free_port

from hotdish_web import (
    Database,
    DatabaseSettings,
    DatabaseUnavailableError,
    PostgresDatabase,
    SettingsError,
    SQLiteDatabase,
)
from hotdish_web.database.engines import ENGINES
from hotdish_web.database.settings import BACKENDS, DRIVERS

SECRET = "p@ss:w/rd#%"


def postgres(**values: Any) -> DatabaseSettings:
    values.setdefault("postgres_password", SECRET)
    return DatabaseSettings(**values)


def test_without_any_variable_it_is_a_file_of_sqlite() -> None:
    database = Database.from_settings()

    assert isinstance(database, SQLiteDatabase)
    assert str(database.url) == "sqlite+aiosqlite:///app.db"


@pytest.mark.parametrize(("env", "host"), [("development", "localhost"), ("production", "db")])
def test_the_host_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, env: str, host: str
) -> None:
    monkeypatch.setenv("ENV", env)
    monkeypatch.setenv("POSTGRES_PASSWORD", SECRET)

    url = Database.from_settings().url

    assert (url.host, url.port, url.username, url.database) == (host, 5432, "postgres", "postgres")


def test_each_variable_of_postgres_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"USERNAME": "u@x", "PASSWORD": SECRET, "HOST": "h", "PORT": "6", "DB_NAME": "docs"}
    for name, value in variables.items():
        monkeypatch.setenv(f"POSTGRES_{name}", value)

    url = DatabaseSettings().sqlalchemy_url()

    assert (url.username, url.password, url.host, url.port, url.database) == (
        "u@x",
        SECRET,
        "h",
        6,
        "docs",
    )


def test_a_dotenv_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("POSTGRES_HOST=from-file\nPOSTGRES_PORT=1111\n")
    monkeypatch.setenv("POSTGRES_PORT", "2222")

    url = DatabaseSettings().sqlalchemy_url()

    assert (url.host, url.port) == ("from-file", 2222)


def test_database_url_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_HOST", "elsewhere")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@here:6000/docs")

    settings = DatabaseSettings()

    assert settings.backend == "postgresql"
    assert str(settings.sqlalchemy_url()) == "postgresql+asyncpg://u:***@here:6000/docs"


def test_database_url_of_sqlite() -> None:
    database = Database.from_settings(DatabaseSettings(database_url="sqlite:///some.db"))

    assert isinstance(database, SQLiteDatabase)
    assert database.url.database == "some.db"


def test_odd_names_and_passwords_survive() -> None:
    text = postgres(postgres_username="u@x").get_connection_string("psycopg")

    url = make_url(text)
    assert (url.drivername, url.username, url.password) == ("postgresql+psycopg", "u@x", SECRET)


def test_connection_string_for_psql_has_no_driver() -> None:
    database = PostgresDatabase(postgres_host="h", postgres_password="p", postgres_db_name="docs")

    assert database.get_connection_string() == "postgresql://postgres:p@h:5432/docs"


def test_connection_string_for_alembic_on_sqlite() -> None:
    assert SQLiteDatabase("a.db").get_connection_string() == "sqlite:///a.db"


def test_several_hosts_and_the_target_reach_the_driver() -> None:
    database = PostgresDatabase(
        postgres(postgres_host="h1,h2:5433", database_target="prefer-standby")
    )

    _, arguments = dialect().create_connect_args(  # type: ignore[no-untyped-call]
        database.url.update_query_dict({"target_session_attrs": "prefer-standby"})
    )

    assert arguments["host"] == ["h1", "h2"]
    assert arguments["port"] == [5432, 5433]
    assert arguments["target_session_attrs"] == "prefer-standby"


def test_several_hosts_for_psql_are_in_libpq_form() -> None:
    settings = DatabaseSettings(postgres_host="h1,h2:5433", postgres_password="p")

    assert settings.get_connection_string() == "postgresql://postgres:p@h1:5432,h2:5433/postgres"


def test_a_socket_folder_is_a_host_too() -> None:
    url = DatabaseSettings(postgres_host="/run/postgresql").sqlalchemy_url()

    assert url.query["host"] == "/run/postgresql:5432"


def test_the_password_is_shown_nowhere() -> None:
    settings = postgres(database_url="postgresql://u:s3cret@h/d")
    shown = [repr(settings), str(settings), repr(PostgresDatabase(settings))]

    assert [text for text in shown if "s3cret" in text or SECRET in text] == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"env": "staging"}, "ENV: Input should be 'development' or 'production'"),
        ({"postgres_port": "many"}, "POSTGRES_PORT: Input should be a valid integer"),
        ({"database_pool_size": 0}, "DATABASE_POOL_SIZE: Input should be greater than or equal"),
        ({"database_url": "s3cret"}, "DATABASE_URL: it is no URL. Write postgresql://"),
        (
            {"database_url": "mysql://u:s3cret@h/d"},
            "DATABASE_URL: there is no backend 'mysql'. Use one of: sqlite, postgresql",
        ),
        ({"database_url": "postgresql://u:s3cret@h:many/d"}, "DATABASE_URL: it is no URL"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(values: dict[str, Any], expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        DatabaseSettings(**values)

    assert expected in str(caught.value)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_production_asks_for_the_password() -> None:
    settings = DatabaseSettings(env="production", postgres_username="u")

    with pytest.raises(SettingsError, match="POSTGRES_PASSWORD is not set"):
        settings.sqlalchemy_url()


def test_postgres_refuses_settings_of_sqlite() -> None:
    with pytest.raises(SettingsError, match="Set DATABASE_URL=postgresql"):
        PostgresDatabase()


def test_every_backend_has_an_engine_and_a_driver() -> None:
    assert set(BACKENDS) == set(ENGINES) == set(DRIVERS)


def test_a_server_that_is_not_there_is_named_in_one_line() -> None:
    port = free_port()
    database = PostgresDatabase(
        postgres_host="127.0.0.1",
        postgres_port=port,
        postgres_password=SECRET,
        database_connect_timeout=0.3,
    )

    with pytest.raises(DatabaseUnavailableError) as caught:
        asyncio.run(database.setup())

    message = str(caught.value)
    assert f"PostgreSQL at 127.0.0.1:{port}, database 'postgres', user 'postgres'" in message
    assert "\n" not in message
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_password_is_not_repeated(postgres_18: PostgresServer) -> None:
    url = f"postgresql://postgres:wr0ng@{postgres_18.host}:{postgres_18.port}/postgres"
    database = PostgresDatabase(DatabaseSettings(database_url=url, database_connect_timeout=600))

    with pytest.raises(DatabaseUnavailableError, match="password authentication failed") as caught:
        asyncio.run(database.setup())

    assert "wr0ng" not in "".join(traceback.format_exception(caught.value))


def test_two_hosts_of_which_one_is_dead_still_serve(postgres_18: PostgresServer) -> None:
    server = postgres_18
    database = PostgresDatabase(
        postgres_host=f"{server.host}:{free_port()},{server.host}:{server.port}",
        postgres_password=server.password,
        database_target="primary",
    )

    async def ask() -> int:
        async with database:
            return await database.run(lambda driver: driver.fetchval("SELECT 3"))

    assert asyncio.run(ask()) == 3


def test_behind_pgbouncer_no_statement_is_prepared(postgres_18: PostgresServer) -> None:
    database = PostgresDatabase(
        DatabaseSettings(database_url=postgres_18.url(), database_pgbouncer=True)
    )

    async def ask() -> tuple[int, int]:
        async with database, database.read() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, asyncpg.Connection)
            await driver.fetchval("SELECT 1")
            prepared = await driver.fetchval("SELECT count(*) FROM pg_prepared_statements")
            return prepared, database.checked_out()

    assert asyncio.run(ask()) == (0, 0)


def test_sqlite_uses_wal_and_checks_foreign_keys(tmp_path: Path) -> None:
    async def pragmas() -> list[Any]:
        async with SQLiteDatabase(tmp_path / "deep" / "er.db") as database:
            return await database.run(
                lambda driver: [
                    driver.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in ("journal_mode", "foreign_keys", "busy_timeout", "query_only")
                ]
            )

    assert asyncio.run(pragmas()) == ["wal", 1, 5000, 1]


def test_sqlite_in_memory_is_one_database_for_all_connections() -> None:
    async def write_and_read() -> tuple[int, Path]:
        async with SQLiteDatabase(":memory:") as database:
            async with database.write() as connection:
                await connection.exec_driver_sql("CREATE TABLE t AS SELECT 5 AS five")
            path = await database.run(
                lambda driver: Path(driver.execute("PRAGMA database_list").fetchone()[2])
            )
            five = await database.run(lambda driver: driver.execute("SELECT * FROM t").fetchone())
            return five[0], path

    five, path = asyncio.run(write_and_read())

    assert five == 5
    assert not path.exists()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, and long enough to be read as one" * 40)

    with pytest.raises(DatabaseUnavailableError, match=r"Cannot open the SQLite database .*file"):
        asyncio.run(SQLiteDatabase(tmp_path / "file").setup())


def test_a_file_that_does_not_answer_in_time_is_named(tmp_path: Path) -> None:
    database = SQLiteDatabase(tmp_path / "slow.db", database_connect_timeout=1e-9)

    with pytest.raises(DatabaseUnavailableError, match=r"slow\.db does not answer: no answer"):
        asyncio.run(database.setup())


def test_a_transaction_left_open_in_run_is_rolled_back(tmp_path: Path) -> None:
    async def leave_open() -> bool:
        async with SQLiteDatabase(tmp_path / "a.db", database_pool_size=1) as database:
            await database.run(lambda driver: driver.execute("BEGIN"))
            return await database.run(lambda driver: driver.in_transaction)

    assert asyncio.run(leave_open()) is False


def test_a_connection_that_died_while_it_rested_is_replaced(
    postgres_18: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotdish_web.database.postgres.REST_BEFORE_PING_S", 0.0)

    async def survive() -> list[int]:
        async with (
            PostgresDatabase(DatabaseSettings(database_url=postgres_18.url())) as database,
            PostgresDatabase(DatabaseSettings(database_url=postgres_18.url())) as other,
        ):
            pids = "SELECT pg_backend_pid()"
            before = await database.run(lambda driver: driver.fetchval(pids))
            kill = f"SELECT pg_terminate_backend({before})"
            await other.run(lambda driver: driver.fetchval(kill))
            return [before, await database.run(lambda driver: driver.fetchval(pids))]

    before, after = asyncio.run(survive())
    assert before != after


def test_a_transaction_left_open_on_postgres_is_rolled_back(postgres_18: PostgresServer) -> None:
    async def leave_open() -> bool:
        settings = DatabaseSettings(database_url=postgres_18.url(), database_pool_size=1)
        async with PostgresDatabase(settings) as database:
            await database.run(lambda driver: driver.execute("BEGIN"))

            async def is_open(driver: Any) -> bool:
                return bool(driver.is_in_transaction())

            return await database.run(is_open)

    assert asyncio.run(leave_open()) is False


def test_a_file_that_is_named_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_HOST", "h")

    assert str(SQLiteDatabase("a.db").url) == "sqlite+aiosqlite:///a.db"
