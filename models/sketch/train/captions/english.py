"""English: words for every name of a scene, and how they make a sentence or a terse list."""

import random

SUBJECTS = {
    "person": ["person", "man", "man", "figure"],
    "woman": ["woman", "lady", "girl"],
    "robot": ["robot", "android"],
    "dog": ["dog", "puppy", "hound"],
    "cat": ["cat", "kitten"],
    "horse": ["horse", "pony"],
    "elephant": ["elephant"],
    "bird": ["bird"],
    "fish": ["fish"],
    "butterfly": ["butterfly"],
    "car": ["car", "car", "automobile", "taxi"],
    "bus": ["bus", "coach"],
    "truck": ["truck", "lorry"],
    "train": ["train", "locomotive", "steam train"],
    "airplane": ["airplane", "plane", "aircraft", "aeroplane"],
    "helicopter": ["helicopter", "chopper"],
    "boat": ["boat", "boat", "ship", "sailboat"],
    "rocket": ["rocket", "rocket", "spaceship"],
    "balloon": ["balloon", "hot air balloon"],
    "house": ["house", "house", "cottage"],
    "castle": ["castle", "fortress"],
    "lighthouse": ["lighthouse"],
    "windmill": ["windmill", "mill"],
    "ball": ["ball", "ball", "sphere"],
    "tree": ["tree"],
    "flower": ["flower", "blossom"],
    "umbrella": ["umbrella", "parasol"],
    "chair": ["chair", "seat"],
    "clock": ["clock", "alarm clock"],
    "kite": ["kite"],
}
COLOURS = {"purple": ["purple", "purple", "violet"], "red": ["red", "red", "red", "scarlet"]}
VERBS = {
    **dict.fromkeys(("person", "woman", "robot", "dog", "cat", "horse", "elephant"), ["walks", "walks", "goes", "runs", "moves"]),
    **dict.fromkeys(("car", "bus", "truck"), ["drives", "drives", "goes", "moves"]),
    **dict.fromkeys(("bird", "butterfly", "airplane", "helicopter", "rocket", "kite"), ["flies", "flies", "moves"]),
    "train": ["rolls", "goes", "moves"],
    "boat": ["sails", "sails", "moves", "goes"],
    "fish": ["swims", "swims", "moves"],
    "balloon": ["drifts", "floats", "moves"],
    "ball": ["rolls", "moves"],
}
OTHER_VERBS = ["moves", "slides", "glides"]
MOTIONS = {
    "left to right": ["{verb} from left to right", "{verb} from left to right", "{verb} to the right", "crosses from left to right", "{verb} left to right"],
    "right to left": ["{verb} from right to left", "{verb} from right to left", "{verb} to the left", "crosses from right to left", "{verb} right to left"],
    "rising": ["rises", "goes up", "rises up", "climbs", "takes off"],
    "falling": ["falls", "falls down", "goes down", "drops", "comes down", "sinks"],
    "bouncing": ["bounces", "jumps", "bounces up and down", "hops"],
    "spinning": ["spins", "turns around", "rotates", "spins around"],
    "still": ["stands still", "stays still", "", "", "rests", "waits", "does not move"],
    "growing": ["grows", "gets bigger", "comes closer", "approaches", "comes towards us"],
    "shrinking": ["shrinks", "gets smaller", "moves away", "goes away", "recedes"],
    "swaying": ["sways", "rocks", "swings", "sways back and forth"],
    "waving": ["waves", "waves a hand", "waves hello", "is waving"],
    "sitting": ["sits", "sits down", "is sitting", "sits on a stool"],
}
TERSE_MOTIONS = {
    **{k: [k] for k in MOTIONS},
    "left to right": ["left to right", "moving right"],
    "right to left": ["right to left", "moving left"],
    "growing": ["growing", "approaching"],
    "shrinking": ["shrinking", "moving away"],
}
PLACES = {
    "sea": ["on the sea", "at sea", "on the ocean", "over the sea", "on the waves"],
    "desert": ["in the desert", "through a desert", "in a desert", "across the desert", "among the dunes"],
    "mountains": ["in the mountains", "before mountains", "over the mountains", "in front of mountains"],
    "city": ["in the city", "in a city", "before a city", "over the city", "before skyscrapers"],
    "street": ["in the street", "on a street", "down the street", "in a village", "in town"],
    "space": ["in space", "in outer space", "among the stars"],
    "snow": ["in the snow", "on a snow field", "over a snow field", "in a snowy field"],
    "forest": ["in the forest", "in a forest", "through the woods", "in the woods"],
    "meadow": ["in a meadow", "on the grass", "in a field of flowers", "on a green hill", "in the meadow"],
    "beach": ["on the beach", "on a beach", "at the beach", "on the shore"],
    "room": ["in a room", "in the living room", "in a living room", "at home"],
    "kitchen": ["in the kitchen", "in a kitchen"],
    "stage": ["on a stage", "on the stage", "in a theatre", "in the spotlight"],
    "underwater": ["under water", "underwater", "under the sea", "at the bottom of the sea"],
}
TIMES = {
    "dawn": ["at dawn", "at sunrise", "in the early morning", "at daybreak"],
    "noon": ["at noon", "by day", "at midday", "in daylight", "in the daytime"],
    "sunset": ["at sunset", "at dusk", "in the evening"],
    "night": ["at night", "by night", "at midnight", "under the moon"],
}
TERSE_TIMES = {"dawn": ["dawn", "sunrise"], "noon": ["noon", "day"], "sunset": ["sunset", "dusk", "evening"], "night": ["night"]}
WEATHERS = {
    "clear": ["", "", "", "clear sky"],
    "rain": ["in the rain", "in heavy rain", "while it rains", "rain falls"],
    "snowfall": ["in falling snow", "while it snows", "snow falls", "during a snowfall"],
    "fog": ["in the fog", "in thick fog", "in mist"],
    "wind": ["in the wind", "in a strong wind", "leaves blow by", "on a windy day"],
}
CAMERAS = {
    "static": ["", "", "", "static camera", "the camera is still", "fixed shot"],
    "pan left": ["pan left", "the camera pans left", "camera pans to the left"],
    "pan right": ["pan right", "the camera pans right", "camera pans to the right"],
    "tilt up": ["tilt up", "the camera tilts up", "camera looks up"],
    "tilt down": ["tilt down", "the camera tilts down", "camera looks down"],
    "push in": ["push in", "the camera pushes in", "camera pushes in", "zoom in", "the camera zooms in", "dolly in"],
    "pull out": ["pull out", "the camera pulls out", "camera pulls back", "zoom out", "the camera zooms out", "dolly out"],
    "track": ["tracking shot", "the camera follows", "the camera tracks the {noun}", "camera follows the {noun}"],
    "shake": ["handheld camera", "shaky camera", "the camera shakes", "handheld"],
    "orbit": ["the camera orbits", "orbit shot", "the camera circles the {noun}", "camera moves around the {noun}"],
}
SHOTS = {
    "wide": ["wide shot", "wide shot of", "long shot of", "establishing shot of"],
    "medium": ["", "", "medium shot of", "medium shot"],
    "close-up": ["close-up", "close-up of", "close shot of"],
}
STYLES = {
    "flat": ["", "", "", "flat drawing", "flat colours"],
    "paper cut-out": ["paper cut-out", "made of cut paper", "paper collage", "in paper cut-out style"],
    "film noir": ["film noir", "black and white", "noir", "in film noir style"],
    "archival": ["archival footage", "old film", "sepia", "vintage film"],
    "stop motion": ["stop motion", "clay animation", "claymation", "stop motion animation"],
    "ink line": ["ink drawing", "line drawing", "ink line", "pen and ink"],
    "pencil": ["pencil sketch", "rough sketch", "pencil drawing"],
}
OCCLUDERS = {
    "tree": ["passes behind a tree", "behind a tree trunk", "goes behind a tree"],
    "wall": ["passes behind a wall", "behind a brick wall", "goes behind a wall"],
    "pillar": ["passes behind a pillar", "behind a column", "goes behind a pillar"],
}


def article(noun: str, r: random.Random) -> str:
    word = r.choice(["a", "a", "the"])
    return "an" if word == "a" and noun[0] in "aeiou" else word


def noun_phrase(subject: str, colour: str | None, r: random.Random) -> tuple[str, str]:
    """With article and colour, and the bare noun."""
    noun = r.choice(SUBJECTS[subject])
    words = f"{r.choice(COLOURS.get(colour, [colour]))} {noun}" if colour else noun
    return words, noun


def sentence(s: dict, r: random.Random) -> str:
    words, noun = noun_phrase(s["subject"], s["colour"], r)
    whole = f"{article(words, r)} {words}"
    second = ""
    if s["second"]:
        other, _ = noun_phrase(s["second"], s["second_colour"], r)
        second = r.choice(["and", "and", "with"]) + f" {article(other, r)} {other}"
    verb = r.choice(VERBS.get(s["subject"], OTHER_VERBS))
    action = r.choice(MOTIONS[s["motion"]]).format(verb=verb)
    if s["occluder"]:
        action = f"{action} {r.choice(['and ', ', ', ''])}{r.choice(OCCLUDERS[s['occluder']])}".replace(" ,", ",")
    place = r.choice(PLACES[s["place"]])
    time = r.choice(TIMES[s["time"]]) if s["time"] else ""
    weather = r.choice(WEATHERS[s["weather"]]) if s["weather"] else ""
    shot = r.choice(SHOTS[s["shot"]])
    if shot.endswith(" of"):
        whole, shot = f"{shot} {whole}", ""
    order = r.random()
    if order < 0.6:
        parts = [whole, second, action, place, time]
    elif order < 0.8:
        parts = [time + "," if time else "", whole, second, action, place]
    else:
        parts = [place, time + "," if time else ",", whole, second, action]
    tail = [r.choice(CAMERAS[s["camera"]]).format(noun=noun), shot, r.choice(STYLES[s["style"]])]
    if weather and r.random() < 0.5:
        parts.append(weather)
    else:
        tail.append(weather)
    tail = [part for part in tail if part]
    r.shuffle(tail)
    return ", ".join([" ".join(part for part in parts if part).replace(" ,", ","), *tail])


def terse(s: dict, r: random.Random) -> str:
    words, noun = noun_phrase(s["subject"], s["colour"], r)
    if s["second"]:
        words += ", " + noun_phrase(s["second"], s["second_colour"], r)[0]
    middle = [
        r.choice(TERSE_MOTIONS[s["motion"]]),
        s["place"],
        r.choice(TERSE_TIMES[s["time"]]) if s["time"] else "",
        s["weather"] if s["weather"] not in (None, "clear") else "",
        r.choice(OCCLUDERS[s["occluder"]]) if s["occluder"] else "",
        r.choice(CAMERAS[s["camera"]]).format(noun=noun),
        r.choice(SHOTS[s["shot"]]).removesuffix(" of"),
        r.choice(STYLES[s["style"]]),
    ]
    if r.random() < 0.4:
        r.shuffle(middle)
    return ", ".join(part for part in [words, *middle] if part)
