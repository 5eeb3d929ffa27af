"""Muon (Keller Jordan, 2024): momentum whose matrices are made nearly orthogonal by Newton-Schulz iterations.

Matrices of one shape are orthogonalised together, as one batched product; of several processes each takes a part of them.
"""

from collections import defaultdict

import torch
from torch import Tensor

from arithmetic import has_bf16
from team import Team


def orthogonalise(batch: Tensor, steps: int = 5) -> Tensor:
    """(n, rows, columns) → the nearest matrices with singular values of about 1, in bf16 where that is fast."""
    x = batch.bfloat16() if has_bf16(batch.device.type) else batch
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        # Sums inside the products: on a processor sums of their own would take longer than the products do.
        a = x @ x.transpose(1, 2)
        a = torch.baddbmm(a, a, a, beta=-4.775, alpha=2.0315)
        x = torch.baddbmm(x, a, x, beta=3.4445)
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr: float, team: Team, momentum: float = 0.95, weight_decay: float = 0.05):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.team = team

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = defaultdict(list)
            for p in group["params"]:
                if p.grad is not None:
                    shapes[p.shape].append(p)
            steps = []
            for params in shapes.values():
                updates = torch.stack([self.update(p, group["momentum"]) for p in params])
                own = slice(self.team.place, None, self.team.size)
                step = torch.zeros_like(updates)
                if len(params) > self.team.place:
                    step[own] = orthogonalise(updates[own]).float()
                steps.append(step)
            self.team.add(steps)
            for (shape, params), step in zip(shapes.items(), steps):
                scale = 0.2 * max(shape) ** 0.5
                for p, update in zip(params, step):
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"] * scale)

    def update(self, p: Tensor, momentum: float) -> Tensor:
        """Nesterov's."""
        before = self.state[p].setdefault("momentum", torch.zeros_like(p))
        before.lerp_(p.grad, 1 - momentum)
        return p.grad.lerp(before, momentum)
