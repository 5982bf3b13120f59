"""Where the cache keeps its answers: `CACHE_URL` and its sisters."""

from typing import Any

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotdish_web.cache.stores.memory import MemoryStore
from hotdish_web.cache.stores.redis import RedisStore
from hotdish_web.cache.stores.sqlite import SQLiteStore
from hotdish_web.cache.stores.store import SharedStore
from hotdish_web.cache.units import to_bytes
from hotdish_web.errors import SettingsError

SCHEMES = ("memory", "redis", "rediss", "valkey", "valkeys", "sqlite")


class CacheSettings(BaseSettings):
    """The cache of an application, from the environment or `.env`.

    Raises:
        SettingsError: A value is wrong; the message names the variable.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    cache_url: SecretStr = SecretStr("memory://")
    cache_max_bytes: str = "64MiB"
    cache_prefix: str = "hotdish"
    """Keeps applications apart that share one Redis."""
    cache_secret: SecretStr | None = None
    """Signs what goes into the shared store, so that nobody else can put answers there."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError.of(error, "cache settings") from None

    @field_validator("cache_url")
    @classmethod
    def _check_url(cls, value: SecretStr) -> SecretStr:
        scheme, mark, _ = value.get_secret_value().partition("://")
        if not mark or scheme not in SCHEMES:
            msg = f"it must begin with one of: {', '.join(f'{name}://' for name in SCHEMES)}"
            raise ValueError(msg)
        return value

    @field_validator("cache_max_bytes")
    @classmethod
    def _check_size(cls, value: str) -> str:
        try:
            to_bytes(value)
        except SettingsError as error:
            raise ValueError(str(error)) from None
        return value

    def make_store(self) -> MemoryStore | SharedStore:
        """Make the store, connected to nothing yet."""
        url = self.cache_url.get_secret_value()
        scheme, _, rest = url.partition("://")
        if scheme == "memory":
            return MemoryStore(self.cache_max_bytes)
        if scheme == "sqlite":
            return SQLiteStore(rest.removeprefix("/") or "cache.db")
        return RedisStore(url.replace("valkey", "redis", 1), prefix=self.cache_prefix)
