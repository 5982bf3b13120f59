from hotdish_search.ranking import popularity


def test_the_table_covers_thousands_of_documented_names() -> None:
    uses = popularity.load()

    assert len(uses) > 5_000
    assert min(uses.values()) >= 1


def test_names_stand_once_and_in_order() -> None:
    names = list(popularity.load())

    assert names == sorted(names)


def test_names_that_everybody_uses_lead_their_namesakes() -> None:
    uses = popularity.load()

    assert uses["json.loads"] > uses["marshal.loads"]
    assert uses["os.path.join"] > uses["shlex.join"]
    assert uses["logging"] > uses["logging.handlers"]
    assert uses["list.append"] > uses["bytearray.append"]


def test_keywords_and_operators_are_counted_too() -> None:
    uses = popularity.load()

    assert {"with", "lambda", "yield", "async", "//", ":=", "not in"} <= uses.keys()
    assert uses["with"] > uses["nonlocal"]


def test_the_table_is_read_once() -> None:
    assert popularity.load() is popularity.load()
