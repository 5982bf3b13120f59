"""How much each feature, part and kind counts: a small table in data/weights.toml.

`make tune` fits it to judged queries and prints the table anew.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import get_args

import numpy as np

from hotdish_search.model import Kind, Part
from hotdish_search.ranking.arrays import ScoreArray
from hotdish_search.ranking.features import FEATURES, OF_FIELDS
from hotdish_search.ranking.statistics import FIELDS

PARTS: tuple[str, ...] = get_args(Part)
KINDS: tuple[str, ...] = get_args(Kind)
_TABLE = "data/weights.toml"


@dataclass(frozen=True, slots=True)
class Weights:
    """One set of weights.

    Attributes:
        features: By name of the feature; of one with a row a field, a column of weights.
        used: What use in real code adds, for each unit of ln(1 + files that use it).
        parts: What each part of `PARTS` adds, in that order.
        kinds: What each kind of `KINDS` adds, in that order.
    """

    features: Mapping[str, float | ScoreArray]
    used: float
    parts: ScoreArray
    kinds: ScoreArray


@cache
def load_weights(*, with_meaning: bool) -> Weights:
    """Give the weights for searches that know likeness in meaning, or for those that do not."""
    text = files("hotdish_search").joinpath(_TABLE).read_text(encoding="utf-8")
    table = tomllib.loads(text)["with_meaning" if with_meaning else "without_meaning"]
    given: dict[str, float] = table["features"]
    columns = {
        family: np.array([[given.get(f"{family}.{field}", 0.0)] for field in FIELDS])
        for family in OF_FIELDS
    }
    others = [name for name in FEATURES if name.partition(".")[0] not in OF_FIELDS]
    return Weights(
        used=given["used"],
        features={**columns, **{name: given.get(name, 0.0) for name in others}},
        parts=np.array([table["parts"].get(part, 0.0) for part in PARTS]),
        kinds=np.array([table["kinds"].get(kind, 0.0) for kind in KINDS]),
    )
