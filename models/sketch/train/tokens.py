"""The word-level tokenizer: 2,048 slots, those that no word uses yet are reserved.

A word's slot is its line in vocabulary.txt, so that weights stay valid when words are added: new ones go to the end.
"""

from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from captions import words
from model import TEXT_ENCODER, TEXT_TOKENS


def build() -> Tokenizer:
    vocabulary = {"<pad>": 0, "</s>": 1, "<unk>": 2}
    for word in (Path(__file__).parent / "vocabulary.txt").read_text().split():
        vocabulary[word] = len(vocabulary)
    missing = [word for word in words() if word not in vocabulary]
    if missing:
        raise SystemExit(f"add these words to the end of vocabulary.txt: {' '.join(missing)}")
    for slot in range(len(vocabulary), TEXT_ENCODER["vocab_size"]):
        vocabulary[f"<reserved_{slot}>"] = slot
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]):
    """Ids and mask, (n, TEXT_TOKENS)."""
    import torch

    ids = torch.zeros(len(texts), TEXT_TOKENS, dtype=torch.long)
    mask = torch.zeros(len(texts), TEXT_TOKENS)
    for row, text in enumerate(texts):
        encoded = tokenizer.encode(text).ids
        encoded = encoded[: TEXT_TOKENS - 1] + [1] if len(encoded) > TEXT_TOKENS else encoded
        ids[row, : len(encoded)] = torch.tensor(encoded)
        mask[row, : len(encoded)] = 1
    return ids, mask
