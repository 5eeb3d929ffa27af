"""The scenes that Sketch learns from: what they can be (`world`), how they are drawn (`render`), pictures like photographs (`photo`)."""

from .photo import render_photos
from .render import render
from .world import COLOURS, draw_scene, draw_simple_scene

__all__ = ["COLOURS", "draw_scene", "draw_simple_scene", "render", "render_photos"]
