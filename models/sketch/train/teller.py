"""What the middle of the transformer is asked while it learns: what each of its tokens shows. It isn't exported.

The renderer knows, so it costs one small layer. From noise alone only the words tell: a model that can answer has listened, and where
it draws it knows what. Asking the middle layers for what a picture means speeds diffusion transformers up (REPA, arXiv 2410.06940).
"""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from model import Transformer, pack
from scenes.places import PLACES
from scenes.subjects import SUBJECTS
from scenes.world import COLOURS

# The block that is asked, and how much of a token a subject must cover to be asked for.
BLOCK, COVERED = 3, 0.3
NAMES = {"subject": list(SUBJECTS), "colour": COLOURS, "place": list(PLACES)}


class Teller(nn.Module):
    """Reads, of each token, how much of it is subject in each of its four frames, and what subject, colour and place it shows."""

    def __init__(self, transformer: Transformer):
        super().__init__()
        self.tell = nn.Sequential(nn.LayerNorm(transformer.width), nn.Linear(transformer.width, 4 + sum(map(len, NAMES.values()))))
        self.asked, self.hidden, self.picks = False, None, None
        transformer.blocks[BLOCK].register_forward_hook(self.look)
        # A list, so that it is no part of this module.
        self.transformer = [transformer]

    def look(self, _block, _inputs, hidden: Tensor) -> None:
        if self.asked:
            self.hidden, self.picks = hidden, self.transformer[0].picks

    def forward(self, masks: Tensor, labels: Tensor, singles: int = 1) -> tuple[Tensor, Tensor]:
        """After the transformer's pass: the loss, and how often subject, colour and place are right, (3).

        `masks` (n, frames, height, width) and `labels` (n, 3) as of `labels_of`; `singles` as in `pack`."""
        patch = self.transformer[0].config["patch_size"][1]
        covered = F.avg_pool3d(pack(masks.unsqueeze(1), singles), (1, patch, patch)).flatten(2).transpose(1, 2)
        covered = covered if self.picks is None else covered[:, self.picks]
        told, *named = self.tell(self.hidden.float()).split([4, *map(len, NAMES.values())], 2)
        self.hidden = None
        loss, right = naming(named, covered.mean(2), labels)
        return F.binary_cross_entropy_with_logits(told, covered) + 0.3 * loss, right


def naming(named: list[Tensor], covered: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The cross entropy of subject, colour, place and whatever else all of a picture shows, summed; and how often each is right, NaN
    where none is asked. `named` (n, tokens, classes) each, `covered` (n, tokens), `labels` (n, names) with −1 for what isn't asked."""
    loss, right = covered.new_zeros(()), []
    for k, logits in enumerate(named):
        wanted = labels[:, k : k + 1].expand_as(covered)
        asked = (covered > COVERED if k < 2 else covered < 1 - COVERED) & (wanted >= 0)
        if bool(asked.any()):
            loss = loss + F.cross_entropy(logits[asked], wanted[asked])
            right.append((logits[asked].argmax(1) == wanted[asked]).float().mean().detach())
        else:
            right.append(covered.new_tensor(float("nan")))
    return loss, torch.stack(right)


def labels_of(scenes: list[list[dict]], device: str) -> Tensor:
    """(n, 3): which subject, colour and place; −1 where a clip has none, or two."""

    def label(of_clip: list[dict], name: str) -> int:
        value = of_clip[0][name] if len(of_clip) == 1 else None
        return -1 if value is None or of_clip[0]["second"] and name != "place" else NAMES[name].index(value)

    return torch.tensor([[label(s, name) for name in NAMES] for s in scenes], device=device)
