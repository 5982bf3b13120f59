from pathlib import Path

import pytest

from hotdish_search.errors import HotdishSearchError
from hotdish_search.parsing import parse_docs


def test_a_folder_without_an_inventory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HotdishSearchError, match=r"No objects\.inv in .* Name the top folder"):
        parse_docs(tmp_path)


def test_an_inventory_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "objects.inv").write_bytes(b"not an inventory")

    with pytest.raises(HotdishSearchError, match=r"objects\.inv cannot be read"):
        parse_docs(tmp_path)
