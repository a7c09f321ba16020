"""Damaged copies of the social networks' exports, JSON of other shapes among them: told, never fatal."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from golden import CONTEXT, EXPORTS, samples

from sharedsocial_utils.reading.file import FileReading, read_bytes

FAMILIES = (
    "meta_results", "facebook_insights", "meta_information", "x_tweets", "x_days", "x_archive",
    "youtube_studio", "youtube_takeout", "linkedin_page", "linkedin_personal", "tiktok_studio", "hootsuite",
    "sprout_posts",
)  # fmt: skip
SAMPLES = [path for path in samples() if path.relative_to(EXPORTS).parts[0] in FAMILIES]
BYTES = (
    b'"',
    b",",
    b";",
    b"\n",
    b"\t",
    b"\x00",
    b"\xff",
    b"E+17",
    b"-",
    b"February 29",
    b"9" * 30,
    b"sep=,\n",
)
SHAPES: tuple[Any, ...] = (None, 7, "x", [], {}, [None], {"a": 1}, -1, 1e30, True, "\ud83d")


def other_shape(value: Any, chance: random.Random) -> Any:
    """The value with some of its parts of another type, or gone."""
    if chance.random() < 0.06:
        return chance.choice(SHAPES)
    if isinstance(value, list):
        return [other_shape(each, chance) for each in value if chance.random() > 0.05]
    if isinstance(value, dict):
        return {key: other_shape(each, chance) for key, each in value.items() if chance.random() > 0.05}
    return value


def other_bytes(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        made[at : at + chance.randrange(30)] = chance.choice(
            [b"", chance.choice(BYTES), bytes(made[max(at - 80, 0) : at])]
        )
    return bytes(made)


def damaged(sample: Path, chance: random.Random) -> bytes:
    text = sample.read_bytes()
    if sample.suffix not in (".json", ".js") or chance.random() < 0.3:
        return other_bytes(text, chance)
    start = text.find(b"[") if sample.suffix == ".js" else 0
    value = json.loads(text[start:].rstrip().rstrip(b";"))
    return text[:start] + json.dumps(other_shape(value, chance)).encode()


def assert_told(found: FileReading) -> None:
    assert found.rows_read == found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    ours = [fault for fault in found.faults if fault["code"] in ("IN-FILE-06", "IN-FILE-10", "IN-FILE-11")]
    assert not ours
    assert found.tables or found.faults
    for frame in found.tables.values():
        assert not frame.get("item_id", frame["source_row"]).str.fullmatch(r"\d[.,]\d+[eE]\+\d+").any()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_damage_is_told_and_never_fatal(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        sample = chance.choice(SAMPLES)
        name = "/".join(sample.relative_to(EXPORTS).parts[1:])
        assert_told(read_bytes(name, damaged(sample, chance), CONTEXT))
