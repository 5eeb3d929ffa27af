"""The word-level tokenizer: 2,048 slots, those that no word uses yet are reserved.

A word's slot is its line in vocabulary.txt, so that weights stay valid when words are added: new ones go to the end.
"""

from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from captions import words
from model import TEXT_ENCODER, TEXT_TOKENS

# Ways across the picture as one word each: in "left to right" and "right to left" stand the same words, and a small encoder takes
# many thousands of clips to hear their order.
ONE_WORD = {
    "rightward": ["(from (the )?)?left to (the )?right", "de (la )?gauche (à|vers) (la )?droite"],
    "leftward": ["(from (the )?)?right to (the )?left", "de (la )?droite (à|vers) (la )?gauche"],
}


def build() -> Tokenizer:
    vocabulary = {"<pad>": 0, "</s>": 1, "<unk>": 2}
    for word in (Path(__file__).parent / "vocabulary.txt").read_text().split():
        vocabulary[word] = len(vocabulary)
    missing = [word for word in [*words(), *ONE_WORD] if word not in vocabulary]
    if missing:
        raise SystemExit(f"add these words to the end of vocabulary.txt: {' '.join(missing)}")
    for slot in range(len(vocabulary), TEXT_ENCODER["vocab_size"]):
        vocabulary[f"<reserved_{slot}>"] = slot
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    ways = [normalizers.Replace(Regex(rf"\b({'|'.join(phrases)})\b"), word) for word, phrases in ONE_WORD.items()]
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase(), *ways])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]):
    """Ids and mask, (n, tokens of the longest text, rounded up to 16 so that few shapes are compiled)."""
    import torch

    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    rows = [row[: TEXT_TOKENS - 1] + [1] if len(row) > TEXT_TOKENS else row for row in rows]
    length = -(-max(map(len, rows)) // 16) * 16
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (length - len(row)) for row in rows])
    return ids, mask
