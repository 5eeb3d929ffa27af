"""Sketch in PyTorch: a UMT5 text encoder and a Wan video diffusion transformer over pixels, for training.

Parameter names are those of transformers' UMT5EncoderModel and diffusers' WanTransformer3DModel, so that the engine loads
the result as it loads any checkpoint. Six optional config keys are Sketch's own: `rope_theta`, `patch_bottleneck` (the
patch embedding passes through a narrow layer), `position_frequencies` and `time_frequencies` (each token is told its place in the
picture and in the clip: where there is nothing but noise nothing else tells it), `prediction_type` ("sample": the transformer
predicts clean pixels) and `few_steps` (told so, it predicts what many guided steps would come to, so that so few are enough).
Wan: arXiv 2503.20314. Predicting x0 with the loss in flow space: arXiv 2511.13720.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

TRANSFORMER = {
    "_class_name": "WanTransformer3DModel",
    "patch_size": [1, 8, 8],
    "num_attention_heads": 3,
    "attention_head_dim": 64,
    "in_channels": 28,
    "out_channels": 12,
    "text_dim": 256,
    "freq_dim": 256,
    "ffn_dim": 768,
    "num_layers": 8,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "eps": 1e-6,
    "rope_theta": 100.0,
    "patch_bottleneck": 128,
    "position_frequencies": 8,
    "time_frequencies": 4,
    "prediction_type": "sample",
    "few_steps": 6,
}
TEXT_ENCODER = {
    "architectures": ["UMT5EncoderModel"],
    "model_type": "umt5",
    "vocab_size": 2048,
    "d_model": 256,
    "d_kv": 64,
    "d_ff": 512,
    "num_layers": 2,
    "num_heads": 4,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
    "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu",
    "is_gated_act": True,
    "dense_act_fn": "gelu_new",
    "pad_token_id": 0,
    "eos_token_id": 1,
}
TEXT_TOKENS = 48


# --- text encoder -------------------------------------------------------------------------------------------------------


class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight.float(), self.eps).to(x.dtype)


class T5Attention(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.heads, inner, d = c["num_heads"], c["num_heads"] * c["d_kv"], c["d_model"]
        self.q, self.k, self.v = (nn.Linear(d, inner, bias=False) for _ in range(3))
        self.o = nn.Linear(inner, d, bias=False)
        self.relative_attention_bias = nn.Embedding(c["relative_attention_num_buckets"], self.heads)
        nn.init.normal_(self.q.weight, std=(d * c["d_kv"]) ** -0.5)
        for layer in (self.k, self.v):
            nn.init.normal_(layer.weight, std=d**-0.5)
        nn.init.normal_(self.o.weight, std=inner**-0.5)
        nn.init.normal_(self.relative_attention_bias.weight, std=d**-0.5)

    def forward(self, x: Tensor, buckets: Tensor, bias: Tensor) -> Tensor:
        def split(y: Tensor) -> Tensor:
            return y.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        position = self.relative_attention_bias(buckets).permute(2, 0, 1).unsqueeze(0)  # (1, heads, tokens, tokens)
        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=(position + bias).to(q.dtype), scale=1.0)
        return self.o(y.transpose(1, 2).flatten(2))


class GatedFeedForward(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        d, inner = c["d_model"], c["d_ff"]
        self.wi_0, self.wi_1 = nn.Linear(d, inner, bias=False), nn.Linear(d, inner, bias=False)
        self.wo = nn.Linear(inner, d, bias=False)
        nn.init.normal_(self.wi_0.weight, std=d**-0.5)
        nn.init.normal_(self.wi_1.weight, std=d**-0.5)
        nn.init.normal_(self.wo.weight, std=inner**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.wo(F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))


class SelfAttentionLayer(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.SelfAttention, self.layer_norm = T5Attention(c), RMSNorm(c["d_model"], c["layer_norm_epsilon"])


class FeedForwardLayer(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.DenseReluDense, self.layer_norm = GatedFeedForward(c), RMSNorm(c["d_model"], c["layer_norm_epsilon"])


class T5Block(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.layer = nn.ModuleList([SelfAttentionLayer(c), FeedForwardLayer(c)])

    def forward(self, x: Tensor, buckets: Tensor, bias: Tensor) -> Tensor:
        attention, feed_forward = self.layer
        x = x + attention.SelfAttention(attention.layer_norm(x), buckets, bias)
        return x + feed_forward.DenseReluDense(feed_forward.layer_norm(x))


class T5Stack(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.block = nn.ModuleList([T5Block(c) for _ in range(c["num_layers"])])
        self.final_layer_norm = RMSNorm(c["d_model"], c["layer_norm_epsilon"])


class TextEncoder(nn.Module):
    """UMT5's encoder: each layer has a relative position bias of its own."""

    def __init__(self, config: dict):
        super().__init__()
        self.config = config
        self.shared = nn.Embedding(config["vocab_size"], config["d_model"])
        nn.init.normal_(self.shared.weight, std=1.0)
        self.encoder = T5Stack(config)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """`ids`, `mask`: (batch, tokens). Returns (batch, tokens, d_model); padded places are zero, as Wan feeds them."""
        tokens = ids.shape[1]
        buckets = relative_buckets(tokens, self.config, ids.device)
        bias = torch.where(mask[:, None, None, :].bool(), 0.0, -1e9)
        x = self.shared(ids)
        for block in self.encoder.block:
            x = block(x, buckets, bias)
        return self.encoder.final_layer_norm(x) * mask.unsqueeze(-1)


def relative_buckets(tokens: int, c: dict, device) -> Tensor:
    """T5's bidirectional buckets: half for each direction, exact when near, logarithmic when far. (tokens, tokens)."""
    half = c["relative_attention_num_buckets"] // 2
    place = torch.arange(tokens, device=device)
    relative = place[None, :] - place[:, None]
    side = (relative > 0).long() * half
    distance = relative.abs()
    exact = half // 2
    log = torch.log(distance.clamp(min=1).float() / exact) / math.log(c["relative_attention_max_distance"] / exact)
    far = (exact + (log * (half - exact)).long()).clamp(max=half - 1)
    return side + torch.where(distance < exact, distance, far)


# --- transformer --------------------------------------------------------------------------------------------------------


# Pairs of tokens up to which all scores are kept in memory.
KEPT_SCORES = 800 * 800


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """(batch, heads, tokens, head width). Written out for short sequences: PyTorch's fused kernel takes three to five times as long
    backwards on a processor."""
    if q.shape[-2] * k.shape[-2] > KEPT_SCORES:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    scores = scores.float() if mask is None else scores.float() + mask
    weights = torch.exp(scores - scores.amax(-1, keepdim=True).detach()).to(q.dtype)
    return (weights @ v) / (weights @ torch.ones_like(v[..., :1]))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, eps: float):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width), nn.Identity()])
        self.norm_q, self.norm_k = RMSNorm(width, eps), RMSNorm(width, eps)

    def split(self, y: Tensor) -> Tensor:
        return y.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def to_text(self, x: Tensor, text: Tensor, mask: Tensor | None) -> Tensor:
        q, k, v = self.norm_q(self.to_q(x)), self.norm_k(self.to_k(text)), self.to_v(text)
        y = attention(self.split(q), self.split(k), self.split(v), mask)
        return self.to_out[0](y.transpose(1, 2).flatten(2))

    def to_self(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """`cos`, `sin`: (tokens, head width / 2). Neighbouring pairs of channels are rotated; the pairs are split into two
        halves by the order of the weights' rows, because a processor reads halves faster and scores don't change."""
        width = x.shape[-1]
        order = torch.arange(width, device=x.device).view(self.heads, -1, 2).transpose(1, 2).flatten()

        def rotated(layer: nn.Linear, norm: RMSNorm) -> Tensor:
            y = self.split(F.rms_norm(F.linear(x, layer.weight[order], layer.bias[order]).float(), (width,), norm.weight[order], norm.eps))
            a, b = y.chunk(2, -1)
            return torch.cat([a * cos - b * sin, a * sin + b * cos], -1).to(x.dtype)

        q, k, v = rotated(self.to_q, self.norm_q), rotated(self.to_k, self.norm_k), self.split(self.to_v(x))
        y = attention(q, k, v)
        return self.to_out[0](y.transpose(1, 2).flatten(2))


class Projection(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.proj = nn.Linear(width, inner)


class FeedForward(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.net = nn.ModuleList([Projection(width, inner), nn.Identity(), nn.Linear(inner, width)])

    def forward(self, x: Tensor) -> Tensor:
        return self.net[2](F.gelu(self.net[0].proj(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        width, eps = c["num_attention_heads"] * c["attention_head_dim"], c["eps"]
        self.width, self.eps = width, eps
        self.attn1, self.attn2 = (Attention(width, c["num_attention_heads"], eps) for _ in range(2))
        self.norm2 = nn.LayerNorm(width, eps)
        self.ffn = FeedForward(width, c["ffn_dim"])
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, width) / width**0.5)
        nn.init.zeros_(self.attn2.to_out[0].weight)
        nn.init.zeros_(self.attn2.to_out[0].bias)

    def forward(self, x: Tensor, text: Tensor, mask: Tensor | None, time: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """`mask`: (batch, 1, tokens or 1, text tokens), what is added to the scores. `time`: (batch, latent frames, 6, width), the tokens of a latent frame share it when they can, else one a token."""
        groups = time.shape[1]
        shift, scale, gate, shift2, scale2, gate2 = (self.scale_shift_table.unsqueeze(1) + time.float()).unsqueeze(3).unbind(2)

        def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
            y = F.layer_norm(x.float(), (self.width,), eps=self.eps).unflatten(1, (groups, -1))
            return (y * (1 + scale) + shift).flatten(1, 2).to(x.dtype)

        def gated(x: Tensor, y: Tensor, gate: Tensor) -> Tensor:
            return (x.float() + (y.unflatten(1, (groups, -1)) * gate).flatten(1, 2)).to(x.dtype)

        x = gated(x, self.attn1.to_self(modulated(x, shift, scale), cos, sin), gate)
        x = x + self.attn2.to_text(self.norm2(x.float()).to(x.dtype), text, mask)
        return gated(x, self.ffn(modulated(x, shift2, scale2)), gate2)


class TwoLayers(nn.Module):
    def __init__(self, inputs: int, width: int):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(inputs, width), nn.Linear(width, width)


class ConditionEmbedder(nn.Module):
    def __init__(self, c: dict, width: int):
        super().__init__()
        self.time_embedder = TwoLayers(c["freq_dim"], width)
        self.time_proj = nn.Linear(width, 6 * width)
        self.text_embedder = TwoLayers(c["text_dim"], width)
        for layer in (self.text_embedder.linear_1, self.text_embedder.linear_2):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)


class PatchEmbedding(nn.Module):
    """A convolution over patches into a narrow layer, then a linear layer to the full width."""

    def __init__(self, c: dict, width: int):
        super().__init__()
        self.down = nn.Conv3d(c["in_channels"], c["patch_bottleneck"], c["patch_size"], c["patch_size"], bias=False)
        self.up = nn.Linear(c["patch_bottleneck"], width)

    def forward(self, latents: Tensor) -> Tensor:
        """(batch, channels, frames, height, width) → (batch, tokens, width).

        A matrix product over cut-out patches: oneDNN's convolution in bf16 gives wrong values for these on processors with AMX
        (PyTorch 2.15: relative error 1.4)."""
        n, c, f, h, w = latents.shape
        pt, ph, pw = self.down.kernel_size
        patches = latents.view(n, c, f // pt, pt, h // ph, ph, w // pw, pw).permute(0, 2, 4, 6, 1, 3, 5, 7)
        return self.up(F.linear(patches.reshape(n, -1, c * pt * ph * pw), self.down.weight.flatten(1)))


class Transformer(nn.Module):
    def __init__(self, config: dict):
        super().__init__()
        self.config = c = config
        self.width = width = c["num_attention_heads"] * c["attention_head_dim"]
        self.patch_embedding = PatchEmbedding(c, width)
        self.condition_embedder = ConditionEmbedder(c, width)
        if c.get("position_frequencies"):
            self.position_embedding = nn.Linear(4 * c["position_frequencies"], width)
        if c.get("time_frequencies"):
            # Not from zero: what moves to the right and what moves to the left would cancel out, and nothing would ever be learned.
            self.time_embedding = nn.Linear(4 * c["time_frequencies"], width)
        if c.get("few_steps"):
            self.few_steps_embedding = nn.Parameter(torch.zeros(width))
        self.blocks = nn.ModuleList([Block(c) for _ in range(c["num_layers"])])
        self.proj_out = nn.Linear(width, math.prod(c["patch_size"]) * c["out_channels"])
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, width) / width**0.5)
        self.picks: Tensor | None = None  # the tokens that passed the inner blocks, if not all
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def rope(self, positions: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines (tokens, head width / 2): a third of the pairs each for frame, row and column, frames take the rest.
        `positions`: of the latent frames in time."""
        device = positions.device
        head = self.config["attention_head_dim"]
        side = 2 * (head // 6)
        angles = []
        sides = (torch.arange(k, device=device).float() for k in (rows, columns))
        axes = torch.meshgrid(positions.float(), *sides, indexing="ij")
        for axis, width in zip(axes, (head - 2 * side, side, side)):
            speed = self.config["rope_theta"] ** (-torch.arange(0, width, 2, device=device).float() / width)
            angles.append(axis.reshape(-1, 1) * speed)
        angle = torch.cat(angles, 1)
        return angle.cos(), angle.sin()

    def places(self, rows: int, columns: int, device) -> Tensor:
        """Where each token of a frame lies in the picture, (rows · columns, 4 · frequencies): cosines and sines of half turns over its
        height and width, whatever its size."""
        turns = math.pi * torch.arange(1, self.config["position_frequencies"] + 1, device=device)
        y = ((torch.arange(rows, device=device) + 0.5) / rows).view(-1, 1, 1) * turns
        x = ((torch.arange(columns, device=device) + 0.5) / columns).view(1, -1, 1) * turns
        y, x = y.expand(rows, columns, -1), x.expand(rows, columns, -1)
        return torch.cat([y.cos(), y.sin(), x.cos(), x.sin()], -1).flatten(0, 1)

    def moments(self, positions: Tensor) -> Tensor:
        """When each latent frame is, (frames, 4 · frequencies): cosines and sines of half turns over the clip, and over sixteen latent
        frames, however long the clip is."""
        turns = math.pi * torch.arange(1, self.config["time_frequencies"] + 1, device=positions.device)
        at = positions.float().unsqueeze(1) + 0.5
        angles = torch.cat([at / (positions.max() + 1) * turns, at / 16 * turns], 1)
        return torch.cat([angles.cos(), angles.sin()], 1)

    def forward(self, latents: Tensor, timestep: Tensor, text: Tensor, text_mask: Tensor | None = None, route: float = 1.0, positions: Tensor | None = None, few: bool = False) -> Tensor:
        """`latents` (batch, channels, frames, height, width), `timestep` (batch, frames) or (batch, tokens) in 0..1000,
        `text` (batch, tokens, text_dim), of which only the places where `text_mask` (batch, text tokens) or (batch, frames,
        text tokens) is 1 are seen: by all frames, or each latent frame sees its own.

        `positions` (frames): when the latent frames are, if not one after the other from 0.
        `route` under 1, in training with a timestep for each frame: only that part of each frame's tokens, drawn by chance,
        passes through the inner blocks; the others skip them (TREAD, arXiv 2501.04765).
        `few`: few steps are taken, without guidance.
        """
        c = self.config
        _, ph, pw = c["patch_size"]
        frames, rows, columns = latents.shape[2], latents.shape[3] // ph, latents.shape[4] // pw
        x = self.patch_embedding(latents)
        if c.get("position_frequencies"):
            x = x + self.position_embedding(self.places(rows, columns, x.device)).repeat(frames, 1)
        positions = torch.arange(frames, device=x.device) if positions is None else positions
        if c.get("time_frequencies"):
            x = x + self.time_embedding(self.moments(positions)).repeat_interleave(rows * columns, 0)
        half = c["freq_dim"] // 2
        speed = torch.exp(-math.log(10000.0) * torch.arange(half, device=x.device) / half)
        angle = timestep.float().unsqueeze(-1) * speed
        e = self.condition_embedder
        time = e.time_embedder.linear_2(F.silu(e.time_embedder.linear_1(torch.cat([angle.cos(), angle.sin()], -1))))
        if few:
            time = time + self.few_steps_embedding
        table = e.time_proj(F.silu(time)).unflatten(-1, (6, -1))
        text = e.text_embedder.linear_2(F.gelu(e.text_embedder.linear_1(text), approximate="tanh"))
        mask = None
        if text_mask is not None:
            mask = torch.where(text_mask.bool(), 0.0, -1e9).to(x.dtype)
            mask = mask.unsqueeze(1) if mask.ndim == 2 else mask.repeat_interleave(rows * columns, 1)
            mask = mask.unsqueeze(1)  # (batch, 1, 1 or tokens, text tokens)
        cos, sin = self.rope(positions, rows, columns)
        self.picks = None
        if route < 1 and table.shape[1] == frames:
            x = self.blocks[0](x, text, mask, table, cos, sin)
            kept = int(rows * columns * route)
            picks = torch.rand(frames, rows * columns, device=x.device).argsort(1)[:, :kept].sort(1).values
            picks = (picks + torch.arange(frames, device=x.device).unsqueeze(1) * rows * columns).flatten()
            self.picks = picks
            inner, inner_cos, inner_sin = x[:, picks], cos[picks], sin[picks]
            inner_mask = mask if mask is None or mask.shape[2] == 1 else mask[:, :, picks]
            for block in self.blocks[1:-1]:
                inner = block(inner, text, inner_mask, table, inner_cos, inner_sin)
            x = x.index_copy(1, picks, inner)
            x = self.blocks[-1](x, text, mask, table, cos, sin)
        else:
            for block in self.blocks:
                x = block(x, text, mask, table, cos, sin)
        shift, scale = (self.scale_shift_table.unsqueeze(1) + time.float().unsqueeze(2)).unbind(2)
        repeat = x.shape[1] // time.shape[1]
        shift, scale = shift.repeat_interleave(repeat, 1), scale.repeat_interleave(repeat, 1)
        x = F.layer_norm(x.float(), (self.width,), eps=c["eps"]) * (1 + scale) + shift
        x = self.proj_out(x)
        x = x.view(-1, frames, rows, columns, ph, pw, c["out_channels"])
        return x.permute(0, 6, 1, 2, 4, 3, 5).reshape(-1, c["out_channels"], frames, rows * ph, columns * pw)


# --- frames and latents -------------------------------------------------------------------------------------------------


def pack(clip: Tensor, singles: int = 1) -> Tensor:
    """(n, c, singles + 4k, h, w) → (n, 4c, singles + k, h, w): the first frames four times each, then four frames a latent frame;
    frame-major. More than one single: frames of memory before the clip's first."""
    n, c, _, h, w = clip.shape
    clip = torch.cat([clip[:, :, :singles].repeat_interleave(4, 2), clip[:, :, singles:]], 2)
    return clip.view(n, c, -1, 4, h, w).permute(0, 3, 1, 2, 4, 5).reshape(n, 4 * c, -1, h, w)


def unpack(latents: Tensor, channels: int = 3) -> Tensor:
    """The inverse of `pack`; the first frame is the mean of its four copies."""
    n, _, k, h, w = latents.shape
    clip = latents.view(n, 4, channels, k, h, w).permute(0, 2, 3, 1, 4, 5).reshape(n, channels, 4 * k, h, w)
    return torch.cat([clip[:, :, :4].mean(2, keepdim=True), clip[:, :, 4:]], 2)


def parameter_count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
