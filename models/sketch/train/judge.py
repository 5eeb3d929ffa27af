"""How often a checkpoint's clips show what their captions ask for, by the reader: what training is for, in a few minutes.

    python judge.py [CHECKPOINT] [--clips 96] [--frames 17] [--size 96x56] [--steps 12] [--simple] [--level 0.8]

Without a checkpoint it is the weights that ship. `kinora bench sketch` is what counts: it asks for more, of whole clips, by the engine.
"""

import argparse
import random
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from captions import caption  # noqa: E402
from reader import CLASSES, HEIGHT, WIDTH, Reader, moments, split  # noqa: E402
from sample import loaded, sample  # noqa: E402
from scenes import draw_scene, draw_simple_scene, render  # noqa: E402
from sheet import save_sheet  # noqa: E402
from train import SHIPPED, Sketch, config_of, load_weights  # noqa: E402


def model_of(path: str | None) -> Sketch:
    if path:
        return loaded(path)
    model = Sketch(config_of(SHIPPED)).eval()
    load_weights(model, SHIPPED)
    return model


def reader() -> Reader:
    read = Reader()
    read.load_state_dict(load_file(SHIPPED / "bench/reader.safetensors"), strict=False)
    return read.float().eval()


@torch.no_grad()
def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint", nargs="?")
    p.add_argument("--clips", type=int, default=96)
    p.add_argument("--frames", type=int, default=17)
    p.add_argument("--size", default="96x56")
    p.add_argument("--steps", type=int, default=12)
    p.add_argument("--guidance", type=float, default=2.5)
    p.add_argument("--simple", action="store_true", help="scenes as training begins with")
    p.add_argument("--few", action="store_true", help="as a draft: few steps, without guidance")
    p.add_argument("--level", type=float, help="begins from drawn clips with noise of that level: where those are read wrongly, the fault lies below it")
    p.add_argument("--sheet", help="a contact sheet of the first sixteen")
    args = p.parse_args()
    width, height = map(int, args.size.split("x"))
    model, read, r = model_of(args.checkpoint), reader(), random.Random(9_500_000)
    scenes = [{**(draw_simple_scene(r) if args.simple else draw_scene(r)), "second": None} for _ in range(args.clips)]
    words = [caption(scene, r, "en", whole=True) for scene in scenes]
    made = []
    for at in range(0, args.clips, 16):
        begun = (render(scenes[at : at + 16], height, width, args.frames)[0] * 2 - 1, args.level) if args.level else None
        made.append(sample(model, words[at : at + 16], args.frames, width, height, args.steps, args.guidance, seed=at, few=args.few, begun=begun))
    clips = torch.cat(made).clamp(0, 1)
    if args.sheet:
        save_sheet(clips[:16], args.sheet)
        print(*words[:16], sep="\n")
    seen = clips.transpose(1, 2)[:, moments(args.frames)]
    seen = F.interpolate(seen.flatten(0, 1), (HEIGHT, WIDTH), mode="bilinear", antialias=True).unflatten(0, seen.shape[:2])
    said = split(*read(seen))
    for name, classes in CLASSES.items():
        asked = [(row, classes.index(scene[name])) for row, scene in enumerate(scenes) if scene[name] is not None]
        hits = sum(int(said[name][row].argmax()) == wanted for row, wanted in asked)
        print(f"{name} {hits / len(asked):.1%} of {len(asked)}")


if __name__ == "__main__":
    main()
