#!/usr/bin/env python3
"""Checks a signed clip with the C2PA project's own library, PyPI c2pa-python: same core as Kinora's, but newer.

Run by hand, never by `cargo test`:

    KINORA_SAMPLES=/tmp/samples cargo test --release -p kinora-provenance -- --ignored samples
    python3 -m venv /tmp/c2pa && /tmp/c2pa/bin/pip install c2pa-python==0.38.1
    /tmp/c2pa/bin/python crates/provenance/tests/interop/check_c2pa_python.py /tmp/samples/signed.mp4 [root.pem]

Exits with 0 only if the manifest is valid (with root.pem: trusted) and says that a model made the clip.
"""

import json
import sys

import c2pa

GENERATED = {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"}


def main(path: str, root: str | None = None) -> int:
    settings = {"version": 1, "core": {"allowed_network_hosts": []}, "verify": {"remote_manifest_fetch": False}}
    if root:
        with open(root, encoding="ascii") as pem:
            settings["trust"] = {"user_anchors": pem.read()}
    context = c2pa.Context(c2pa.Settings.from_dict(settings))
    print(f"c2pa-python, SDK {c2pa.sdk_version()}: {path}")
    try:
        with open(path, "rb") as stream, c2pa.Reader("video/mp4", stream, context=context) as reader:
            store = json.loads(reader.json())
    except c2pa.C2paError as error:
        print(f"valid: no ({error})")
        return 1
    results = store.get("validation_results", {})
    state = store.get("validation_state")
    failures = [status["code"] for status in results.get("activeManifest", {}).get("failure", [])]
    for delta in results.get("ingredientDeltas", []):
        failures += ["ingredient: " + status["code"] for status in delta["validationDeltas"]["failure"]]
    manifest = store["manifests"][store["active_manifest"]]
    actions = [action for assertion in manifest["assertions"] if assertion["label"].startswith("c2pa.actions")
               for action in assertion["data"]["actions"]]
    types = [action["digitalSourceType"] for action in actions if "digitalSourceType" in action]

    valid = state == "Trusted" if root else state in ("Valid", "Trusted")
    print(f"valid: {'yes' if valid else 'no'} ({state})")
    print(f"failures: {', '.join(failures) or 'none'}")
    print(f"digitalSourceType: {', '.join(types) or 'none'}")
    return 0 if valid and any(kind.rsplit("/", 1)[-1] in GENERATED for kind in types) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
