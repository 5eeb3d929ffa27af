"""The subjects, each in its own coordinates: about 0.45 around the origin, feet or wheels at y = 0.30, facing right.

A subject is `draw(pen, x, y, s)`; `s` says how it moves (see `Moves`). Its own colour covers most of it.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .canvas import Pen
from .shapes import both, box, disc, either, ellipse, ring, rotated, segment, trapezoid, triangle, without

DARK, METAL, GLASS, SKIN, WOOD = (0.10, 0.10, 0.12), (0.72, 0.74, 0.78), (0.75, 0.88, 0.95), (0.93, 0.73, 0.58), (0.45, 0.30, 0.17)
GOLD = (0.98, 0.78, 0.20)


@dataclass
class Moves:
    """(n, frames, 1, 1) each: seconds; whether it goes somewhere, waves, sits: 0 or 1."""

    seconds: Tensor
    going: Tensor
    waving: Tensor
    sitting: Tensor

    def swing(self, per_second: float, shift: float = 0.0) -> Tensor:
        return torch.sin(2 * math.pi * per_second * self.seconds + shift)


def legs(p: Pen, x, y, s: Moves, places, top: float, length: float, width: float, colour) -> None:
    """Four-legged gaits: neighbours move against each other."""
    for i, place in enumerate(places):
        swing = 0.07 * s.swing(1.7, i * math.pi * 0.9) * s.going
        p.fill(segment(x, y, place, top, place + swing, top + length, width), colour)


def person(p: Pen, x, y, s: Moves, dress: bool = False) -> None:
    swing = 0.11 * s.swing(1.2) * s.going
    down = 0.09 * s.sitting
    y = y - down
    hair = (0.28, 0.16, 0.08) if dress else (0.16, 0.11, 0.08)
    trousers = (0.22, 0.25, 0.36)
    if dress:
        p.fill(ellipse(x + 0.01, y + 0.26, 0.135, 0.16), hair)
    p.fill(box(x, y - 0.24, 0.16, 0.05) + 10 * (1 - s.sitting), WOOD)
    for side in (-1, 1):
        knee_x, knee_y = side * 0.05 + 0.17 * s.sitting + side * swing * 0.6, 0.19 - 0.06 * s.sitting
        foot_x, foot_y = side * 0.05 + 0.17 * s.sitting + side * swing * 1.2, 0.28 - down
        colour = SKIN if dress else trousers
        p.fill(either(segment(x, y, side * 0.05, 0.08, knee_x, knee_y, 0.045), segment(x, y, knee_x, knee_y, foot_x, foot_y, 0.04)), colour)
    back_x = -0.15 - swing
    p.fill(segment(x, y, -0.10, -0.13, back_x, 0.06, 0.036), p.dark)
    if dress:
        p.fill(trapezoid(x, y - 0.0, 0.085, 0.20, 0.18), p.body)
    else:
        p.fill(box(x, y + 0.03, 0.095, 0.125) - 0.025, p.body)
    wave = 0.07 * s.swing(1.6)
    hand_x = (0.15 + swing) * (1 - s.waving) + (0.24 + wave) * s.waving
    hand_y = 0.06 * (1 - s.waving) - 0.42 * s.waving
    p.fill(segment(x, y, 0.10, -0.13, hand_x, hand_y, 0.036), p.dark)
    p.fill(disc(x - hand_x, y - hand_y, 0.042), SKIN)
    p.fill(disc(x - 0.01, y + 0.29, 0.105), SKIN)
    p.fill(both(disc(x, y + 0.30, 0.122), either(y + 0.325, x + 0.06)), hair)
    p.fill(disc(x - 0.055, y + 0.29, 0.016), DARK)


def woman(p: Pen, x, y, s: Moves) -> None:
    person(p, x, y, s, dress=True)


def robot(p: Pen, x, y, s: Moves) -> None:
    swing = 0.08 * s.swing(1.2) * s.going
    down = 0.09 * s.sitting
    y = y - down
    p.fill(box(x, y - 0.22, 0.30, 0.06) + 10 * (1 - s.sitting), WOOD)
    for side in (-1, 1):
        knee_x, knee_y = side * 0.08 + 0.20 * s.sitting, 0.17 - 0.02 * s.sitting
        foot_x, foot_y = side * 0.08 + 0.20 * s.sitting + side * swing, 0.27 - down + 0.06 * s.sitting
        p.fill(either(segment(x, y, side * 0.08, 0.10, knee_x, knee_y, 0.042), segment(x, y, knee_x, knee_y, foot_x, foot_y, 0.042)), METAL)
    wave = 0.08 * s.swing(1.6)
    p.fill(segment(x, y, -0.20, -0.06, -0.27 - swing, 0.12, 0.038), METAL)
    hand_x, hand_y = 0.27 + swing + (0.03 + wave) * s.waving, 0.12 - 0.52 * s.waving
    p.fill(segment(x, y, 0.20, -0.06, hand_x, hand_y, 0.038), METAL)
    for claw_x, claw_y in ((-0.27 - swing, 0.12), (hand_x, hand_y)):
        p.fill(disc(x - claw_x, y - claw_y, 0.055), p.dark)
    p.fill(box(x, y - 0.02, 0.19, 0.15), p.body)
    p.fill(box(x, y - 0.02, 0.10, 0.06), p.dark)
    p.fill(segment(x, y, 0, -0.36, 0, -0.46, 0.014), METAL)
    p.fill(disc(x, y + 0.46, 0.035), (0.95, 0.25, 0.2))
    p.fill(box(x, y + 0.27, 0.15, 0.105), p.body)
    for side in (-0.06, 0.07):
        p.fill(disc(x - side, y + 0.28, 0.038), (0.98, 0.95, 0.6))


def dog(p: Pen, x, y, s: Moves) -> None:
    p.fill(segment(x, y, -0.27, -0.02, -0.42, -0.16 + 0.05 * s.swing(2.4), 0.03), p.body)
    legs(p, x, y, s, (-0.22, -0.12, 0.12, 0.21), 0.08, 0.19, 0.037, p.dark)
    p.fill(segment(x, y, -0.20, 0.02, 0.16, 0.02, 0.125), p.body)
    p.fill(segment(x, y, 0.18, -0.02, 0.25, -0.16, 0.085), p.body)
    p.fill(segment(x, y, 0.27, -0.17, 0.42, -0.12, 0.058), p.body)
    p.fill(disc(x - 0.26, y + 0.19, 0.105), p.body)
    p.fill(ellipse(x - 0.18, y + 0.14, 0.055, 0.12), p.dark)
    p.fill(disc(x - 0.46, y + 0.14, 0.035), DARK)
    p.fill(disc(x - 0.30, y + 0.21, 0.02), DARK)


def cat(p: Pen, x, y, s: Moves) -> None:
    sway = 0.06 * s.swing(0.8)
    p.fill(either(segment(x, y, -0.22, 0.10, -0.34, -0.12, 0.032), segment(x, y, -0.34, -0.12, -0.26 + sway, -0.36, 0.03)), p.body)
    legs(p, x, y, s, (-0.18, -0.10, 0.12, 0.19), 0.12, 0.155, 0.03, p.dark)
    p.fill(ellipse(x + 0.01, y - 0.06, 0.26, 0.115), p.body)
    for ear in (0.15, 0.33):
        p.fill(triangle(x - ear, y + 0.29, 0.065, 0.085), p.dark)
    p.fill(disc(x - 0.24, y + 0.13, 0.145), p.body)
    for eye in (0.19, 0.30):
        p.fill(disc(x - eye, y + 0.15, 0.027), (0.55, 0.85, 0.35))
        p.fill(disc(x - eye, y + 0.15, 0.012), DARK)
    p.fill(triangle(x - 0.25, -(y + 0.09), 0.024, 0.016), (0.95, 0.55, 0.55))


def horse(p: Pen, x, y, s: Moves) -> None:
    p.fill(either(segment(x, y, -0.27, -0.08, -0.37, 0.0, 0.04), segment(x, y, -0.37, 0.0, -0.38 + 0.03 * s.swing(1.1), 0.16, 0.032)), p.dark)
    legs(p, x, y, s, (-0.23, -0.15, 0.14, 0.22), 0.04, 0.24, 0.03, p.dark)
    p.fill(ellipse(x, y + 0.03, 0.30, 0.13), p.body)
    p.fill(segment(x, y, 0.17, -0.10, 0.30, -0.33, 0.075), p.body)
    p.fill(segment(x, y, 0.11, -0.14, 0.22, -0.39, 0.042), p.dark)
    p.fill(segment(x, y, 0.31, -0.36, 0.44, -0.26, 0.058), p.body)
    p.fill(triangle(x - 0.27, y + 0.44, 0.03, 0.045), p.dark)
    p.fill(disc(x - 0.34, y + 0.36, 0.018), DARK)


def elephant(p: Pen, x, y, s: Moves) -> None:
    p.fill(segment(x, y, -0.34, -0.08, -0.40, 0.10, 0.018), p.dark)
    legs(p, x, y, s, (-0.24, -0.12, 0.06, 0.17), 0.08, 0.16, 0.062, p.dark)
    p.fill(ellipse(x + 0.07, y + 0.06, 0.30, 0.21), p.body)
    sway = 0.03 * s.swing(0.6)
    p.fill(either(segment(x, y, 0.36, -0.08, 0.43, 0.08, 0.05), segment(x, y, 0.43, 0.08, 0.40 + sway, 0.24, 0.036)), p.body)
    p.fill(disc(x - 0.27, y + 0.13, 0.165), p.body)
    p.fill(ellipse(x - 0.16, y + 0.10, 0.115, 0.16), p.dark)
    p.fill(segment(x, y, 0.34, 0.01, 0.45, 0.03, 0.018), (0.97, 0.96, 0.90))
    p.fill(disc(x - 0.33, y + 0.18, 0.02), DARK)


def bird(p: Pen, x, y, s: Moves) -> None:
    flap = s.swing(1.7)
    p.fill(triangle(-(y + 0.02), x + 0.27, 0.11, 0.12), p.dark)
    p.fill(ellipse(x, y, 0.22, 0.125), p.body)
    tip = -0.05 - 0.30 * flap
    p.fill(segment(x, y, 0.03, -0.02, -0.12, tip, 0.055), p.dark)
    p.fill(segment(x, y, -0.06, -0.02 + 0.2 * tip, -0.19, tip * 1.12, 0.045), p.dark)
    p.fill(triangle(y + 0.08, -(x - 0.34), 0.05, 0.07), (0.98, 0.62, 0.12))
    p.fill(disc(x - 0.20, y + 0.09, 0.10), p.body)
    p.fill(disc(x - 0.23, y + 0.11, 0.023), DARK)


def fish(p: Pen, x, y, s: Moves) -> None:
    wag = 0.07 * s.swing(1.8)
    p.fill(triangle(-(y + wag), x + 0.30, 0.17, 0.12), p.dark)
    p.fill(triangle(x + 0.02, y + 0.17, 0.12, 0.07), p.dark)
    p.fill(ellipse(x, y, 0.29, 0.165), p.body)
    p.fill(both(ellipse(x, y, 0.29, 0.165), (x + 0.03).abs() - 0.035), p.bright)
    p.fill(triangle(y - 0.03, x + 0.02, 0.06, 0.07), p.dark)
    p.fill(disc(x - 0.18, y + 0.04, 0.042), (0.97, 0.97, 0.97))
    p.fill(disc(x - 0.19, y + 0.04, 0.022), DARK)


def butterfly(p: Pen, x, y, s: Moves) -> None:
    wide = 0.45 + 0.55 * s.swing(1.6).abs()
    for side in (-1, 1):
        u = side * x / wide
        p.fill(ellipse(u - 0.19, y + 0.12, 0.19, 0.18), p.body)
        p.fill(ellipse(u - 0.15, y - 0.15, 0.145, 0.15), p.dark)
        p.fill(disc(u - 0.20, y + 0.13, 0.06), p.bright)
    p.fill(segment(x, y, 0, -0.18, 0, 0.20, 0.028), DARK)
    for side in (-1, 1):
        p.fill(segment(x, y, 0, -0.18, side * 0.08, -0.31, 0.011), DARK)


def wheel(p: Pen, x, y, at: float, radius: float, s: Moves) -> None:
    p.fill(disc(x - at, y - (0.30 - radius), radius), DARK)
    p.fill(disc(x - at, y - (0.30 - radius), radius * 0.45), METAL)


def car(p: Pen, x, y, s: Moves) -> None:
    p.fill(trapezoid(x + 0.03, y + 0.06, 0.17, 0.28, 0.12), p.body)
    p.fill(trapezoid(x + 0.03, y + 0.05, 0.14, 0.22, 0.075), GLASS)
    p.fill(box(x + 0.02, y + 0.05, 0.018, 0.10), p.body)
    p.fill(box(x, y - 0.11, 0.44, 0.105) - 0.015, p.body)
    p.fill(box(x, y - 0.15, 0.455, 0.025), p.dark)
    p.fill(disc(x - 0.42, y - 0.09, 0.035), (1.0, 0.94, 0.6))
    wheel(p, x, y, -0.25, 0.11, s)
    wheel(p, x, y, 0.26, 0.11, s)


def bus(p: Pen, x, y, s: Moves) -> None:
    p.fill(box(x, y + 0.03, 0.45, 0.215) - 0.02, p.body)
    p.fill(box(x, y - 0.11, 0.465, 0.03), p.dark)
    for i in range(4):
        p.fill(box(x + 0.33 - i * 0.19, y + 0.10, 0.075, 0.075), GLASS)
    p.fill(box(x - 0.41, y + 0.06, 0.04, 0.12), GLASS)
    wheel(p, x, y, -0.26, 0.095, s)
    wheel(p, x, y, 0.27, 0.095, s)


def truck(p: Pen, x, y, s: Moves) -> None:
    p.fill(box(x, y - 0.17, 0.44, 0.035), DARK)
    p.fill(box(x + 0.13, y + 0.04, 0.31, 0.20), p.body)
    for i in (-0.33, -0.13, 0.07):
        p.fill(box(x - i, y + 0.04, 0.012, 0.19), p.dark)
    p.fill(box(x - 0.33, y - 0.03, 0.115, 0.145), (0.86, 0.86, 0.88))
    p.fill(box(x - 0.36, y + 0.05, 0.065, 0.055), (0.35, 0.5, 0.6))
    for at in (-0.30, -0.08, 0.31):
        wheel(p, x, y, at, 0.09, s)


def train(p: Pen, x, y, s: Moves) -> None:
    for i in range(3):
        age = (s.seconds * 0.9 + i / 3) % 1
        p.fill(disc(x - 0.28 + age * 0.30, y + 0.42 + age * 0.10, 0.05 + 0.07 * age), (0.85, 0.85, 0.87))
    p.fill(trapezoid(x - 0.28, y + 0.25, 0.065, 0.045, 0.10), DARK)
    p.fill(segment(x, y, -0.10, 0.02, 0.30, 0.02, 0.145), p.body)
    p.fill(box(x + 0.29, y + 0.09, 0.165, 0.26), p.body)
    p.fill(box(x + 0.29, y + 0.36, 0.20, 0.025), p.dark)
    p.fill(box(x + 0.29, y + 0.19, 0.09, 0.085), GLASS)
    p.fill(box(x, y - 0.18, 0.45, 0.03), p.dark)
    p.fill(triangle(x - 0.47, y - 0.20, 0.09, 0.08), METAL)
    for at in (-0.32, -0.08, 0.12, 0.32):
        wheel(p, x, y, at, 0.088, s)


def airplane(p: Pen, x, y, s: Moves) -> None:
    p.fill(triangle(x + 0.37, y + 0.17, 0.10, 0.13), p.dark)
    p.fill(segment(x, y, -0.36, -0.01, 0.32, 0.02, 0.095), p.body)
    for i in range(4):
        p.fill(disc(x + 0.20 - i * 0.12, y + 0.03, 0.028), GLASS)
    p.fill(both(disc(x - 0.33, y + 0.03, 0.085), 0.30 - x), GLASS)
    p.fill(segment(x, y, 0.08, 0.05, -0.14, 0.22, 0.048), p.dark)
    p.fill(segment(x, y, -0.34, 0.0, -0.45, 0.06, 0.03), p.dark)


def helicopter(p: Pen, x, y, s: Moves) -> None:
    p.fill(segment(x, y, -0.10, -0.03, -0.44, -0.08, 0.035), p.body)
    turn = s.swing(2.3)
    p.fill(segment(x, y, -0.44 - 0.05 * turn, -0.16, -0.44 + 0.05 * turn, 0.0, 0.018), DARK)
    p.fill(ellipse(x - 0.10, y, 0.26, 0.165), p.body)
    p.fill(both(ellipse(x - 0.12, y + 0.01, 0.24, 0.145), 0.13 - x), GLASS)
    p.fill(segment(x, y, 0.07, -0.15, 0.07, -0.24, 0.02), DARK)
    blade = 0.18 + 0.26 * s.swing(2.7).abs()
    p.fill(box(x - 0.07, y + 0.25, blade, 0.018), DARK)
    p.fill(box(x - 0.08, y - 0.24, 0.22, 0.018), DARK)
    for at in (-0.02, 0.18):
        p.fill(segment(x, y, at, 0.13, at, 0.24, 0.014), DARK)


def boat(p: Pen, x, y, s: Moves) -> None:
    y = y - 0.012 * s.swing(0.5)
    p.fill(box(x + 0.02, y + 0.10, 0.02, 0.30), WOOD)
    p.fill(triangle(x - 0.18, y + 0.11, 0.36, 0.26), p.body)
    p.fill(triangle(x + 0.17, y + 0.07, 0.26, 0.20), p.bright)
    p.fill(trapezoid(x, y - 0.21, 0.46, 0.30, 0.09), p.dark)
    p.fill(box(x, y - 0.14, 0.45, 0.022), (0.95, 0.95, 0.93))


def rocket(p: Pen, x, y, s: Moves) -> None:
    p.fill(triangle(x, -(y - 0.40), 0.11, 0.14 + 0.03 * s.swing(3.1)), (1.0, 0.62, 0.12))
    p.fill(triangle(x, -(y - 0.36), 0.06, 0.08 + 0.02 * s.swing(2.3)), (1.0, 0.92, 0.5))
    p.fill(triangle(x, y - 0.17, 0.28, 0.14), p.dark)
    p.fill(box(x, y + 0.0, 0.13, 0.28), p.body)
    p.fill(triangle(x, y + 0.38, 0.13, 0.11), p.dark)
    p.fill(disc(x, y + 0.09, 0.07), (0.95, 0.95, 0.97))
    p.fill(disc(x, y + 0.09, 0.05), (0.45, 0.75, 0.95))


def balloon(p: Pen, x, y, s: Moves) -> None:
    for q in (-0.075, 0.075):
        p.fill(segment(x, y, q * 2.0, 0.12, q, 0.32, 0.011), WOOD)
    p.fill(either(disc(x, y + 0.12, 0.29), trapezoid(x, y - 0.12, 0.245, 0.10, 0.10)), p.body)
    p.fill(ellipse(x, y + 0.12, 0.10, 0.29), p.dark)
    p.fill(box(x, y - 0.38, 0.095, 0.065), (0.62, 0.42, 0.20))


def house(p: Pen, x, y, s: Moves) -> None:
    p.fill(box(x - 0.20, y + 0.30, 0.045, 0.12), (0.45, 0.25, 0.20))
    p.fill(box(x, y - 0.10, 0.33, 0.20), p.body)
    p.fill(triangle(x, y + 0.25, 0.44, 0.17), p.dark)
    p.fill(box(x, y - 0.18, 0.065, 0.12), (0.36, 0.21, 0.12))
    for q in (-0.20, 0.20):
        p.fill(box(x - q, y - 0.07, 0.07, 0.07), (1.0, 0.94, 0.62))
        p.fill(box(x - q, y - 0.07, 0.01, 0.07), WOOD)


def castle(p: Pen, x, y, s: Moves) -> None:
    p.fill(box(x, y - 0.08, 0.30, 0.22), p.body)
    for i in range(4):
        p.fill(box(x + 0.22 - i * 0.147, y + 0.17, 0.04, 0.04), p.body)
    for side in (-0.34, 0.34):
        p.fill(box(x - side, y + 0.03, 0.105, 0.27), p.body)
        p.fill(triangle(x - side, y + 0.35, 0.145, 0.12), p.dark)
        p.fill(box(x - side, y + 0.08, 0.025, 0.055), DARK)
    p.fill(either(box(x, y - 0.22, 0.08, 0.08), disc(x, y - 0.14, 0.08)), (0.30, 0.18, 0.10))
    flag = 0.02 * s.swing(1.3)
    p.fill(segment(x, y, 0, -0.16, 0, -0.42, 0.011), DARK)
    p.fill(box(x - 0.07, y + 0.37 + flag, 0.065, 0.04), p.bright)


def lighthouse(p: Pen, x, y, s: Moves) -> None:
    p.fill(ellipse(x, y - 0.30, 0.34, 0.08), (0.38, 0.36, 0.36))
    p.fill(trapezoid(x, y - 0.03, 0.085, 0.16, 0.30), (0.95, 0.95, 0.95))
    for top in (-0.18, 0.06):
        p.fill(both(trapezoid(x, y - 0.03, 0.085, 0.16, 0.30), (y - top - 0.06).abs() - 0.06), p.body)
    p.fill(both(trapezoid(x, y - 0.03, 0.085, 0.16, 0.30), (y - 0.30).abs() - 0.07), p.body)
    p.fill(box(x, y + 0.285, 0.12, 0.02), DARK)
    p.fill(box(x, y + 0.345, 0.07, 0.05), (1.0, 0.93, 0.5))
    p.fill(triangle(x, y + 0.44, 0.10, 0.055), p.body)


def windmill(p: Pen, x, y, s: Moves) -> None:
    p.fill(trapezoid(x, y - 0.07, 0.11, 0.20, 0.23), p.body)
    p.fill(triangle(x, y + 0.23, 0.145, 0.09), p.dark)
    p.fill(box(x, y - 0.23, 0.05, 0.07), (0.36, 0.21, 0.12))
    u, v = rotated(x, y + 0.16, 2 * math.pi * 0.22 * s.seconds)
    for a, b in ((u, v), (v, -u)):
        p.fill(box(a, b, 0.36, 0.012), WOOD)
        p.fill(box(a - 0.22, b - 0.04, 0.13, 0.035), (0.96, 0.94, 0.88))
        p.fill(box(a + 0.22, b + 0.04, 0.13, 0.035), (0.96, 0.94, 0.88))
    p.fill(disc(u, v, 0.035), DARK)


def ball(p: Pen, x, y, s: Moves) -> None:
    p.fill(disc(x, y, 0.30), p.body)
    p.fill(without(disc(x, y, 0.30), disc(x + 0.09, y + 0.09, 0.33)), p.dark)
    p.fill(both(ring(disc(x + 0.22, y + 0.08, 0.34), 0.014), disc(x, y, 0.29)), p.bright)
    p.fill(disc(x + 0.10, y + 0.12, 0.055), p.bright)


def tree(p: Pen, x, y, s: Moves) -> None:
    p.fill(trapezoid(x, y - 0.18, 0.045, 0.075, 0.13), WOOD)
    lean = 0.012 * s.swing(0.4)
    for dx, dy, r in ((0.17, 0.0, 0.15), (-0.17, 0.0, 0.15), (0.0, -0.20, 0.20), (0.0, -0.03, 0.18)):
        p.fill(disc(x - dx - lean, y - dy, r), p.body if dx <= 0 else p.dark)


def flower(p: Pen, x, y, s: Moves) -> None:
    lean = 0.03 * s.swing(0.4)
    p.fill(segment(x, y, 0, 0.30, lean, -0.10, 0.022), (0.20, 0.52, 0.22))
    for side in (-1, 1):
        u, v = rotated(x - side * 0.10, y - 0.15, torch.full_like(lean, -side * 0.6))
        p.fill(ellipse(u, v, 0.11, 0.045), (0.24, 0.60, 0.26))
    for i in range(6):
        angle = i * math.pi / 3
        p.fill(disc(x - lean - 0.135 * math.cos(angle), y + 0.18 - 0.135 * math.sin(angle), 0.088), p.body)
    p.fill(disc(x - lean, y + 0.18, 0.085), (0.45, 0.26, 0.10))


def umbrella(p: Pen, x, y, s: Moves) -> None:
    p.fill(segment(x, y, 0, -0.36, 0, 0.22, 0.018), WOOD)
    p.fill(both(ring(disc(x - 0.06, y - 0.22, 0.06), 0.018), 0.20 - y), WOOD)
    p.fill(both(disc(x, y - 0.02, 0.40), y + 0.04), p.body)
    p.fill(both(ellipse(x, y - 0.02, 0.15, 0.40), y + 0.04), p.dark)
    p.fill(both(ellipse(x, y - 0.02, 0.05, 0.40), y + 0.04), p.body)


def chair(p: Pen, x, y, s: Moves) -> None:
    for at in (-0.17, 0.17):
        p.fill(box(x - at, y - 0.18, 0.028, 0.12), WOOD)
    p.fill(box(x + 0.17, y + 0.13, 0.045, 0.24), p.body)
    p.fill(box(x, y - 0.06, 0.23, 0.055), p.body)
    p.fill(box(x, y - 0.10, 0.23, 0.018), p.dark)


def clock(p: Pen, x, y, s: Moves) -> None:
    for side in (-0.16, 0.16):
        p.fill(segment(x, y, side * 0.9, 0.20, side * 1.2, 0.29, 0.028), DARK)
        p.fill(disc(x - side, y + 0.30, 0.075), p.dark)
    p.fill(disc(x, y, 0.29), p.body)
    p.fill(disc(x, y, 0.215), (0.97, 0.96, 0.92))
    for turns, length in ((0.10, 0.17), (0.02, 0.11)):
        angle = 2 * math.pi * turns * s.seconds * 3
        p.fill(segment(x, y, 0, 0, length * torch.sin(angle), -length * torch.cos(angle), 0.017), DARK)


def kite(p: Pen, x, y, s: Moves) -> None:
    for i in range(4):
        p.fill(disc(x - 0.03 * s.swing(0.8, i * 1.4), y - 0.22 - i * 0.08, 0.032), p.dark)
    p.fill(x.abs() * 1.0 / 0.27 * 0.2 + torch.where(y < -0.08, (-0.08 - y) / 0.30, (y + 0.08) / 0.30) * 0.2 - 0.2, p.body)
    p.fill(both(x.abs() / 0.27 * 0.2 + torch.where(y < -0.08, (-0.08 - y) / 0.30, (y + 0.08) / 0.30) * 0.2 - 0.2, x), p.dark)
    p.fill(box(x, y + 0.08, 0.27, 0.011), p.bright)


SUBJECTS = {
    f.__name__: f
    for f in (
        person, woman, robot, dog, cat, horse, elephant, bird, fish, butterfly, car, bus, truck, train, airplane,
        helicopter, boat, rocket, balloon, house, castle, lighthouse, windmill, ball, tree, flower, umbrella, chair, clock, kite,
    )
}  # fmt: skip
FLYING = ("bird", "butterfly", "airplane", "helicopter", "rocket", "balloon", "kite")
