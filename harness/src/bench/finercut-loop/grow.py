"""How Sluice's time grows with blocks and with candidates, on seeded random Llama checkpoints.

Run it with the Python that has torch and transformers. The width is the demo model's.
"""

import argparse
import datetime
import json
import os
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from compare import DEMO, ROOT, cpu, environment, memory, replace_section, timed


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", default="8,16,32")
    parser.add_argument("--sequences", default="4", help="rows of 256 tokens")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--until", default="0.25")
    parser.add_argument("--note", default="", help="a sentence for the record: hardware, load")
    parser.add_argument("--record", type=Path, help="write the record as Markdown here")
    return parser.parse_args()


def checkpoint(folder, blocks):
    """A random Llama with the demo's tokenizer; equal blocks give equal weights."""
    torch.manual_seed(blocks)
    config = transformers.LlamaConfig.from_pretrained(DEMO, num_hidden_layers=blocks)
    config.initializer_range = 0.08
    model = transformers.LlamaForCausalLM(config).to(torch.float32)
    model.save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(DEMO / file, folder)


def run(model, options, *more):
    """The JSON report of one search."""
    with tempfile.TemporaryDirectory() as journal:
        command = [ROOT / "sluice", "run", "--model", model, "--journal", journal, "--name", "grow"]
        command += ["--calibration", DEMO / "calibration.txt", "--calibration-preset", "first"]
        command += ["--sequences", options.sequences, "--length", "256", "--measures", "ag"]
        command += ["--dtype", "float32", "--threads", str(options.threads), "--quiet", *more]
        timed(command, environment({}))
        command = [ROOT / "sluice", "report", "grow", "--journal", journal, "--format", "json"]
        return json.loads(timed(command, environment({}))[0])


def row(label, report):
    cost, candidates = report["cost"], len(report["candidates"])
    naive, passes = cost["naiveSublayerPasses"], cost["sublayerPasses"]
    line = (f"| {label} | {candidates} | {passes} | {naive} | {naive / passes:.2f}"
            f" | {cost['seconds']:.2f} | {1000 * cost['seconds'] / candidates:.0f}"
            f" | {1000 * cost['seconds'] / passes:.2f} | {cost['peakResidentBytes'] >> 20} |")
    print(line, flush=True)
    return line


HEADER = ["| | candidates | sublayers run | naive | naive / run | seconds | ms a candidate"
          " | ms a sublayer | peak MiB |", "|---|---|---|---|---|---|---|---|---|"]


def by_blocks(folder, options):
    lines = ["With blocks:", "", *HEADER]
    for blocks in map(int, options.blocks.split(",")):
        model = folder / str(blocks)
        checkpoint(model, blocks)
        one = run(model, options, "--until", repr(1 / (2 * blocks)))
        lines.append(row(f"{blocks} blocks, first step", one))
        whole = run(model, options, "--until", options.until)
        lines.append(row(f"{blocks} blocks, to {options.until}", whole))
    return lines


def by_candidates(folder, options):
    blocks = int(options.blocks.split(",")[-2 if "," in options.blocks else -1])
    lines = ["", f"With candidates, first step of {blocks} blocks:", "", *HEADER]
    step = ("--until", repr(2 / (2 * blocks)))
    one = ("--until", repr(1 / (2 * blocks)))
    kinds = [("all", (*one,))]
    kinds += [(f"all, front share {x} excluded", (*one, "--exclude", x)) for x in ("0.4", "0.8")]
    kinds += [(kind, (*one, "--candidates", kind)) for kind in ("attention", "ffn")]
    kinds += [("block", (*step, "--candidates", "block"))]
    for label, more in kinds:
        lines.append(row(label, run(folder / str(blocks), options, *more)))
    return lines


def main():
    options = arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        lines = by_blocks(Path(folder), options) + by_candidates(Path(folder), options)
    head = (f"Measured {datetime.date.today()} on {os.cpu_count()} x {cpu()}, {memory()}, load"
            f" average before {load:.2f}. {options.note}".strip()
            + f" Random Llama of the demo's width (hidden 128, FFN 352, vocabulary 704),"
              f" {options.sequences} x 256 tokens, float32, {options.threads} threads, measure ag.")
    text = "\n".join([head, "", *lines]) + "\n"
    if options.record:
        replace_section(options.record, "How the time of a search grows", text)


if __name__ == "__main__":
    main()
