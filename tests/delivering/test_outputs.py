"""The manifest proves the outputs."""

import json
from hashlib import sha256

from sharedsocial_utils.delivering.outputs import manifest_of


def test_the_manifest_holds_the_hash_of_every_output() -> None:
    outputs = {"report.pdf": sha256(b"%PDF").hexdigest(), "flags.csv": sha256(b"a,b").hexdigest()}
    manifest = json.loads(manifest_of({"client": "rossi"}, {"a.csv": "00"}, {}, {"p": 0.9}, outputs))
    assert manifest["outputs"] == outputs
    assert manifest["inputs"] == {"a.csv": "00"}
    assert manifest["thresholds"] == {"p": 0.9}
    assert {"python", "pandas", "typst", "sharedsocial-utils"} <= manifest["versions"].keys()
