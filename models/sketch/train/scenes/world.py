"""What a scene can be, drawn by chance. A scene is a plain dict of names and a seed; captions and pictures are made from it.

`None` means: doesn't show in this scene, so no caption tells it and no benchmark asks for it.
"""

import random
import zlib

from .places import DARK_PLACES, PLACES, SKYLESS, TIMELESS
from .subjects import FLYING, SUBJECTS

COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "white", "black"]
MOTIONS = ["left to right", "right to left", "rising", "falling", "bouncing", "spinning", "still", "growing", "shrinking", "swaying", "waving", "sitting"]
TIMES = ["dawn", "noon", "sunset", "night"]
WEATHERS = ["clear", "rain", "snowfall", "fog", "wind"]
CAMERAS = ["static", "pan left", "pan right", "tilt up", "tilt down", "push in", "pull out", "track", "shake", "orbit"]
SHOTS = ["wide", "medium", "close-up"]
STYLES = ["flat", "paper cut-out", "film noir", "archival", "stop motion", "ink line"]
# Styles whose pictures have no colours.
COLOURLESS = ("film noir", "archival", "ink line", "pencil")
OCCLUDERS = ["tree", "wall", "pillar"]

PEOPLE = ("person", "woman", "robot")
ANIMALS = ("dog", "cat", "horse", "elephant")
VEHICLES = ("car", "bus", "truck", "train")
ALONG = ("left to right", "right to left")
# What a subject does without surprising anyone, and where; other motions and places are drawn less often.
USUAL_MOTIONS = {
    **dict.fromkeys(PEOPLE, [*ALONG, *ALONG, "still", "waving", "waving", "sitting", "bouncing"]),
    **dict.fromkeys(ANIMALS, [*ALONG, *ALONG, "still", "bouncing"]),
    **dict.fromkeys(VEHICLES, [*ALONG, *ALONG, "still", "growing", "shrinking"]),
    **dict.fromkeys(("bird", "butterfly"), [*ALONG, "rising", "falling", "still"]),
    **dict.fromkeys(("airplane", "helicopter"), [*ALONG, *ALONG, "rising", "falling", "still"]),
    **dict.fromkeys(("rocket", "balloon", "kite"), ["rising", "rising", "falling", "swaying", *ALONG, "still"]),
    **dict.fromkeys(("house", "castle", "lighthouse", "windmill"), ["still", "growing", "shrinking"]),
    **dict.fromkeys(("tree", "flower"), ["still", "swaying", "swaying", "growing"]),
    **dict.fromkeys(("chair", "clock"), ["still", "spinning", "swaying", "falling"]),
    "boat": [*ALONG, *ALONG, "still", "swaying"],
    "fish": [*ALONG, *ALONG, "still", "rising"],
    "ball": ["bouncing", "bouncing", *ALONG, "falling", "rising", "spinning", "still"],
    "umbrella": ["spinning", "swaying", "falling", "rising", "still"],
}
USUAL_PLACES = {
    "boat": ["sea"],
    "fish": ["underwater"],
    **dict.fromkeys(VEHICLES, ["city", "street", "desert", "mountains", "snow"]),
    **dict.fromkeys(("horse", "elephant"), ["meadow", "desert", "forest"]),
    **dict.fromkeys(("dog", "cat"), ["meadow", "street", "room", "kitchen", "beach"]),
    **dict.fromkeys(PEOPLE, ["street", "city", "room", "kitchen", "stage", "beach", "forest", "snow"]),
    **dict.fromkeys(("chair", "clock"), ["room", "kitchen", "stage"]),
    "rocket": ["space", "desert"],
    "umbrella": ["beach", "street", "stage"],
}
# Motions that only some subjects have.
ONLY_PEOPLE = ("waving", "sitting")


def held_out(scene: dict) -> bool:
    """Combinations that training never sees: the benchmark asks for them."""
    return scene["colour"] is not None and zlib.crc32(f"{scene['subject']} {scene['colour']} {scene['place']}".encode()) % 16 == 0


def draw_scene(r: random.Random, **fixed) -> dict:
    """One scene by chance. `fixed` names are taken as they are."""
    subject = fixed.get("subject") or r.choice(list(SUBJECTS))
    place = fixed.get("place") or r.choice(USUAL_PLACES[subject] if subject in USUAL_PLACES and r.random() < 0.4 else list(PLACES))
    motions = [m for m in MOTIONS if subject in PEOPLE or m not in ONLY_PEOPLE]
    motion = r.choice(USUAL_MOTIONS[subject] if r.random() < 0.7 else motions)
    scene = {
        "subject": subject,
        "colour": r.choice(COLOURS),
        "motion": motion,
        "place": place,
        "time": r.choice(TIMES),
        "weather": r.choice(WEATHERS[1:]) if r.random() < 0.3 else "clear",
        "camera": r.choice(CAMERAS[1:]) if r.random() < 0.55 else "static",
        "shot": r.choices(SHOTS, [2, 5, 3])[0],
        "style": r.choice(STYLES[1:]) if r.random() < 0.4 else "flat",
        "second": None,
        "second_colour": None,
        "occluder": None,
        "simple": False,
        "held_out": False,
        "seed": r.randrange(1 << 30),
        **fixed,
    }
    return settled(scene, r)


# What training begins with: flat pictures of a few subjects in clear weather, told in English.
SIMPLE_SUBJECTS = ("person", "dog", "bird", "car", "train", "boat", "rocket", "balloon", "house", "ball", "tree", "flower")
SIMPLE_CAMERAS = ("static", "static", "pan left", "pan right", "push in", "pull out")


def draw_simple_scene(r: random.Random, along: float = 0.0, rightward: float = 0.5) -> dict:
    """`along`: part of the scenes that shall go across the picture, where the subject can; `rightward`: part of these that go to the
    right."""
    subject = r.choice(SIMPLE_SUBJECTS)
    fixed = {"motion": r.choice(USUAL_MOTIONS[subject])} if r.random() < 0.85 else {}
    camera = r.choice(SIMPLE_CAMERAS)
    if r.random() < along and ALONG[0] in USUAL_MOTIONS[subject]:
        fixed = {"motion": ALONG[0] if r.random() < rightward else ALONG[1]}
        camera = "static"
    return draw_scene(r, subject=subject, weather="clear", camera=camera, style="flat", simple=True, **fixed)


def settled(scene: dict, r: random.Random) -> dict:
    """Takes out what can't be seen, and adds a second subject or something to pass behind now and then."""
    if scene["place"] in SKYLESS:
        scene["weather"] = None
    if scene["place"] in TIMELESS:
        scene["time"] = None
    dark = scene["time"] == "night" or scene["place"] in DARK_PLACES
    colours = COLOURS[:-1] if dark else COLOURS
    if scene["colour"] not in (None, *colours):
        scene["colour"] = r.choice(colours)
    if scene["style"] in COLOURLESS:
        scene["colour"] = None
        if scene["time"] in ("dawn", "sunset"):
            scene["time"] = "noon"  # told apart by colours alone
    if scene["motion"] in ONLY_PEOPLE and scene["subject"] not in PEOPLE:
        scene["motion"] = "still"
    if scene["camera"] == "track" and scene["motion"] not in ALONG:
        scene["camera"] = "static"
    if scene["camera"] in ("push in", "pull out") and scene["motion"] in ("growing", "shrinking"):
        scene["camera"] = "static"  # the two look alike
    while held_out(scene) and not scene["held_out"]:
        scene["colour"] = r.choice(colours)
    if scene["simple"]:
        return scene
    chance = r.random()
    if scene["motion"] in ALONG and scene["camera"] in ("static", "shake") and scene["shot"] != "close-up" and chance < 0.3:
        scene["occluder"] = r.choice(OCCLUDERS)
    elif scene["shot"] != "close-up" and scene["motion"] not in ("growing", "shrinking") and chance > 0.86:
        scene["second"] = r.choice([s for s in SUBJECTS if s != scene["subject"]])
        other = {**scene, "subject": scene["second"]}
        free = [c for c in COLOURS if c != scene["colour"] and (scene["held_out"] or not held_out({**other, "colour": c}))]
        scene["second_colour"] = r.choice(free) if scene["colour"] else None
    return scene


def flies(subject: str) -> bool:
    return subject in FLYING
