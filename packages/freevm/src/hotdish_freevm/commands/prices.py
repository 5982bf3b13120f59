"""`prices`: show the prices in use, or fetch new ones from Azure's Retail Prices API."""

import json
from argparse import Namespace
from datetime import date

from hotdish_freevm.commands.streams import say, write_out
from hotdish_freevm.errors import PriceError
from hotdish_freevm.prices import (
    PriceBook,
    format_prices,
    load_prices,
    own_price_file,
    parse_prices,
)
from hotdish_freevm.retail import fetch_prices

DEFAULT_REGIONS = ("eastus", "westus2", "westeurope")


def prices(options: Namespace, today: date) -> int:
    """Show the prices, after fetching them if that is asked for."""
    if options.refresh:
        _refresh(options, today)
    book = PriceBook(load_prices(), options.currency)
    listed = [p for p in book if not options.regions or p.region in options.regions]
    if options.json:
        rows = [
            {
                "meter": p.meter,
                "region": p.region,
                "price": str(p.price),
                "unit": p.unit,
                "currency": p.currency,
                "read": p.read.isoformat(),
                "source": p.source,
            }
            for p in listed
        ]
        text = json.dumps(rows, indent=2) + "\n"
    else:
        text = "".join(
            f"{p.meter:<22} {p.region:<16} {p.price:>9} {p.currency} a {p.unit:<9} "
            f"read {p.read}  {p.source}\n"
            for p in listed
        )
    write_out(text, options.output_file)
    return 0


def _refresh(options: Namespace, today: date) -> None:
    regions = options.regions or DEFAULT_REGIONS
    path = own_price_file()
    fetched = []
    for region in regions:
        found = fetch_prices(region, options.currency, today)
        say(f"{region}: {len(found)} prices")
        fetched += found
    if not fetched:
        msg = f"Azure has no prices for {', '.join(regions)}. Are the regions spelt as in `eastus`?"
        raise PriceError(msg)
    replaced = {(p.region, p.currency) for p in fetched}
    kept = parse_prices(path.read_text("utf-8")) if path.exists() else []
    merged = [p for p in kept if (p.region, p.currency) not in replaced] + fetched
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_prices(merged, today), encoding="utf-8")
    say(f"Wrote {path}")
