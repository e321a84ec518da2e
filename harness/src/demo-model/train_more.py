"""Trains a checkpoint further with Muon: python train_more.py FROM OUT DATA STEPS PEAK SEED

DATA holds train.bin and weight.bin. Rows of 128 tokens start at document starts, 16 a step; answers
weigh five times. The rate rises over 100 steps, stays, and falls linearly over the last 35 %.
"""
import sys, time
import numpy as np, torch
from transformers import LlamaForCausalLM

source, out, data, steps, peak, seed = *sys.argv[1:4], int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6])
torch.manual_seed(seed)
torch.set_num_threads(1)
model = LlamaForCausalLM.from_pretrained(source, dtype=torch.float32, attn_implementation="sdpa").train()
ids = torch.from_numpy(np.fromfile(f"{data}/train.bin", dtype=np.uint16).astype(np.int64))
weights = torch.from_numpy(np.fromfile(f"{data}/weight.bin", dtype=np.uint8).astype(np.float32))
T, B = 128, 16
starts = (ids == 0).nonzero().flatten()
starts = starts[starts < len(ids) - 60000 - T - 1]
matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
embedding = [p for n, p in model.named_parameters() if "embed" in n]
norms = [p for p in model.parameters() if p.dim() < 2]
optimisers = [
    torch.optim.Muon(matrices, lr=1, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
    torch.optim.AdamW([{"params": embedding, "weight_decay": 0.1}, {"params": norms, "weight_decay": 0}],
                      lr=1, betas=(0.9, 0.98)),
]
began, total, answers = time.time(), 0.0, 0.0
for step in range(steps):
    rate = peak * min(1, (step + 1) / 100) * (0.02 + 0.98 * min(1, (steps - step) / (0.35 * steps)))
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate
    rows = starts[torch.randint(0, len(starts), (B,))]
    x = torch.stack([ids[i:i + T + 1] for i in rows])
    marks = torch.stack([weights[i + 1:i + T + 1] for i in rows]).reshape(-1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(x[:, :-1]).logits
    losses = torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1), x[:, 1:].reshape(-1), reduction="none")
    loss = (losses * (1 + 4 * marks)).sum() / (1 + 4 * marks).sum()
    for optimiser in optimisers:
        optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser in optimisers:
        optimiser.step()
    total += loss.item()
    answers += (losses * marks).sum().item() / max(1, marks.sum().item())
    if (step + 1) % 50 == 0:
        print(step + 1, round(time.time() - began), "loss", round(total / 50, 4),
              "answers", round(answers / 50, 4), flush=True)
        total = answers = 0.0
    if (step + 1) % 250 == 0 or step + 1 == steps:
        model.save_pretrained(out)
