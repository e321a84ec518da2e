"""Sluice's eval against lm-evaluation-harness, paired: same rows, model, dtype and threads, in turns.

Run it with the Python that has torch, transformers and lm-eval 0.4.13. Needs the exports of ARC-Easy and
MMLU, JSON lines in the hub's own fields. Both sides are tuned first: lm-eval by batch size, Sluice by
tokens of a pack. Exits 1 if answers differ by more than 1e-3 nats or an accuracy differs at all.
"""

import argparse
import datetime
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "finercut-loop"))

from compare import DEMO, MALLOC, ROOT, WAIT, cpu, environment, memory, replace_section, timed

NATS = 1e-3
EIGHT = ["a=3.ffn", "b=3.ffn;5.ffn", "c=3.ffn;5.ffn;10.attention", "d=1.ffn;7.ffn;9.attention",
         "e=2.attention;4.attention;6.attention", "f=8.attention;9.attention;10.attention;11.attention",
         "g=1.ffn;3.ffn;5.ffn;7.ffn;8.attention;9.attention"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arc", type=Path, required=True, help="ARC-Easy, .jsonl")
    parser.add_argument("--mmlu", type=Path, required=True, help="folder with dev.jsonl and validation.jsonl")
    parser.add_argument("--gpt2", type=Path, required=True, help="folder with GPT-2's vocab.json and merges.txt")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="cases, with commas between")
    parser.add_argument("--note", default="", help="a sentence for the record: hardware, load")
    parser.add_argument("--record", type=Path, help="write the record as Markdown here")
    return parser.parse_args()


def wide_model(folder, gpt2):
    """A random Llama of usual proportions with GPT-2's tokenizer, its weights from a seed."""
    import torch
    import transformers

    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        hidden_size=256, intermediate_size=704, num_hidden_layers=8, num_attention_heads=8,
        num_key_value_heads=4, vocab_size=50257, max_position_embeddings=2048,
        tie_word_embeddings=True, initializer_range=0.08, bos_token_id=50256, eos_token_id=50256)
    transformers.LlamaForCausalLM(config).to(torch.float32).save_pretrained(folder)
    # Of these releases only a tokenizer.json is read, so it is made by hand.
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    bpe = Tokenizer(models.BPE.from_file(str(gpt2 / "vocab.json"), str(gpt2 / "merges.txt")))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token="<|endoftext|>", bos_token="<|endoftext|>",
        model_max_length=2048).save_pretrained(folder)


def arc_task(folder, rows):
    (folder / "arc.yaml").write_text(f"""
task: paired_arc
dataset_path: json
dataset_kwargs: {{data_files: {{test: {rows}}}}}
output_type: multiple_choice
test_split: test
doc_to_text: "Question: {{{{question}}}}\\nAnswer:"
doc_to_target: "{{{{choices.label.index(answerKey)}}}}"
doc_to_choice: "{{{{choices.text}}}}"
metric_list: [{{metric: acc, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
""")


def mmlu_task(folder, mmlu, subject):
    for split in ("dev", "validation"):
        lines = [l for l in (mmlu / f"{split}.jsonl").read_text().rstrip("\n").split("\n")
                 if json.loads(l)["subject"] == subject and len(json.loads(l)["choices"]) == 4]
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n")
    about = subject.replace("_", " ")
    (folder / "mmlu.yaml").write_text(f"""
task: paired_mmlu
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/validation.jsonl, dev: {folder}/dev.jsonl}}}}
output_type: multiple_choice
test_split: test
fewshot_split: dev
fewshot_config: {{sampler: first_n}}
description: "The following are multiple choice questions (with answers) about {about}.\\n\\n"
doc_to_text: "{{{{question.strip()}}}}\\nA. {{{{choices[0]}}}}\\nB. {{{{choices[1]}}}}\\nC. {{{{choices[2]}}}}\\nD. {{{{choices[3]}}}}\\nAnswer:"
doc_to_choice: ["A", "B", "C", "D"]
doc_to_target: answer
metric_list: [{{metric: acc, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
""")


class Case:
    """One comparison: what both sides are given."""

    def __init__(self, title, model, peer, sluice, variants=("intact=",), batches=(16, 64), packs=(512, 1024)):
        self.title, self.model, self.peer, self.sluice = title, model, peer, sluice
        self.variants, self.batches, self.packs = list(variants), batches, packs


def run_peer(case, options, batch):
    command = [sys.executable, HERE / "lm_eval_run.py", "--model", case.model, "--batch", batch, *case.peer]
    command += ["--threads", options.threads, *(w for v in case.variants for w in ("--variant", v))]
    output, seconds = timed([str(w) for w in command], environment(WAIT | MALLOC | {"HF_HUB_OFFLINE": "1"}))
    found = json.loads(output[output.rindex('{"seconds"'):])
    return {**seconds, "eval": found["seconds"], "answers": found["answers"], "acc": found["acc"],
            "versions": found["versions"]}


def run_sluice(case, options, pack):
    with tempfile.TemporaryDirectory() as folder:
        names = ",".join("intact" if v == "intact=" else v.replace("=", "=cut:", 1) for v in case.variants)
        command = [ROOT / "sluice", "eval", "--model", case.model, "--journal", f"{folder}/journal", "--quiet"]
        command += ["--dtype", "float32", "--threads", options.threads, "--batch-tokens", pack, "--json"]
        command += ["--variants", names, "--output", f"{folder}/out", *case.sluice]
        output, seconds = timed([str(w) for w in command], environment({}))
        report = json.loads(output)
        answers = {}
        for variant in case.variants:
            name = variant.split("=")[0]
            file = next(Path(folder, "out").glob(f"*__{name}/samples_*.jsonl"))
            samples = [json.loads(line) for line in file.read_text().rstrip("\n").split("\n")]
            answers[name] = {str(s["doc_id"]): [[float(r[0][0]), r[0][1] == "True"] for r in s["resps"]]
                             for s in samples}
    scores = report["tasks"][0]["variants"]
    return {**seconds, "eval": report["cost"]["seconds"], "answers": answers, "cost": report["cost"],
            "acc": {n: scores[n]["scores"][0]["value"] for n in scores}}


def deviation(sluice, peer):
    """The largest difference of two answers in nats; ends the program where they disagree."""
    largest = 0.0
    for name, items in peer["answers"].items():
        if abs(peer["acc"][name] - sluice["acc"][name]) > 1e-12:
            sys.exit(f"{name}: accuracy {sluice['acc'][name]}, lm-eval's {peer['acc'][name]}")
        for doc, answers in items.items():
            for ours, theirs in zip(sluice["answers"][name][doc], answers, strict=True):
                largest = max(largest, abs(ours[0] - theirs[0]))
                if largest > NATS or ours[1] != theirs[1]:
                    sys.exit(f"{name}, document {doc}: {ours}, lm-eval's {theirs}")
    return largest


def tuned(run, case, options, settings):
    tries = {s: run(case, options, s)["wall"] for s in settings}
    print(f"  {run.__name__}: " + ", ".join(f"{s}: {t:.2f} s" for s, t in tries.items()), file=sys.stderr)
    return min(tries, key=tries.get)


def measure(case, options):
    batch, pack = tuned(run_peer, case, options, case.batches), tuned(run_sluice, case, options, case.packs)
    runs = []
    for number in range(options.rounds):
        pair = {}
        for side in (("peer", "sluice") if number % 2 else ("sluice", "peer")):
            pair[side] = (run_peer(case, options, batch) if side == "peer" else run_sluice(case, options, pack))
        runs.append(pair)
        print("  " + ", ".join(f"{s} {r['eval']:.2f} / {r['wall']:.2f} s" for s, r in pair.items()),
              file=sys.stderr)
    return {"case": case, "batch": batch, "pack": pack, "runs": runs,
            "largest": max(deviation(p["sluice"], p["peer"]) for p in runs)}


def cases(folder, options):
    wide = folder / "wide"
    wide_model(wide, options.gpt2)
    tasks = folder / "tasks"
    tasks.mkdir()
    arc_task(tasks, options.arc)
    mmlu_task(tasks, options.mmlu, "professional_psychology")
    arc = ["--tasks", "arc_easy", "--data", f"arc_easy={options.arc}"]
    mmlu = ["--tasks", "mmlu_professional_psychology", "--shots", 5]
    mmlu += ["--data", f"mmlu={tasks}/validation.jsonl", "--shots-data", f"mmlu={tasks}/dev.jsonl"]
    peer = ["--tasks", tasks, "--task", "paired_arc"]
    shots = ["--tasks", tasks, "--task", "paired_mmlu", "--shots", 5]
    return {
        "zero": Case("one variant, ARC-Easy zero-shot, demo model (570 items)", DEMO, peer, arc),
        "zero-wide": Case("one variant, ARC-Easy zero-shot, wide model (300 items)", wide,
                          [*peer, "--limit", 300], [*arc, "--limit", 300], batches=(8, 32)),
        "mmlu": Case("one variant, MMLU 5-shot, wide model (69 items)", wide, shots, mmlu,
                     batches=(1, 4, 16), packs=(1024, 2048)),
        "eight": Case("eight variants, ARC-Easy zero-shot, demo model (300 items)", DEMO,
                      [*peer, "--limit", 300], [*arc, "--limit", 300], ["intact=", *EIGHT],
                      batches=(64,), packs=(256, 512)),
        "eight-wide": Case("eight variants, ARC-Easy zero-shot, wide model (100 items)", wide,
                           [*peer, "--limit", 100], [*arc, "--limit", 100],
                           ["intact=", *(v for v in EIGHT if max(int(s.split(".")[0]) for s in v[2:].split(";")) < 8),
                            "x=0.attention", "y=7.ffn", "z=6.ffn;7.attention", "w=2.ffn;4.attention"][:8],
                           batches=(8, 32)),
    }


def record(options, found, load):
    versions = found[0]["runs"][0]["peer"]["versions"]
    lines = [
        f"Measured {datetime.date.today()} on {os.cpu_count()} x {cpu()}, {memory()}; load average before and"
        f" after: {load[0]:.2f}, {os.getloadavg()[0]:.2f}. {options.note}".strip(), "",
        f"lm-eval {versions['lm-eval']} with torch {versions['torch']}, HF backend, float32,"
        f" {options.threads} threads on both sides, {options.rounds} rounds in turns.", "",
        "| | lm-eval s | Sluice s | ratio of medians | pairs: least, most | whole process | a process a variant | largest difference |",
        "|---|---|---|---|---|---|---|---|"]
    for f in found:
        evals = {s: statistics.median(r[s]["eval"] for r in f["runs"]) for s in ("peer", "sluice")}
        walls = {s: statistics.median(r[s]["wall"] for r in f["runs"]) for s in ("peer", "sluice")}
        variants = len(f["case"].variants)
        runs = evals["peer"] + variants * (walls["peer"] - evals["peer"])
        each = sorted(r["peer"]["eval"] / r["sluice"]["eval"] for r in f["runs"])
        lines.append(
            f"| {f['case'].title}; batch {f['batch']}, packs of {f['pack']} | {evals['peer']:.2f}"
            f" | {evals['sluice']:.2f} | {evals['peer'] / evals['sluice']:.2f} | {each[0]:.2f}, {each[-1]:.2f}"
            f" | {walls['peer'] / walls['sluice']:.2f} | {runs / walls['sluice']:.2f} | {f['largest']:.1e} nats |")
    lines += ["", "Tokens that Sluice computed, and what requests one by one would have:", ""]
    for f in found:
        cost = f["runs"][0]["sluice"]["cost"]
        lines.append(f"- {f['case'].title}: {cost['tokensComputed']:,} of {cost['tokensAsked']:,}"
                     f" ({cost['tokensAsked'] / cost['tokensComputed']:.1f} times fewer)")
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    load = os.getloadavg()
    # Builds if need be, and brings files into the page cache.
    timed([str(ROOT / "sluice"), "inspect", "--model", str(DEMO)], environment({}))
    with tempfile.TemporaryDirectory() as folder:
        chosen = cases(Path(folder), options)
        found = []
        for name in options.only.split(",") if options.only else chosen:
            print(chosen[name].title, file=sys.stderr)
            found.append(measure(chosen[name], options))
    text = record(options, found, load)
    print(text)
    if options.record:
        replace_section(options.record, "Sluice's eval and lm-evaluation-harness", text)


if __name__ == "__main__":
    main()
