"""Contact sheets: clips as rows of evenly spaced frames.

    python sheet.py FIRST LAST SHEET.png      draws the scenes of some seeds, and prints their captions
"""

import random
import sys

import numpy as np
from PIL import Image
from torch import Tensor


def save_sheet(clips: Tensor, path: str, columns: int = 8, scale: int = 2) -> None:
    """`clips` (n, 3, frames, height, width) in 0..1; a row a clip, nearest-neighbour enlarged."""
    frames = clips.shape[2]
    picks = [round(i * (frames - 1) / (columns - 1)) for i in range(columns)]
    rows = clips[:, :, picks].clamp(0, 1).permute(0, 3, 2, 4, 1).float().cpu().numpy()  # (n, height, columns, width, 3)
    n, height, _, width, _ = rows.shape
    grid = (rows.reshape(n * height, columns * width, 3) * 255 + 0.5).astype(np.uint8)
    Image.fromarray(grid).resize((grid.shape[1] * scale, grid.shape[0] * scale), Image.NEAREST).save(path)


def main(first: int, last: int, path: str) -> None:
    from captions import caption
    from scenes import draw_scene, render

    scenes = [draw_scene(random.Random(seed)) for seed in range(first, last + 1)]
    for seed, scene in zip(range(first, last + 1), scenes):
        print(seed, caption(scene, random.Random(seed), "en", whole=True))
    save_sheet(render(scenes, 72, 128, 61)[0], path, columns=6)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
