"""A plain FinerCut search with transformers: the obvious alternative to Sluice, and its yardstick.

One forward pass of the whole calibration set for each candidate, hooks that zero what cut
sublayers add, greedy choice. Prints one JSON object to stdout; progress goes to stderr.
"""

import argparse
import hashlib
import json
import platform
import struct
import sys
import time
from pathlib import Path

STARTED = time.perf_counter()

import numpy
import tokenizers
import torch
import transformers


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="checkpoint folder")
    parser.add_argument("--calibration", type=Path, required=True, help="UTF-8 text")
    parser.add_argument("--until", type=float, default=0.25, help="share of sublayers to cut")
    parser.add_argument("--exclude", type=float, help="FinerCut's front exclusion; without it none")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sequences", type=int, default=10)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--batch-rows", type=int, help="rows in a forward pass; default all")
    parser.add_argument(
        "--cut", choices=("zero", "skip"), default="zero",
        help="zero the outputs of o_proj and down_proj, or do not compute cut sublayers at all")
    return parser.parse_args()


def calibration_rows(model, text, sequences, length):
    """FinerCut's rule: non-empty lines joined by one blank, tokenised once, the first rows."""
    lines = [line for line in text.read_text(encoding="utf-8").splitlines() if line.strip()]
    tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    ids = tokenizer.encode(" ".join(lines)).ids
    if len(ids) < sequences * length:
        sys.exit(f"{text}: {len(ids)} tokens, {sequences} x {length} are needed")
    return torch.tensor(ids[: sequences * length]).reshape(sequences, length)


def digest(rows):
    """SHA-256 over each row's length and ids as big-endian ints, as Sluice's report gives it."""
    sha = hashlib.sha256()
    for row in rows.tolist():
        sha.update(struct.pack(f">{len(row) + 1}i", len(row), *row))
    return sha.hexdigest()


class Zeroing:
    """Hooks that zero the outputs of the last projection of every sublayer that is cut."""

    def __init__(self, model):
        self.names = []
        self.cut = set()
        for name, module in model.named_modules():
            if name.endswith(("o_proj", "down_proj")):
                self.names.append(name)
                module.register_forward_hook(self.hook(name))

    def hook(self, name):
        def zero(module, inputs, output):
            return torch.zeros_like(output) if name in self.cut else None

        return zero


class Skipping:
    """Puts a constant zero in the place of every sublayer that is cut, so that it costs nothing."""

    def __init__(self, model):
        self.names = []
        self.cut = set()
        for i, block in enumerate(model.model.layers):
            self.wrap(block.self_attn, f"model.layers.{i}.self_attn.o_proj", (0.0, None))
            self.wrap(block.mlp, f"model.layers.{i}.mlp.down_proj", 0.0)

    def wrap(self, module, name, nothing):
        self.names.append(name)
        forward = module.forward
        module.forward = lambda *a, **k: nothing if name in self.cut else forward(*a, **k)


def log_probabilities(model, batch):
    return torch.log_softmax(model(batch, use_cache=False).logits, -1).flatten(0, 1)


def divergence(log_p, p, log_q):
    """Sum over tokens of (KL(M||P) + KL(M||Q)) / 2 with M = (P + Q) / 2."""
    m = torch.exp(log_q).add_(p).mul_(0.5)
    log_m = torch.log(m.clamp_min(1e-38))
    return (m * log_m.sub_((log_p + log_q).mul_(0.5))).sum(-1).sum(dtype=torch.float64).item()


def sublayer(name):
    """Sluice's name of a projection, such as 3.ffn."""
    block = name.split(".")[2]
    return f"{block}.{'attention' if name.endswith('o_proj') else 'ffn'}"


def excluded_front(names, share):
    """Blocks left out at first, and how many cuts bring them back."""
    if share is None:
        return 0, 0
    return int(len(names) * share / 2) + 1, int(len(names) * share) + 1


def search(model, cutter, batches, options):
    reference = []
    for batch in batches:
        log_p = log_probabilities(model, batch)
        reference.append((batch, log_p, torch.exp(log_p)))
    tokens = sum(batch.numel() for batch in batches)
    names = sorted(cutter.names)
    front, brought_back = excluded_front(names, options.exclude)
    removed, order, candidates = [], [], []
    while len(removed) + 1 <= options.until * len(names) + 1e-9:
        left = [name for name in names if name not in removed]
        if len(removed) < brought_back:
            left = [name for name in left if int(name.split(".")[2]) >= front] or left
        best, best_score = None, float("inf")
        for name in left:
            cutter.cut = {*removed, name}
            total = sum(divergence(log_p, p, log_probabilities(model, batch))
                        for batch, log_p, p in reference)
            score = total / tokens
            candidates.append(
                {"step": len(removed) + 1, "sublayer": sublayer(name), "score": score})
            if score < best_score:
                best, best_score = name, score
        removed.append(best)
        order.append({"sublayer": sublayer(best), "score": best_score})
        print(f"{len(removed)}: {sublayer(best)} {best_score:.6f}", file=sys.stderr)
    return order, candidates


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        options.model, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True).eval()
    rows = calibration_rows(options.model, options.calibration, options.sequences, options.length)
    cutter = Zeroing(model) if options.cut == "zero" else Skipping(model)
    loaded = time.perf_counter()
    with torch.inference_mode():
        order, candidates = search(
            model, cutter, rows.split(options.batch_rows or len(rows)), options)
    searched = time.perf_counter()
    print(json.dumps({
        "order": [entry["sublayer"] for entry in order],
        "scores": [entry["score"] for entry in order],
        "candidates": candidates,
        "seconds_load": loaded - STARTED,
        "seconds_search": searched - loaded,
        "forward_passes": len(candidates) + 1,
        "calibration": digest(rows),
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "tokenizers": tokenizers.__version__,
            "numpy": numpy.__version__,
        },
    }))


if __name__ == "__main__":
    main()
