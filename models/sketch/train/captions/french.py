"""French: the same as `english.py`, with nouns' genders, since colours follow them."""

import random

# Words with their gender.
SUBJECTS = {
    "person": [("homme", "m"), ("homme", "m"), ("personne", "f"), ("personnage", "m")],
    "woman": [("femme", "f"), ("dame", "f"), ("fille", "f")],
    "robot": [("robot", "m"), ("androïde", "m")],
    "dog": [("chien", "m"), ("chiot", "m")],
    "cat": [("chat", "m"), ("chaton", "m")],
    "horse": [("cheval", "m"), ("poney", "m")],
    "elephant": [("éléphant", "m")],
    "bird": [("oiseau", "m")],
    "fish": [("poisson", "m")],
    "butterfly": [("papillon", "m")],
    "car": [("voiture", "f"), ("voiture", "f"), ("auto", "f"), ("taxi", "m")],
    "bus": [("bus", "m"), ("autobus", "m")],
    "truck": [("camion", "m")],
    "train": [("train", "m"), ("locomotive", "f")],
    "airplane": [("avion", "m")],
    "helicopter": [("hélicoptère", "m")],
    "boat": [("bateau", "m"), ("voilier", "m"), ("navire", "m")],
    "rocket": [("fusée", "f")],
    "balloon": [("montgolfière", "f")],
    "house": [("maison", "f")],
    "castle": [("château", "m")],
    "lighthouse": [("phare", "m")],
    "windmill": [("moulin", "m"), ("moulin à vent", "m")],
    "ball": [("balle", "f"), ("sphère", "f")],
    "tree": [("arbre", "m")],
    "flower": [("fleur", "f")],
    "umbrella": [("parapluie", "m"), ("parasol", "m")],
    "chair": [("chaise", "f")],
    "clock": [("réveil", "m"), ("horloge", "f"), ("pendule", "f")],
    "kite": [("cerf-volant", "m")],
}
COLOURS = {
    "red": ("rouge", "rouge"),
    "orange": ("orange", "orange"),
    "yellow": ("jaune", "jaune"),
    "green": ("vert", "verte"),
    "blue": ("bleu", "bleue"),
    "purple": ("violet", "violette"),
    "white": ("blanc", "blanche"),
    "black": ("noir", "noire"),
}
VERBS = {
    **dict.fromkeys(("person", "woman", "robot", "dog", "cat", "horse", "elephant"), ["marche", "marche", "avance", "court"]),
    **dict.fromkeys(("car", "bus", "truck", "train", "ball"), ["roule", "roule", "avance"]),
    **dict.fromkeys(("bird", "butterfly", "airplane", "helicopter", "rocket", "kite"), ["vole", "vole", "avance"]),
    "boat": ["navigue", "navigue", "avance"],
    "fish": ["nage", "nage", "avance"],
    "balloon": ["flotte", "vole"],
}
OTHER_VERBS = ["glisse", "avance"]
MOTIONS = {
    "left to right": ["{verb} de gauche à droite", "{verb} vers la droite", "traverse de gauche à droite"],
    "right to left": ["{verb} de droite à gauche", "{verb} vers la gauche", "traverse de droite à gauche"],
    "rising": ["monte", "s'élève", "décolle"],
    "falling": ["tombe", "descend", "chute"],
    "bouncing": ["rebondit", "saute", "bondit"],
    "spinning": ["tourne", "tourne sur place", "pivote"],
    "still": ["", "", "ne bouge pas", "reste immobile", "attend"],
    "growing": ["grandit", "approche", "s'approche"],
    "shrinking": ["rétrécit", "s'éloigne"],
    "swaying": ["se balance", "oscille"],
    "waving": ["fait signe", "salue", "fait signe de la main"],
    "sitting": ["est assis{e}", "s'assoit", "est assis{e}"],
}
PLACES = {
    "sea": ["en mer", "sur la mer", "sur l'océan", "sur les vagues"],
    "desert": ["dans le désert", "dans un désert", "à travers le désert", "parmi les dunes"],
    "mountains": ["à la montagne", "devant les montagnes", "dans les montagnes"],
    "city": ["en ville", "dans la ville", "devant la ville", "devant les gratte-ciel"],
    "street": ["dans la rue", "dans une rue", "dans un village"],
    "space": ["dans l'espace", "parmi les étoiles"],
    "snow": ["dans la neige", "sur un champ de neige"],
    "forest": ["dans la forêt", "dans une forêt", "dans les bois"],
    "meadow": ["dans un pré", "dans une prairie", "sur l'herbe", "dans un champ de fleurs"],
    "beach": ["sur la plage", "à la plage", "sur une plage"],
    "room": ["dans une pièce", "dans le salon", "dans un salon", "à la maison"],
    "kitchen": ["dans la cuisine", "dans une cuisine"],
    "stage": ["sur une scène", "sur la scène", "au théâtre"],
    "underwater": ["sous l'eau", "sous la mer", "au fond de la mer"],
}
TIMES = {
    "dawn": ["à l'aube", "au lever du soleil", "tôt le matin"],
    "noon": ["à midi", "de jour", "en plein jour"],
    "sunset": ["au coucher du soleil", "au crépuscule", "le soir"],
    "night": ["la nuit", "de nuit", "à minuit", "sous la lune"],
}
WEATHERS = {
    "clear": ["", "", "", "ciel clair"],
    "rain": ["sous la pluie", "il pleut"],
    "snowfall": ["sous la neige qui tombe", "il neige"],
    "fog": ["dans le brouillard", "dans la brume"],
    "wind": ["dans le vent", "il y a du vent", "en plein vent"],
}
CAMERAS = {
    "static": ["", "", "", "plan fixe", "caméra fixe"],
    "pan left": ["panoramique à gauche", "panoramique vers la gauche"],
    "pan right": ["panoramique à droite", "panoramique vers la droite"],
    "tilt up": ["panoramique vers le haut", "la caméra monte"],
    "tilt down": ["panoramique vers le bas", "la caméra descend"],
    "push in": ["travelling avant", "la caméra avance", "zoom avant"],
    "pull out": ["travelling arrière", "la caméra recule", "zoom arrière"],
    "track": ["travelling latéral", "la caméra suit", "la caméra suit le mouvement"],
    "shake": ["caméra à l'épaule", "la caméra tremble", "caméra portée"],
    "orbit": ["la caméra tourne autour", "travelling circulaire"],
}
SHOTS = {
    "wide": ["plan large", "plan d'ensemble"],
    "medium": ["", "", "plan moyen"],
    "close-up": ["gros plan", "plan rapproché"],
}
STYLES = {
    "flat": ["", "", "", "dessin plat"],
    "paper cut-out": ["papier découpé", "en papier découpé"],
    "film noir": ["film noir", "noir et blanc", "en noir et blanc"],
    "archival": ["images d'archives", "vieux film", "sépia"],
    "stop motion": ["image par image", "pâte à modeler", "animation en volume"],
    "ink line": ["dessin à l'encre", "dessin au trait", "encre"],
    "pencil": ["croquis", "dessin au crayon", "esquisse"],
}
OCCLUDERS = {
    "tree": ["passe derrière un arbre", "derrière un arbre"],
    "wall": ["passe derrière un mur", "derrière un mur"],
    "pillar": ["passe derrière un pilier", "derrière une colonne"],
}


def noun_phrase(subject: str, colour: str | None, r: random.Random, article: bool = True) -> tuple[str, str]:
    """With colour and, if asked for, article; and the noun's gender."""
    noun, gender = r.choice(SUBJECTS[subject])
    words = f"{noun} {COLOURS[colour][gender == 'f']}" if colour else noun
    if not article:
        return words, gender
    if r.random() < 0.35:
        elided = noun[0] in "aeiouéhâ"
        return (f"l'{words}" if elided else f"{'la' if gender == 'f' else 'le'} {words}"), gender
    return f"{'une' if gender == 'f' else 'un'} {words}", gender


def action_of(s: dict, gender: str, r: random.Random) -> str:
    verb = r.choice(VERBS.get(s["subject"], OTHER_VERBS))
    return r.choice(MOTIONS[s["motion"]]).format(verb=verb, e="e" if gender == "f" else "")


def sentence(s: dict, r: random.Random) -> str:
    whole, gender = noun_phrase(s["subject"], s["colour"], r)
    if s["second"]:
        whole += f" {r.choice(['et', 'et', 'avec'])} {noun_phrase(s['second'], s['second_colour'], r)[0]}"
    action = action_of(s, gender, r)
    if s["occluder"]:
        action = f"{action} {r.choice(['et ', ', '])}{r.choice(OCCLUDERS[s['occluder']])}".replace(" ,", ",")
    place = r.choice(PLACES[s["place"]])
    time = r.choice(TIMES[s["time"]]) if s["time"] else ""
    weather = r.choice(WEATHERS[s["weather"]]) if s["weather"] else ""
    shot = r.choice(SHOTS[s["shot"]])
    if shot and r.random() < 0.4:
        whole, shot = f"{shot} : {whole}", ""
    parts = [whole, action, place, time] if r.random() < 0.7 else [time + "," if time else "", whole, action, place]
    tail = [r.choice(CAMERAS[s["camera"]]), shot, r.choice(STYLES[s["style"]])]
    if weather and r.random() < 0.5:
        parts.append(weather)
    else:
        tail.append(weather)
    tail = [part for part in tail if part]
    r.shuffle(tail)
    return ", ".join([" ".join(part for part in parts if part), *tail])


def terse(s: dict, r: random.Random) -> str:
    words, gender = noun_phrase(s["subject"], s["colour"], r, article=False)
    if s["second"]:
        words += ", " + noun_phrase(s["second"], s["second_colour"], r, article=False)[0]
    middle = [
        action_of(s, gender, r),
        r.choice(PLACES[s["place"]]),
        r.choice(TIMES[s["time"]]) if s["time"] else "",
        r.choice(WEATHERS[s["weather"]]) if s["weather"] else "",
        r.choice(OCCLUDERS[s["occluder"]]) if s["occluder"] else "",
        r.choice(CAMERAS[s["camera"]]),
        r.choice(SHOTS[s["shot"]]),
        r.choice(STYLES[s["style"]]),
    ]
    if r.random() < 0.4:
        r.shuffle(middle)
    return ", ".join(part for part in [words, *middle] if part)
