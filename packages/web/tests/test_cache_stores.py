"""What every shared store promises: Redis, Valkey, a file, and the one that other tests use."""

import asyncio
import contextlib
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import free_port, redis_server
from web_testing.in_process_store import InProcessStore, Place

from hotdish_web import (
    CacheSettings,
    MemoryStore,
    RedisStore,
    ResponseCache,
    SettingsError,
    SQLiteStore,
)
from hotdish_web.cache.breaker import Breaker
from hotdish_web.cache.entry import Entry, pack, unpack
from hotdish_web.cache.short_memory import MOST, ShortMemory
from hotdish_web.cache.stores.bus import SocketBus
from hotdish_web.cache.stores.sqlite import TRIM_EVERY
from hotdish_web.cache.stores.store import Bumped, Freed, SharedStore
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.tiers import Tiers

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["redis", "valkey", "sqlite", "in process"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> list[SharedStore]:
    """Two stores on the same place, as two workers have them."""
    if request.param == "sqlite":
        return [SQLiteStore(tmp_path / "cache.db") for _ in range(2)]
    if request.param == "in process":
        place = Place()
        return [InProcessStore(place) for _ in range(2)]
    url = f"redis://127.0.0.1:{request.getfixturevalue(f'{request.param}_port')}/0"
    return [RedisStore(url, prefix=request.node.name) for _ in range(2)]


@asynccontextmanager
async def closing(*stores: SharedStore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        for store in stores:
            await store.close()


async def test_what_one_worker_sets_another_gets(stores: list[SharedStore]) -> None:
    one, other = stores
    async with closing(*stores):
        assert await other.get("key") is None
        await one.set("key", b"\x00value", 60)
        assert await other.get("key") == b"\x00value"
        await other.set("key", b"newer", 60)
        assert await one.get("key") == b"newer"


async def test_what_is_over_is_gone(stores: list[SharedStore]) -> None:
    async with closing(*stores):
        await stores[0].set("key", b"value", 0.001)
        await asyncio.sleep(0.01)

        assert await stores[0].get("key") is None


async def test_generations_only_grow_and_others_see_it(stores: list[SharedStore]) -> None:
    one, other = stores
    async with closing(*stores):
        assert await one.generations(["a", "b"]) == [0, 0]
        first = await one.bump("a")
        second = await other.bump("a")

        assert 0 < first < second
        assert await one.generations(["b", "a"]) == [0, second]


async def test_a_lock_has_one_owner(stores: list[SharedStore]) -> None:
    one, other = stores
    async with closing(*stores):
        assert await one.lock("key", "one", 60)
        assert not await other.lock("key", "other", 60)
        assert await one.lock("key", "one", 60)  # prolonged
        await other.unlock("key", "other")  # not its own
        assert not await other.lock("key", "other", 60)
        await one.unlock("key", "one")
        assert await other.lock("key", "other", 60)


async def test_the_lock_of_a_dead_worker_ends(stores: list[SharedStore]) -> None:
    async with closing(*stores):
        await stores[0].lock("key", "dead", 0.05)
        while not await stores[1].lock("key", "alive", 60):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_workers_hear_each_other(stores: list[SharedStore]) -> None:
    one, other = stores
    async with closing(*stores):
        heard: asyncio.Queue[Any] = asyncio.Queue()

        async def listen() -> None:
            async for message in other.subscribe():
                heard.put_nowait(message)

        task = asyncio.create_task(listen())
        while heard.empty():  # until the subscription stands
            generation = await one.bump('a "tag"')
            await asyncio.sleep(0.01)
        await one.unlock("ключ", "token")
        messages = [await heard.get()]
        while not isinstance(messages[-1], Freed):
            messages.append(await heard.get())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    bumped = messages[:-1]
    assert isinstance(bumped[-1], Bumped)
    assert (bumped[-1].tag, bumped[-1].generation) == ('a "tag"', generation)
    assert messages[-1] == Freed("ключ")


async def test_200_operations_at_once_need_no_200_connections(redis_port: int) -> None:
    url = f"redis://127.0.0.1:{redis_port}/0"
    store = RedisStore(url, prefix="many", connections=4, limit_s=10)
    async with closing(store):
        await store.set("key", b"value", 60)
        assert set(await asyncio.gather(*(store.get("key") for _ in range(200)))) == {b"value"}


async def test_a_file_store_stays_within_its_size(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "deep" / "cache.db", max_bytes="20KiB")
    async with closing(store):
        await store.set("over", b"x", 0.001)
        for number in range(TRIM_EVERY):
            await store.set(str(number), b"x" * 1000, 60)

        kept = [number for number in range(TRIM_EVERY) if await store.get(str(number))]

    assert 0 < len(kept) <= 20
    assert kept[-1] == TRIM_EVERY - 1
    assert (tmp_path / "deep" / "cache.db").stat().st_mode & 0o077 == 0


async def test_a_file_is_opened_while_another_worker_makes_it(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "cache.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with closing(store):
            asking = asyncio.create_task(store.get("key"))
            await asyncio.sleep(0.2)
            other.execute("COMMIT")

            assert await asking is None


async def test_a_bus_tidies_sockets_of_the_dead_and_bears_full_queues(tmp_path: Path) -> None:
    bus = SocketBus(tmp_path / "bus")
    bus.publish(["nobody listens"])
    (tmp_path / "bus").mkdir()
    dead = tmp_path / "bus" / "dead.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as gone:
        gone.bind(str(dead))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as slow:
        slow.bind(str(tmp_path / "bus" / "slow.sock"))
        for number in range(2000):
            bus.publish([number])

    assert not dead.exists()


async def test_where_there_are_no_such_sockets_nothing_is_heard(tmp_path: Path) -> None:
    bus = SocketBus(tmp_path / "bus")
    bus.is_possible = False
    bus.publish(["lost"])

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(bus.listen()), 0.01)

    assert not (tmp_path / "bus").exists()


async def test_what_is_no_message_is_passed_over(tmp_path: Path) -> None:
    bus = SocketBus(tmp_path / "bus")
    listening = bus.listen()
    first = asyncio.ensure_future(anext(listening))
    while not (places := list((tmp_path / "bus").glob("*.sock"))):  # noqa: ASYNC110
        await asyncio.sleep(0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"not JSON", str(places[0]))
    bus.publish(["freed", "key"])

    assert await first == ["freed", "key"]
    await listening.aclose()  # type: ignore[attr-defined]


def entry(size: int = 10, **values: Any) -> Entry:
    return Entry(200, [(b"a", b"b")], b"x" * size, 1000.0, 60.0, **values)


def test_memory_is_bounded_by_bytes_and_forgets_the_least_used() -> None:
    store = MemoryStore(10_000)
    for key in ("a", "b", "c"):
        store.set(key, entry(2000))
    store.get("a")
    store.set("d", entry(2000))

    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]
    assert store.n_bytes <= 10_000


def test_memory_refuses_what_is_larger_than_itself() -> None:
    store = MemoryStore("1KiB")
    store.set("a", entry(2000))

    assert (len(store), store.n_bytes) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 4000), st.booleans())))
def test_memory_counts_right_whatever_is_set_and_deleted(
    steps: list[tuple[str, int, bool]],
) -> None:
    store = MemoryStore(12_000)
    for key, size, is_set in steps:
        if is_set:
            store.set(key, entry(size))
        else:
            store.delete(key)
        kept = {name: found for name in "abcdef" if (found := store.get(name))}
        assert store.n_bytes == sum(found.size + 1 for found in kept.values()) <= 12_000

    store.clear()
    assert (len(store), store.n_bytes) == (0, 0)


HEADERS = st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=20)), max_size=4)


@given(
    status=st.integers(0, 599),
    headers=HEADERS,
    body=st.binary(max_size=200),
    encoded=st.dictionaries(st.sampled_from(["br", "gzip"]), st.binary(max_size=50)),
    generations=st.dictionaries(st.text(max_size=9), st.integers(0, 2**60), max_size=3),
    vary=st.lists(st.binary(max_size=9), max_size=3).map(tuple),
    secret=st.binary(max_size=80),
)
def test_entries_survive_the_way_through_a_store(**values: Any) -> None:
    secret = values.pop("secret")
    before = Entry(stored_at=1.5, ttl=2.5, swr=3.0, sie=4.0, vary_values=(b"\xff",), **values)

    assert unpack(pack(before, secret), secret) == before


def test_entries_of_others_and_damaged_ones_are_not_taken() -> None:
    packed = pack(entry(), b"secret")

    assert unpack(packed, b"other") is None
    assert unpack(packed[:-1] + b"y", b"secret") is None
    assert unpack(b"", b"secret") is None


async def test_an_operation_that_hangs_is_given_up_and_then_not_tried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    breaker = Breaker(limit_s=0.01, clock=lambda: now[0])
    calls: list[str] = []

    async def hang() -> str:
        calls.append("hang")
        await asyncio.Event().wait()
        return "never"

    async def work() -> str:
        calls.append("work")
        return "done"

    results = [await breaker.call(hang, "instead") for _ in range(5)]
    now[0] = 6.0
    half_open = [await breaker.call(hang, "instead") for _ in range(2)]
    now[0] = 12.0
    back = [await breaker.call(work, "instead") for _ in range(2)]

    assert results == ["instead"] * 5
    assert half_open == ["instead"] * 2
    assert back == ["done"] * 2
    assert calls == ["hang"] * 3 + ["work"] * 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]


class DeafStore(SQLiteStore):
    """A store that fails until it is healed."""

    is_ill = True

    async def _do(self, work: Any) -> Any:
        if self.is_ill:
            raise OSError
        return await super()._do(work)


async def test_what_could_not_be_told_is_told_when_the_store_is_back(tmp_path: Path) -> None:
    store, other = DeafStore(tmp_path / "cache.db"), SQLiteStore(tmp_path / "cache.db")
    tiers = Tiers(MemoryStore(), store)
    async with closing(store, other):
        await tiers.start()
        assert not await tiers.invalidate("docs")
        store.is_ill = False
        tiers.breaker = Breaker()
        while await other.generations(["docs"]) == [0]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await tiers.stop()


async def test_a_lost_message_is_made_good_by_looking(tmp_path: Path) -> None:
    store, other = SQLiteStore(tmp_path / "cache.db"), SQLiteStore(tmp_path / "cache.db")
    store._bus.is_possible = False
    tiers = Tiers(MemoryStore(), store)
    tiers.memory.set("key", entry(generations={EVERYTHING: 0}))
    async with closing(store, other):
        await tiers.start()
        await other.bump(EVERYTHING)
        while tiers.find("key") is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await tiers.stop()


async def test_what_died_while_it_was_made_is_not_kept(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "cache.db")
    tiers = Tiers(MemoryStore(), store)
    async with closing(store):
        tiers.remember("key", entry(generations={"docs": 0}))
        await tiers.share("key", entry(generations={"docs": 0}))
        await tiers.invalidate("docs")
        assert tiers.find("key") is None
        assert await tiers.fetch("key") is None
        tiers.remember("key", entry(generations={"docs": 0}))
        await tiers.share("key", entry(generations={"docs": 0}))
        assert tiers.find("key") is None
        assert await store.get("key") is not None  # the one from before
        tiers.remember("key", entry(generations=await tiers.read_generations(["docs"])))
        assert tiers.find("key") is not None


async def test_a_subscription_is_made_anew_when_redis_comes_back() -> None:
    port = free_port()
    store = RedisStore(f"redis://127.0.0.1:{port}/0")
    tiers = Tiers(MemoryStore(), store)
    async with closing(store):
        await tiers.start()
        with redis_server(port):
            tiers.memory.set("key", entry(generations={"docs": 0}))
            other = RedisStore(f"redis://127.0.0.1:{port}/0")
            while tiers.find("key") is not None:
                await other.bump("docs")
                await asyncio.sleep(0.05)
            await other.close()
        await tiers.stop()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory://", MemoryStore),
        ("redis://h:1/0", RedisStore),
        ("valkey://h:1/0", RedisStore),
        ("sqlite:///a.db", SQLiteStore),
    ],
)
def test_the_url_names_the_store(monkeypatch: pytest.MonkeyPatch, url: str, kind: type) -> None:
    monkeypatch.setenv("CACHE_URL", url)

    assert isinstance(CacheSettings().make_store(), kind)
    shared = ResponseCache.from_settings().stats().shared_store
    assert shared == ("none" if kind is MemoryStore else "ok")


async def test_applications_on_one_redis_are_kept_apart(
    redis_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{redis_port}/0")
    stores = []
    for prefix in ("shop", "blog"):
        monkeypatch.setenv("CACHE_PREFIX", prefix)
        store = CacheSettings().make_store()
        assert isinstance(store, RedisStore)
        stores.append(store)
    shop, blog = stores
    async with closing(shop, blog):
        await shop.set("key", b"of the shop", 60)
        await shop.bump("tag")

        assert (await blog.get("key"), await blog.generations(["tag"])) == (None, [0])


def test_what_is_remembered_for_a_moment_is_bounded() -> None:
    memory: ShortMemory[int] = ShortMemory(60, lambda: 0.0)
    for number in range(MOST + 1):
        memory.set(str(number), number)

    assert (memory.get("0"), memory.get("1"), memory.get(str(MOST))) == (None, 1, MOST)


def test_the_secret_is_passed_on() -> None:
    cache = ResponseCache.from_settings(CacheSettings(cache_secret="s3cret"))

    assert cache.tiers._secret == b"s3cret"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cache_url": "mongo://u:s3cret@h"}, "CACHE_URL: it must begin with one of: memory://"),
        ({"cache_url": "s3cret"}, "CACHE_URL: it must begin"),
        ({"cache_max_bytes": "much"}, "CACHE_MAX_BYTES: 'much' is no size"),
    ],
)
def test_wrong_settings_name_the_variable(values: dict[str, Any], expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        CacheSettings(**values)

    assert expected in str(caught.value)
    assert "s3cret" not in str(caught.value)
