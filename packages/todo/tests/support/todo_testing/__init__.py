"""What the tests, the benchmarks and the guide's screenshots share: pages, browsers, servers."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
