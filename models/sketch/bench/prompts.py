"""Writes prompts.json: what the benchmark asks for. The 200 plain and 20 occlusion prompts are combinations of subject, colour and
place that training keeps out; five shots of one subject, and scenes in which nothing moves, may have been seen.

    python prompts.py
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
from captions import caption  # noqa: E402
from scenes.places import DARK_PLACES  # noqa: E402
from scenes.subjects import SUBJECTS  # noqa: E402
from scenes.world import COLOURS, OCCLUDERS, USUAL_MOTIONS, draw_scene, held_out  # noqa: E402

ATTRIBUTES = ("subject", "colour", "place", "time", "motion", "camera", "style")
# Places and subjects in which nothing moves by itself.
QUIET_PLACES = ("desert", "mountains", "city", "street", "forest", "meadow", "room", "kitchen")
QUIET_SUBJECTS = ("car", "bus", "truck", "house", "lighthouse", "ball", "chair", "umbrella")


def scene(r: random.Random, **fixed) -> dict:
    """A held-out scene of one subject."""
    while True:
        s = draw_scene(r, held_out=True, simple=False, **fixed)
        if held_out(s) and (s["second"] is None or "occluder" in fixed):
            return s


def entry(kind: str, number: int, s: dict, r: random.Random, group: int | None = None) -> dict:
    language = "fr" if r.random() < 0.25 else "en"
    shown = {name: s[name] for name in ATTRIBUTES if s[name] is not None}
    return {"kind": kind, "prompt": caption(s, r, language, whole=True), "seed": number, "shows": shown, **({} if group is None else {"group": group})}


def main() -> None:
    r = random.Random(2_026)
    plain = [entry("plain", i, {**scene(r), "occluder": None}, r) for i in range(200)]
    occlusion = []
    for i in range(20):
        along = {"motion": r.choice(["left to right", "right to left"]), "camera": "static", "shot": "medium", "weather": "clear", "style": "flat"}
        subject = r.choice([s for s in SUBJECTS if "left to right" in USUAL_MOTIONS[s]])
        s = scene(r, subject=subject, **along)
        occlusion.append(entry("occlusion", 1000 + i, {**s, "second": None, "second_colour": None, "occluder": r.choice(OCCLUDERS)}, r))
    shots = []
    for group in range(10):
        subject, colour = r.choice(list(SUBJECTS)), r.choice(COLOURS[:-1])
        for i in range(5):
            s = draw_scene(r, subject=subject, colour=colour, held_out=True, simple=True, style="flat", weather="clear")
            shots.append(entry("shots", 2000 + 10 * group + i, s, r, group))
    still = []
    while len(still) < 10:
        fixed = {"motion": "still", "camera": "static", "weather": "clear", "style": "flat", "shot": "medium"}
        s = draw_scene(r, subject=r.choice(QUIET_SUBJECTS), place=r.choice(QUIET_PLACES), held_out=True, simple=True, **fixed)
        if s["place"] not in DARK_PLACES:
            still.append(entry("still", 3000 + len(still), s, r))
    path = Path(__file__).parent / "prompts.json"
    path.write_text(json.dumps([*plain, *occlusion, *shots, *still], ensure_ascii=False, indent=1) + "\n")
    print(len(plain), "plain,", len(occlusion), "occlusion,", len(shots), "shots,", len(still), "still")


if __name__ == "__main__":
    main()
