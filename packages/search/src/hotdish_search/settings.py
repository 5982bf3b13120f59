"""Settings from the environment and `.env`; flags of the command line win over them."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotdish_web import DatabaseSettings, SettingsError


class Settings(BaseSettings):
    """Where things are; `HOTDISH_SEARCH_...` in the environment, but for `DATABASE_URL`."""

    model_config = SettingsConfigDict(
        env_prefix="HOTDISH_SEARCH_", env_file=".env", extra="ignore", populate_by_name=True
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path("hotdish-search", "hotdish"))
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("hotdish-search", "hotdish"))
    meaning: bool = True  # find by meaning too, where the extra is installed
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL", repr=False)

    @property
    def meaning_dir(self) -> Path:
        """The folder of what was learned of the entries' meaning."""
        return self.data_dir / "meaning"

    @property
    def database(self) -> str:
        """The database's URL, password and all; without one, a file in the data folder.

        `DATABASE_URL` wins over the parts `POSTGRES_...`, as hotdish-web reads them.
        """
        if self.database_url:
            return self.database_url
        parts = DatabaseSettings(database_url=None)
        if parts.backend == "postgresql":
            return parts.sqlalchemy_url().render_as_string(hide_password=False)
        return f"sqlite:///{self.data_dir / 'index.sqlite3'}"


def load_settings(*, data_dir: Path | None = None, database: str | None = None) -> Settings:
    """Give the settings, with what the command line named in place of the environment's.

    Raises:
        SettingsError: A value is wrong; the message names the variable.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        prefix = Settings.model_config["env_prefix"]
        raise SettingsError.of(error, "settings", prefix) from None
    changes = {"data_dir": data_dir, "database_url": database}
    return settings.model_copy(update={k: v for k, v in changes.items() if v is not None})


def export(settings: Settings) -> None:
    """Put settings into the environment, for worker processes that this one starts."""
    os.environ["HOTDISH_SEARCH_DATA_DIR"] = str(settings.data_dir)
    os.environ["HOTDISH_SEARCH_CACHE_DIR"] = str(settings.cache_dir)
    os.environ["HOTDISH_SEARCH_MEANING"] = str(settings.meaning)
    os.environ["DATABASE_URL"] = settings.database
