"""How alike two pictures look: the distance of what a small convolutional network sees in them, in all of its layers.

    python perceptual.py --minutes 15 [--dir ~/kinora-train]      trains the network, on pictures that are drawn while it learns

The squared error of pixels hardly minds whether a car has wheels, or whether one patch of eight pixels meets the next. A network that
had to name what pictures show does. With a transformer that predicts x0 its predictions can be looked at while it learns (PixelGen,
arXiv 2602.02493; the distance is that of LPIPS, arXiv 1801.03924, without weights). The network is no part of the model, and not the
reader of the benchmark: that one has another build, and is never asked in training.
"""

import argparse
import os
import random
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from data import Clips
from scenes.world import STYLES
from teller import NAMES, labels_of, naming

FILE = "perceptual.safetensors"
# Channels and stride of each layer, kernels of 3×3: the first ones see edges, the last ones 49 pixels.
LAYERS = [(24, 1), (48, 2), (64, 2), (96, 2), (128, 1), (128, 1)]
STRIDE = 8


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [3, *(width for width, _ in LAYERS)]
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, stride, 1) for a, (b, stride) in zip(widths, LAYERS))
        # What it learns by: how much of each place is subject, and what subject, colour, place and style it shows.
        self.names = nn.Linear(widths[-1], 1 + sum(map(len, NAMES.values())) + len(STYLES))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """`pictures` (n, 3, height, width) in −1..1. What each layer sees, (n, channels, rows, columns)."""
        seen, x = [], pictures.contiguous(memory_format=torch.channels_last)
        for layer in self.layers:
            x = F.silu(layer(x))
            seen.append(x)
        return seen

    def distance(self, made: Tensor, true: Tensor) -> Tensor:
        """(n): the mean over layers and places of the squared distance of unit vectors. Learns nothing itself."""
        with torch.no_grad():
            wanted = [F.normalize(x, dim=1) for x in self(true)]
        return torch.stack([((F.normalize(x, dim=1) - y) ** 2).sum(1).mean((1, 2)) for x, y in zip(self(made), wanted)]).mean(0)


def loaded(folder: Path, device: str) -> Features:
    path = folder / FILE
    if not path.exists():
        raise SystemExit(f"{path} is missing: python perceptual.py --minutes 15 --dir {folder}")
    net = Features()
    net.load_state_dict(load_file(path))
    return net.requires_grad_(False).to(device)


def naming_loss(net: Features, pictures: Tensor, masks: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The loss, and how often subject, colour, place and style are right at a place. `masks` (n, height, width), `labels` (n, 4)."""
    told = net.names(net(pictures)[-1].flatten(2).transpose(1, 2))
    covered = F.avg_pool2d(masks.unsqueeze(1), STRIDE).flatten(1)
    there, *named = told.split([1, *map(len, NAMES.values()), len(STYLES)], -1)
    loss, right = naming(named, covered, labels)
    return F.binary_cross_entropy_with_logits(there[..., 0], covered) + loss, right


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=15)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_TRAIN_DIR", "~/kinora-train")).expanduser())
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = p.parse_args()
    torch.manual_seed(1)
    net, r = Features().to(args.device), random.Random(1)
    data = Clips(r, r, args.device, 6000, {1: 1.0}, 0.2, 0.6)
    adam = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.01)
    start = said = time.time()
    rights, step = [], 0
    while (elapsed := (time.time() - start) / (args.minutes * 60)) < 1:
        adam.param_groups[0]["lr"] = 2e-3 * min(1, (step + 1) / 50) * (1 - elapsed)
        batch = data.batch(0.4, 0.3)
        style = torch.tensor([STYLES.index(row.scenes[0]["style"]) for row in batch.rows], device=args.device)
        labels = torch.cat([labels_of([row.scenes for row in batch.rows], args.device), style.unsqueeze(1)], 1)
        pictures = batch.clips[:, :, 0] * 2 - 1
        # What is looked at later is blurred or noisy now and then.
        pictures = pictures + 0.15 * torch.rand(len(pictures), 1, 1, 1, device=args.device) ** 2 * torch.randn_like(pictures)
        loss, right = naming_loss(net, pictures, batch.masks[:, 0], labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        rights.append(right)
        step += 1
        if time.time() - said > 30:
            means = torch.stack(rights).nanmean(0).tolist()
            print(f"step {step}", *(f"{name} {mean:.0%}" for name, mean in zip([*NAMES, "style"], means)), flush=True)
            rights, said = [], time.time()
    args.dir.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous().cpu() for k, v in net.state_dict().items()}, args.dir / FILE)


if __name__ == "__main__":
    main()
