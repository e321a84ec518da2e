"""Scores a checkpoint on the demo's task files: python evaluate.py MODEL TASKS_FOLDER"""
import json, sys, pathlib, torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
tokenizer = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")


@torch.inference_mode()
def log_likelihood(context, continuation):
    start = len(tokenizer.encode(context).ids)
    ids = tokenizer.encode(context + continuation).ids
    scores = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    return sum(scores[i - 1, ids[i]].item() for i in range(start, len(ids)))


for file in sorted(pathlib.Path(sys.argv[2]).glob("*.jsonl")):
    items = [json.loads(line) for line in open(file)]
    if "choices" not in items[0]:
        continue
    right = 0
    for item in items:
        scores = [log_likelihood(item["context"], " " + c) for c in item["choices"]]
        right += scores.index(max(scores)) == item["label"]
    chance = sum(1 / len(i["choices"]) for i in items) / len(items)
    print(f"{file.stem:8} {right / len(items):.3f} (chance {chance:.2f}, {len(items)} items)", flush=True)
