"""What a scene can be, and the sentences that describe it.

A scene is drawn by chance (`draw_scene`), then described (`caption`). Words come in synonyms and in several orders, and
details are left out at random, so that the model learns words and not positions. The vocabulary that the tokenizer holds
is exactly what these tables can say.
"""

import random

COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "white", "black"]
SUBJECTS = ["ball", "car", "boat", "bird", "balloon", "house", "rocket", "tree", "person"]
MOTIONS = ["left to right", "right to left", "rising", "falling", "bouncing", "spinning", "still", "growing"]
PLACES = ["sea", "desert", "mountains", "city", "space", "snow", "forest"]
TIMES = ["noon", "sunset", "night"]
CAMERAS = ["static", "pan left", "pan right", "push in", "pull out"]
SHOTS = ["wide", "medium", "close-up"]

# What a subject does without surprising anyone; the other motions are drawn less often.
USUAL_MOTIONS = {
    "ball": ["left to right", "right to left", "bouncing", "falling", "rising", "still"],
    "car": ["left to right", "right to left", "still"],
    "boat": ["left to right", "right to left", "still"],
    "bird": ["left to right", "right to left", "rising", "still"],
    "balloon": ["rising", "falling", "left to right", "right to left", "still"],
    "house": ["still", "growing"],
    "rocket": ["rising", "falling", "still"],
    "tree": ["still", "growing"],
    "person": ["left to right", "right to left", "still", "bouncing"],
}

SUBJECT_WORDS = {
    "ball": ["ball", "ball", "sphere"],
    "car": ["car", "car", "automobile"],
    "boat": ["boat", "boat", "ship", "sailboat"],
    "bird": ["bird"],
    "balloon": ["balloon", "balloon", "hot air balloon"],
    "house": ["house", "house", "cottage"],
    "rocket": ["rocket", "rocket", "spaceship"],
    "tree": ["tree"],
    "person": ["person", "man", "woman", "person"],
}
COLOUR_WORDS = {"purple": ["purple", "purple", "violet"]}
VERBS = {
    "ball": ["rolls", "moves"],
    "car": ["drives", "moves", "goes"],
    "boat": ["sails", "moves", "goes"],
    "bird": ["flies", "moves"],
    "balloon": ["drifts", "floats", "moves"],
    "house": ["moves", "slides"],
    "rocket": ["flies", "moves"],
    "tree": ["moves", "slides"],
    "person": ["walks", "walks", "moves", "goes"],
}
MOTION_PHRASES = {
    "left to right": ["{verb} from left to right", "{verb} left to right", "{verb} to the right", "crosses from left to right"],
    "right to left": ["{verb} from right to left", "{verb} right to left", "{verb} to the left", "crosses from right to left"],
    "rising": ["rises", "goes up", "rises up", "climbs"],
    "falling": ["falls", "falls down", "goes down", "drops"],
    "bouncing": ["bounces", "jumps", "bounces up and down"],
    "spinning": ["spins", "turns around", "rotates"],
    "still": ["stands still", "stays still", "", "rests"],
    "growing": ["grows", "gets bigger"],
}
TERSE_MOTION = {
    "rising": "rising",
    "falling": "falling",
    "bouncing": "bouncing",
    "spinning": "spinning",
    "still": "still",
    "growing": "growing",
}
PLACE_PHRASES = {
    "sea": ["on the sea", "at sea", "on the ocean", "over the sea"],
    "desert": ["in the desert", "through a desert", "in a desert", "across the desert"],
    "mountains": ["in the mountains", "before mountains", "over the mountains", "in front of mountains"],
    "city": ["in the city", "in a city", "before a city", "over the city", "in town"],
    "space": ["in space", "in outer space", "among the stars"],
    "snow": ["in the snow", "on a snow field", "over a snow field", "in a snowy field"],
    "forest": ["in the forest", "in a forest", "through the woods", "in the woods"],
}
TIME_PHRASES = {
    "noon": ["at noon", "by day", "at midday", "in daylight"],
    "sunset": ["at sunset", "at dusk", "in the evening"],
    "night": ["at night", "by night", "at midnight"],
}
CAMERA_PHRASES = {
    "static": ["", "", "", "static camera", "the camera is still"],
    "pan left": ["pan left", "the camera pans left", "camera pans to the left"],
    "pan right": ["pan right", "the camera pans right", "camera pans to the right"],
    "push in": ["push in", "the camera pushes in", "zoom in", "the camera zooms in"],
    "pull out": ["pull out", "the camera pulls out", "zoom out", "the camera zooms out"],
}
SHOT_PHRASES = {
    "wide": ["wide shot", "wide shot of", "long shot of"],
    "medium": ["", "", "medium shot of"],
    "close-up": ["close-up", "close-up of", "close shot of"],
}


def draw_scene(r: random.Random) -> dict:
    """One scene by chance: names from the tables above and the seed of everything else that is drawn."""
    subject = r.choice(SUBJECTS)
    motion = r.choice(USUAL_MOTIONS[subject]) if r.random() < 0.75 else r.choice(MOTIONS)
    return {
        "subject": subject,
        "colour": r.choice(COLOURS),
        "motion": motion,
        "place": r.choice(PLACES),
        "time": r.choice(TIMES),
        "camera": r.choice(CAMERAS) if r.random() < 0.6 else "static",
        "shot": r.choices(SHOTS, [1, 3, 2])[0],
        "seed": r.randrange(1 << 30),
    }


def caption(scene: dict, r: random.Random) -> str:
    """A sentence, or a terse list, that describes the scene. Details but the subject may be missing."""
    subject = scene["subject"]
    colour = r.choice(COLOUR_WORDS.get(scene["colour"], [scene["colour"]]))
    noun = f"{colour} {r.choice(SUBJECT_WORDS[subject])}"
    place = r.choice(PLACE_PHRASES[scene["place"]])
    time = r.choice(TIME_PHRASES[scene["time"]])
    camera = r.choice(CAMERA_PHRASES[scene["camera"]])
    shot = r.choice(SHOT_PHRASES[scene["shot"]])
    if scene["place"] == "space" and r.random() < 0.5:
        time = ""
    if r.random() < 0.04:
        place = ""
    if r.random() < 0.04:
        time = ""
    if r.random() < 0.25:
        terse_place = scene["place"]
        motion = TERSE_MOTION.get(scene["motion"], scene["motion"])
        parts = [noun, motion, terse_place, scene["time"] if time else "", camera, shot.removesuffix(" of")]
        if r.random() < 0.3:
            parts[1], parts[2] = parts[2], parts[1]
        return ", ".join(part for part in parts if part)
    article = r.choice(["a", "a", "the"])
    if article == "a" and noun[0] in "aeiou":
        article = "an"
    action = r.choice(MOTION_PHRASES[scene["motion"]]).format(verb=r.choice(VERBS[subject]))
    prefix = f"{shot} {article}" if shot.endswith(" of") else article
    order = r.random()
    if order < 0.6:
        words = [prefix, noun, action, place, time]
    elif order < 0.8:
        words = [time + "," if time else "", prefix, noun, action, place]
    else:
        words = [place, time + ("," if time or place else ""), prefix, noun, action]
    tail = [part for part in (camera, "" if shot.endswith(" of") else shot) if part]
    r.shuffle(tail)
    sentence = " ".join(word for word in words if word)
    return ", ".join([sentence, *tail])


def words() -> list[str]:
    """Every word that a caption can hold, in a fixed order."""
    seen: dict[str, None] = {}
    tables = [SUBJECT_WORDS, COLOUR_WORDS, VERBS, MOTION_PHRASES, PLACE_PHRASES, TIME_PHRASES, CAMERA_PHRASES, SHOT_PHRASES]
    texts = [*COLOURS, *SUBJECTS, *PLACES, *TIMES, *MOTIONS, *TERSE_MOTION.values(), *CAMERAS, *SHOTS, "a an the , . : ; - '"]
    for table in tables:
        for phrases in table.values():
            texts.extend(phrases)
    for text in texts:
        for word in text.replace("{verb}", " ").replace("-", " - ").split():
            seen.setdefault(word, None)
    return list(seen)
