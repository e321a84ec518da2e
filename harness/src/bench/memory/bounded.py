"""Shows that a search's memory stays within its budget: a vocabulary of 128k, 32 candidates.

Writes a seeded random Llama of tiny width and 16 blocks, runs one greedy step of ag over 10 x 256
tokens under --memory, and compares the report's peak with what logits kept whole would take. Exits
1 if the peak is above the budget and what the process needs anyway. Any Python 3.11 does.
"""

import argparse
import array
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
DEMO = ROOT / "harness/src/main/resources/demo"
HIDDEN, FFN, HEADS, HEAD = 32, 64, 2, 16
GIB = 2**30


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=int, default=131072)
    parser.add_argument("--blocks", type=int, default=16)
    parser.add_argument("--sequences", type=int, default=10)
    parser.add_argument("--memory", default="1G", help="the budget, such as 512M or 2G")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--more", type=int, default=640, help="MiB that the process needs anyway")
    return parser.parse_args()


def tensors(options):
    """Names and shapes in the order of the file."""
    yield "model.embed_tokens.weight", (options.vocabulary, HIDDEN)
    for i in range(options.blocks):
        block = f"model.layers.{i}"
        yield f"{block}.input_layernorm.weight", (HIDDEN,)
        for name in "qkvo":
            yield f"{block}.self_attn.{name}_proj.weight", (HEADS * HEAD, HIDDEN)
        yield f"{block}.post_attention_layernorm.weight", (HIDDEN,)
        yield f"{block}.mlp.gate_proj.weight", (FFN, HIDDEN)
        yield f"{block}.mlp.up_proj.weight", (FFN, HIDDEN)
        yield f"{block}.mlp.down_proj.weight", (HIDDEN, FFN)
    yield "model.norm.weight", (HIDDEN,)


def checkpoint(folder, options):
    rng = random.Random(7)
    header, weights = {}, array.array("f")
    for name, shape in tensors(options):
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        begin = 4 * len(weights)
        if name.endswith("norm.weight"):
            weights.extend([1.0] * count)
        else:
            weights.extend(rng.uniform(-0.2, 0.2) for _ in range(count))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, 4 * len(weights)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        weights.tofile(file)
    config = json.loads((DEMO / "config.json").read_text())
    config |= {"num_hidden_layers": options.blocks, "hidden_size": HIDDEN, "head_dim": HEAD}
    config |= {"intermediate_size": FFN, "num_attention_heads": HEADS, "dtype": "float32"}
    config |= {"num_key_value_heads": HEADS, "vocab_size": options.vocabulary}
    (folder / "config.json").write_text(json.dumps(config))
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(DEMO / file, folder)


def run(folder, options):
    """The JSON report of one greedy step."""
    sublayers = 2 * options.blocks
    command = [ROOT / "sluice", "run", "--model", folder, "--calibration", DEMO / "calibration.txt"]
    command += ["--calibration-preset", "first", "--sequences", str(options.sequences)]
    command += ["--length", "256", "--measure", "ag", "--measures", "ag", "--dtype", "float32"]
    command += ["--until", repr(1 / sublayers), "--memory", options.memory, "--name", "memory"]
    command += ["--slice", str(sublayers), "--threads", str(options.threads)]
    command += ["--journal", folder / "journal", "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    command = [ROOT / "sluice", "report", "memory", "--journal", folder / "journal"]
    done = subprocess.run([*command, "--format", "json"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def size(text):
    return int(text[:-1]) * {"M": 2**20, "G": GIB}[text[-1]]


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        checkpoint(Path(folder), options)
        report = run(Path(folder), options)
    candidates, cost = len(report["candidates"]), report["cost"]
    whole = candidates * options.sequences * 256 * options.vocabulary * 4
    peak, budget = cost["peakResidentBytes"], size(options.memory)
    print(f"candidates                {candidates}")
    print(f"vocabulary                {options.vocabulary}")
    print(f"logits if kept whole      {whole / GIB:.1f} GiB")
    print(f"budget                    {budget / GIB:.2f} GiB")
    print(f"peak resident memory      {peak / GIB:.2f} GiB ({whole / peak:.0f} times less)")
    print(f"seconds                   {cost['seconds']:.1f}")
    if peak > budget + options.more * 2**20:
        sys.exit(f"the peak is more than {options.more} MiB above the budget")


if __name__ == "__main__":
    main()
