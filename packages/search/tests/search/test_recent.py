"""What an engine has at hand: what was asked for last, and not too much of it."""

from hotdish_search.engines.recent import Recent, join_lists


def test_what_nobody_asked_for_in_the_longest_time_goes() -> None:
    recent: Recent[str, int] = Recent(3, lambda _: 1)

    recent.keep({"a": 1, "b": 2, "c": 3})
    recent.find(["a"])
    recent.keep({"d": 4})

    assert recent.find("abcd") == {"a": 1, "c": 3, "d": 4}


def test_a_heavy_value_makes_room_for_itself_and_what_is_too_heavy_is_not_kept() -> None:
    recent: Recent[str, str] = Recent(5, len)

    recent.keep({"a": "xx", "b": "xx"})
    recent.keep({"c": "xxx"})
    assert recent.find("abc") == {"b": "xx", "c": "xxx"}

    recent.keep({"d": "x" * 6})
    assert recent.find("abcd") == {}


def test_what_is_kept_twice_weighs_once() -> None:
    recent: Recent[str, str] = Recent(4, len)

    for _ in range(3):
        recent.keep({"a": "xx"})
    recent.keep({"b": "xx"})

    assert recent.find("ab") == {"a": "xx", "b": "xx"}


def test_nothing_is_joined_to_nothing() -> None:
    assert join_lists([]).tolist() == []
