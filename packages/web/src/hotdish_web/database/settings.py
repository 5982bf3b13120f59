"""Which database, and how to reach it: from the environment, `.env` or arguments."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from hotdish_web.errors import SettingsError

BACKENDS = ("sqlite", "postgresql")
DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}
SPELLINGS = {"postgres": "postgresql", "sqlite3": "sqlite"}

Target = Literal["any", "primary", "standby", "prefer-standby", "read-write", "read-only"]


class DatabaseSettings(BaseSettings):
    """The database of an application, one variable per field (`POSTGRES_HOST`, ...).

    `DATABASE_URL` wins. Without it any `POSTGRES_...` variable selects PostgreSQL, and with none
    of them the database is the SQLite file `SQLITE_PATH`.

    Raises:
        SettingsError: A value is wrong or missing; the message names the variable.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    env: Literal["development", "production"] = "development"
    database_url: SecretStr | None = None
    sqlite_path: Path = Path("app.db")

    postgres_username: str | None = None
    postgres_password: SecretStr | None = None
    postgres_host: str | None = None
    """One host or several, `db1,db2:5433`; by default `localhost`, in production `db`."""
    postgres_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    postgres_db_name: str | None = None

    database_target: Target = "any"
    """Which of several PostgreSQL hosts serve reads; writes go to the one that takes them."""
    database_pgbouncer: bool = False
    """True behind pgbouncer in transaction mode: no prepared statements, no pool of our own."""
    database_pool_size: Annotated[int, Field(ge=1)] = 5
    database_max_overflow: Annotated[int, Field(ge=0)] = 5
    database_pool_timeout: Annotated[float, Field(gt=0)] = 2.0
    database_recycle: Annotated[int, Field(ge=1)] = 1800
    database_statement_timeout: Annotated[float, Field(gt=0)] = 5.0
    database_connect_timeout: Annotated[float, Field(gt=0)] = 10.0
    """For how many seconds set-up waits for a database that is still starting."""
    database_echo: bool = False

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError.of(error, "database settings") from None

    @field_validator("database_url")
    @classmethod
    def _check_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _parse(value.get_secret_value())
        return value

    @property
    def backend(self) -> str:
        """`sqlite` or `postgresql`."""
        if self.database_url is not None:
            return _parse(self.database_url.get_secret_value()).get_backend_name()
        named = {name for name in self.model_fields_set if name.startswith("postgres_")}
        return "postgresql" if named else "sqlite"

    def sqlalchemy_url(self) -> URL:
        """The URL for SQLAlchemy's async engine, with the driver that this library uses."""
        if self.database_url is not None:
            url = _parse(self.database_url.get_secret_value())
            return url.set(drivername=f"{url.get_backend_name()}+{DRIVERS[url.get_backend_name()]}")
        if self.backend == "sqlite":
            return URL.create("sqlite+aiosqlite", database=str(self.sqlite_path))
        return self._postgres_url()

    def get_connection_string(self, driver: str | None = None) -> str:
        """A connection string **with the password**, for tools: never log it.

        Args:
            driver: An SQLAlchemy driver such as `psycopg` for Alembic; None for libpq's own form,
                which `psql` and `pg_dump` take.
        """
        return render_url(self.sqlalchemy_url(), driver)

    def _postgres_url(self) -> URL:
        if self.env == "production" and self.postgres_password is None:
            msg = (
                "POSTGRES_PASSWORD is not set, and ENV is 'production'. "
                "Set it in the environment or in .env"
            )
            raise SettingsError(msg)
        default_host = "db" if self.env == "production" else "localhost"
        names = [name.strip() for name in (self.postgres_host or default_host).split(",")]
        port = self.postgres_port or 5432
        password = self.postgres_password
        url = URL.create(
            "postgresql+asyncpg",
            username=self.postgres_username or "postgres",
            password=password.get_secret_value() if password else None,
            database=self.postgres_db_name or "postgres",
        )
        if len(names) > 1 or names[0].startswith("/"):
            hosts = [name if ":" in name else f"{name}:{port}" for name in names]
            return url.set(query={"host": hosts if len(hosts) > 1 else hosts[0]})
        host, _, own_port = names[0].partition(":")
        return url.set(host=host, port=int(own_port) if own_port.isdecimal() else port)


def render_url(url: URL, driver: str | None) -> str:
    """Write a URL with its password, for SQLAlchemy with `driver`, or for libpq and sqlite3."""
    backend = url.get_backend_name()
    hosts = url.query.get("host", ())
    if driver is None and backend == "postgresql" and not isinstance(hosts, str) and hosts:
        query = {key: value for key, value in url.query.items() if key != "host"}
        mark = "list-of-hosts"
        one = url.set(drivername=backend, host=mark, query=query)
        return one.render_as_string(hide_password=False).replace(mark, ",".join(hosts), 1)
    name = f"{backend}+{driver}" if driver else backend
    return url.set(drivername=name).render_as_string(hide_password=False)


def _parse(text: str) -> URL:
    """Read DATABASE_URL; an error tells its scheme at most, because it may hold a password."""
    try:
        url = make_url(text)
        backend = SPELLINGS.get(url.get_backend_name(), url.get_backend_name())
    except (ArgumentError, ValueError):
        msg = "it is no URL. Write postgresql://user:password@host:5432/name or sqlite:///file.db"
        raise ValueError(msg) from None
    if backend not in BACKENDS:
        msg = f"there is no backend {backend!r}. Use one of: {', '.join(BACKENDS)}"
        raise ValueError(msg)
    return url.set(drivername=backend)
