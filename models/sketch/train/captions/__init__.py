"""Sentences that describe a scene, in English and French: flowing or terse, in several orders, with details left out at random,
so that the model learns words and not positions. The vocabulary that the tokenizer holds is what these tables can say."""

import random
import re

from . import english, french

LANGUAGES = {"en": english, "fr": french}
# What may be missing in a caption: (name, value that says nothing, how often).
OPTIONAL = (("time", None, 0.06), ("weather", None, 0.10), ("camera", "static", 0.08), ("style", "flat", 0.06), ("shot", "medium", 0.25), ("colour", None, 0.04))


def caption(scene: dict, r: random.Random, language: str | None = None, whole: bool = False) -> str:
    """`whole`: nothing that shows is left out."""
    s = dict(scene)
    if not whole:
        for name, nothing, chance in OPTIONAL:
            if r.random() < chance:
                s[name] = nothing
    grammar = LANGUAGES[language or ("fr" if r.random() < 0.25 else "en")]
    return grammar.terse(s, r) if r.random() < 0.25 else grammar.sentence(s, r)


def camera_caption(move: str, r: random.Random) -> str:
    """For a picture of which only the camera's move is known."""
    grammar = LANGUAGES["fr" if r.random() < 0.25 else "en"]
    options = [text for text in grammar.CAMERAS[move] if "{noun}" not in text]
    return r.choice(options)


def texts_of(grammar) -> list[str]:
    """Every text in a grammar's tables."""
    texts = []
    for name, table in sorted(vars(grammar).items()):
        if name.isupper():
            values = [table] if isinstance(table, list) else table.values()
            for phrases in values:
                texts.extend(p[0] if isinstance(p, tuple) else p for p in phrases)
    return texts


def words() -> list[str]:
    """Every word that a caption can hold, in a fixed order."""
    seen: dict[str, None] = {}
    texts = ["assise", "a an the and with , . : ; - '", "un une le la l et avec"]
    for grammar in LANGUAGES.values():
        texts.extend(texts_of(grammar))
    names = [*english.PLACES, *english.COLOURS, *english.WEATHERS, *english.MOTIONS, *french.COLOURS]
    for text in [*texts, *names]:
        for word in re.findall(r"[^\W_]+|[^\w\s]", re.sub(r"\{\w\w+\}", " ", text).replace("{e}", " ")):
            seen.setdefault(word, None)
    return list(seen)
