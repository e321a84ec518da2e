"""lm-evaluation-harness (HF backend) on one task and several variants of one checkpoint, as JSON.

The model is loaded once for all variants, which favours lm-eval: its command line loads it for each.
Cut sublayers are not computed: their modules return zeros.
"""

import argparse
import json
import sys
import time

START = time.perf_counter()

import lm_eval
import torch
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--tasks", required=True, help="folder with the task's file")
    parser.add_argument("--task", required=True)
    parser.add_argument("--shots", type=int, default=0)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--batch", default="1")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--variant", action="append", default=[], help="NAME=3.ffn;9.attention")
    return parser.parse_args()


class CutAttention(torch.nn.Module):
    def forward(self, hidden_states, *args, **kwargs):
        return torch.zeros_like(hidden_states), None


class CutFfn(torch.nn.Module):
    def forward(self, hidden_states):
        return torch.zeros_like(hidden_states)


def cut(model, variant):
    """Cuts sublayers and returns what undoes it."""
    undo = []
    for sublayer in filter(None, variant.split(";")):
        block, kind = sublayer.split(".")
        layer, name = model.model.layers[int(block)], {"attention": "self_attn", "ffn": "mlp"}[kind]
        undo.append((layer, name, getattr(layer, name)))
        setattr(layer, name, CutAttention() if kind == "attention" else CutFfn())
    return undo


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    lm = HFLM(pretrained=options.model, dtype="float32", device="cpu", batch_size=options.batch)
    tasks = TaskManager(include_path=options.tasks)
    results, seconds = {}, 0.0
    for variant in options.variant or ["intact="]:
        name, cuts = variant.split("=", 1)
        undo = cut(lm.model, cuts)
        begin = time.perf_counter()
        found = lm_eval.simple_evaluate(
            lm, tasks=[options.task], num_fewshot=options.shots, limit=options.limit,
            bootstrap_iters=0, task_manager=tasks)
        seconds += time.perf_counter() - begin
        for layer, module, original in undo:
            setattr(layer, module, original)
        results[name] = {
            "acc": found["results"][options.task]["acc,none"],
            "answers": {s["doc_id"]: [r[0] for r in s["resps"]] for s in found["samples"][options.task]},
        }
    answers = {n: {d: [[float(x[0]), x[1] in (True, "True")] for x in a] for d, a in r["answers"].items()}
               for n, r in results.items()}
    json.dump({"seconds": seconds, "whole": time.perf_counter() - START,
               "acc": {n: r["acc"] for n, r in results.items()}, "answers": answers,
               "versions": {"torch": torch.__version__, "lm-eval": lm_eval.__version__}}, sys.stdout)


if __name__ == "__main__":
    main()
