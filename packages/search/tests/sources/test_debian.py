from pathlib import Path


def test_the_real_documentation_is_there(python_docs: Path) -> None:
    assert (python_docs / "objects.inv").is_file()
    assert (python_docs / "library" / "json.html").is_file()
