import hotdish_web


def test_package_has_a_docstring() -> None:
    assert hotdish_web.__doc__
