"""Packs the two easier mixtures that teach looking things up: python curriculum.py restated|repeated OUT

restated: half of the documents state two to four facts and state them again in another order, some as
questions; the rest are short question documents and ordinary ones.
repeated: restated and ordinary documents, with stretches of random tokens said two to four times in
between: the shortest way to heads that look for what followed before.
Writes OUT/train.bin (uint16 ids) and OUT/weight.bin (1 where the token is an answer).
"""
import os, random, sys
import numpy as np
import world
from world import COLOURS, NAMES, THINGS, pick
from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file("tokenizer.json")


def facts(r, most):
    x = r.random()
    if x < 0.4:
        return [(f"The code of {n} is", f" {r.randint(10, 99)}", f"What is the code of {n}?")
                for n in pick(r, NAMES, r.randint(2, most))]
    if x < 0.75:
        k = r.randint(2, most)
        return [(f"The {t} is", f" {c}", f"What colour is the {t}?")
                for t, c in zip(pick(r, THINGS, k), pick(r, COLOURS, k))]
    k = r.randint(2, min(most, 4))
    return [(f"{n} has the", f" {t}", None) for n, t in zip(pick(r, NAMES, k), pick(r, THINGS, k))]


def restated(r, most=4):
    f = facts(r, most)
    text = " ".join(a + b + "." for a, b, _ in f)
    answers = []
    for _ in range(2):
        r.shuffle(f)
        for a, b, question in f:
            text += f"\nQuestion: {question}\nAnswer:" if question and r.random() < 0.35 else " " + a
            answers.append((len(text), len(text) + len(b)))
            text += b + "."
    return text, answers


def questions(r):
    f = [x for x in facts(r, 4) if x[2]] or facts(r, 4)
    text = " ".join(a + b + "." for a, b, _ in f)
    answers = []
    r.shuffle(f)
    for a, b, question in f:
        text += f"\nQuestion: {question}\nAnswer:" if question else " " + a
        answers.append((len(text), len(text) + len(b)))
        text += b
    return text, answers


def repeated(r):
    stretch = [r.randint(40, 698) for _ in range(r.randint(4, 20))]
    times = r.randint(2, 4)
    ids = [0] + stretch * times + [1]
    weights = [0] + [0] * len(stretch) + ([0] + [1] * (len(stretch) - 1)) * (times - 1) + [0]
    return ids, weights


def main(kind, out):
    r = random.Random(4711 if kind == "restated" else 99)
    ids, weights = [], []
    for _ in range(2):
        documents = []
        for _ in range(20000):
            x = r.random()
            if kind == "repeated":
                documents.append(world.train_doc(r) if x < 0.4 else restated(r))
            else:
                documents.append(world.train_doc(r) if x < 0.2 else restated(r) if x < 0.7 else questions(r))
        for (text, answers), e in zip(documents, tokenizer.encode_batch([d[0] for d in documents])):
            if kind == "repeated" and r.random() < 0.6:
                more = repeated(r)
                ids += more[0]
                weights += more[1]
            marks = [0] * (len(e.ids) + 1)
            for a, b in answers:
                for k, (x, y) in enumerate(e.offsets):
                    if y > x and x >= a and y <= b:
                        marks[k] = 1
            ids += e.ids + [1]
            weights += marks
    os.makedirs(out, exist_ok=True)
    np.array(ids, dtype=np.uint16).tofile(f"{out}/train.bin")
    np.array(weights, dtype=np.uint8).tofile(f"{out}/weight.bin")
    print(len(ids) / 1e6, "million tokens,", sum(weights) / len(weights), "of them answers")


main(*sys.argv[1:])
