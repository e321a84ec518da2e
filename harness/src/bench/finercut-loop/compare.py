"""Sluice against finercut_loop.py, paired: same checkpoint, tokens, dtype and threads, in turns.

Run it with the Python that has torch and transformers. Exits 1 if orders or scores differ.
"""

import argparse
import datetime
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
DEMO = ROOT / "harness/src/main/resources/demo"

# What the launcher gives to Sluice. The peer is run with all of it, with a part, and bare.
WAIT = {"OMP_WAIT_POLICY": "PASSIVE"}
MALLOC = {
    "MALLOC_ARENA_MAX": str(os.cpu_count() + 1),
    "MALLOC_MMAP_THRESHOLD_": "17179869184",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}
PEERS = {"tuned": WAIT | MALLOC, "malloc": MALLOC, "passive": WAIT, "bare": {}}
MEANING = {
    "tuned": "Sluice's environment: `MALLOC_*`, `OMP_WAIT_POLICY=PASSIVE`",
    "malloc": "`MALLOC_*`; OpenMP's threads spin",
    "passive": "`OMP_WAIT_POLICY=PASSIVE`",
    "bare": "nothing set; OpenMP's threads spin",
}
# What Sluice does: score every candidate in full, as the peer does, or drop what cannot win.
SLUICES = {"full": [], "sound": ["--racing", "1", "--batch-tokens", "256"]}
DOING = {
    "full": "`./sluice run`: every candidate scored in full, as the peer does",
    "sound": "`--racing 1 --batch-tokens 256`: candidates that certainly cannot win are dropped early",
}
CLOCKS = {"search": "search", "wall": "whole process", "cpu": "processor time of the process"}
RELATIVE, ABSOLUTE = 1e-4, 1e-6


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=DEMO)
    parser.add_argument("--calibration", type=Path, help="default: the model's calibration.txt")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--until", default="0.25")
    parser.add_argument("--exclude", help="FinerCut's front exclusion; without it none")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--measures", default="ag", help="what Sluice computes beside ag")
    parser.add_argument("--peers", default="tuned,malloc,bare", help="any of " + ",".join(PEERS))
    parser.add_argument("--sluices", default="full,sound", help="any of " + ",".join(SLUICES))
    parser.add_argument("--batch-rows", help="of the peer; default all in one forward pass")
    parser.add_argument("--cut", default="zero", choices=("zero", "skip"), help="of the peer")
    parser.add_argument("--note", default="", help="a sentence for the record: hardware, load")
    parser.add_argument("--record", type=Path, help="write the record as Markdown here")
    return parser.parse_args()


def environment(added):
    """This process's, less whatever settings would favour one side."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MALLOC_", "OMP_", "MKL_"))}
    return clean | added


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command, env):
    """What a command printed, and its wall and processor seconds."""
    begin, used = time.perf_counter(), processor_seconds()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    seconds = {"wall": time.perf_counter() - begin, "cpu": processor_seconds() - used}
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexited {done.returncode}:\n{done.stderr}")
    return done.stdout, seconds


def search(options):
    given = ["--model", options.model, "--calibration", options.calibration]
    given += ["--until", options.until, "--threads", str(options.threads)]
    return [*given, "--exclude", options.exclude] if options.exclude else given


def run_sluice(options, mode):
    with tempfile.TemporaryDirectory() as journal:
        command = [ROOT / "sluice", "run", *search(options), "--journal", journal]
        command += ["--name", "peer", "--quiet", "--dtype", "float32", "--measure", "ag", *SLUICES[mode]]
        _, seconds = timed([*command, "--measures", options.measures], environment({}))
        command = [ROOT / "sluice", "report", "peer", "--journal", journal, "--format", "json"]
        report = json.loads(timed(command, environment({}))[0])
    return {
        "order": [entry["sublayer"] for entry in report["order"]],
        "scores": {(c["step"], c["candidate"]): c["score"]
                   for c in report["candidates"] if c["outcome"] == "scored"},
        "dropped": sum(c["outcome"] == "dropped" for c in report["candidates"]),
        "search": report["cost"]["seconds"],
        **seconds,
        "calibration": report["digests"]["calibration"],
        "report": report,
    }


def run_peer(options, settings):
    command = [sys.executable, HERE / "finercut_loop.py", *search(options), "--cut", options.cut]
    command += ["--batch-rows", options.batch_rows] if options.batch_rows else []
    output, seconds = timed(command, environment(PEERS[settings]))
    report = json.loads(output)
    return {
        "order": report["order"],
        "scores": {(c["step"], c["sublayer"]): c["score"] for c in report["candidates"]},
        "search": report["seconds_search"],
        **seconds,
        "calibration": report["calibration"],
        "report": report,
    }


def deviation(sluice, peer):
    """The largest relative difference of two runs' scores; ends the program where they disagree."""
    for key in ("calibration", "order"):
        if sluice[key] != peer[key]:
            sys.exit(f"{key} differs:\nsluice {sluice[key]}\npeer   {peer[key]}")
    if len(sluice["scores"]) + sluice["dropped"] != len(peer["scores"]):
        sys.exit("the candidates differ")
    largest = 0.0
    for key in sluice["scores"]:
        expected = peer["scores"][key]
        difference = abs(sluice["scores"][key] - expected)
        if difference > max(RELATIVE * expected, ABSOLUTE):
            sys.exit(f"{key}: sluice {sluice['scores'][key]}, peer {expected}")
        largest = max(largest, difference / expected)
    return largest


def rounds(options, sluices, peers):
    """One dictionary of runs a round; the order within a round alternates."""
    measured = []
    for number in range(1, options.rounds + 1):
        names = [*sluices, *peers]
        names = names if number % 2 else names[::-1]
        runs = {}
        for name in names:
            runs[name] = (run_sluice if name in SLUICES else run_peer)(options, name)
            print(f"round {number} {name}: search {runs[name]['search']:.2f} s,"
                  f" process {runs[name]['wall']:.2f} s", file=sys.stderr)
        measured.append(runs)
    return measured


def ratios(measured, sluice, peer, clock):
    each = sorted(runs[peer][clock] / runs[sluice][clock] for runs in measured)
    of_medians = median(measured, peer, clock) / median(measured, sluice, clock)
    return of_medians, each[0], statistics.median(each), each[-1]


def median(measured, name, clock):
    return statistics.median(runs[name][clock] for runs in measured)


def cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def memory():
    kibibytes = Path("/proc/meminfo").read_text().split("MemTotal:")[1].split()[0]
    return f"{int(kibibytes) / 2**20:.0f} GiB"


def record(options, measured, sluices, peers, largest, load):
    sluice, peer = measured[0][sluices[0]]["report"], measured[0][peers[0]]["report"]
    best = min(peers, key=lambda name: median(measured, name, "search"))
    shape, cost, versions = sluice["architecture"], sluice["cost"], sluice["versions"]
    others = ", ".join(f"{k} {v}" for k, v in peer["versions"].items())
    lines = [
        f"Measured {datetime.date.today()} on {os.cpu_count()} x {cpu()}, {memory()}; load average"
        f" before and after: {load[0]:.2f}, {os.getloadavg()[0]:.2f}. {options.note}".strip(),
        "",
        f"- Model: {shape['family']}, {shape['blocks']} blocks, hidden {shape['hidden']}, vocabulary"
        f" {shape['vocabulary']}; float32, {options.threads} threads;"
        f" {cost['tokens'] // len(sluice['candidates'])} tokens; greedy by ag to {options.until}:"
        f" {len(sluice['order'])} cuts, {len(sluice['candidates'])} candidates.",
        f"- Sluice {versions['sluice']}, {versions['engine']}, Java {versions['java']}; measures"
        f" {options.measures}. Peer: {others}; cut by `{options.cut}`,"
        f" {options.batch_rows or 'all'} rows a forward pass.",
        f"- Same order in every run; the candidates' scores differ by at most {largest:.1e} relative.",
        *[passes(name, measured[0][name]) for name in sluices],
        "",
        "| | median search s | median process s | median processor s | how |",
        "|---|---|---|---|---|",
    ]
    for name in [*sluices, *peers]:
        how = (DOING | MEANING)[name]
        lines.append(f"| {name} | {median(measured, name, 'search'):.2f}"
                     f" | {median(measured, name, 'wall'):.2f}"
                     f" | {median(measured, name, 'cpu'):.2f} | {how} |")
    lines += ["", f"How many times faster Sluice is than the peer at its best (`{best}`):", "",
              "| | ratio of medians | pairs: least | median | most |", "|---|---|---|---|---|"]
    for name in sluices:
        for clock, label in CLOCKS.items():
            cells = " | ".join(f"{r:.2f}" for r in ratios(measured, name, best, clock))
            lines.append(f"| {name}, {label} | {cells} |")
    lines += ["", "Every run, search / process / processor seconds:", "",
              "| round | " + " | ".join([*sluices, *peers]) + " |",
              "|---" * (len(sluices) + len(peers) + 1) + "|"]
    for number, runs in enumerate(measured, 1):
        cells = [" / ".join(f"{runs[n][clock]:.2f}" for clock in CLOCKS) for n in [*sluices, *peers]]
        lines.append(f"| {number} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def passes(name, run):
    cost = run["report"]["cost"]
    return (f"- Sublayers run by `{name}`, counted in each of its batches: {cost['sublayerPasses']}; a"
            f" forward pass a candidate would run {cost['naiveSublayerPasses']} for the same, what is cut"
            f" left out. Candidates dropped: {run['dropped']}.")


def replace_section(file, title, text):
    """Put the record between the markers of a page, or make the page."""
    begin, end = "<!-- measured -->", "<!-- /measured -->"
    page = file.read_text() if file.exists() else f"# {title}\n\n{begin}\n{end}\n"
    before, rest = page.split(begin)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{before}{begin}\n{text}{end}{rest.split(end)[1]}")


def main():
    options = arguments()
    options.calibration = options.calibration or options.model / "calibration.txt"
    sluices, peers = options.sluices.split(","), options.peers.split(",")
    load = os.getloadavg()
    # Builds if need be, and brings files into the page cache.
    timed([ROOT / "sluice", "inspect", "--model", options.model], environment({}))
    measured = rounds(options, sluices, peers)
    largest = max(deviation(runs[mode], runs[name])
                  for runs in measured for mode in sluices for name in peers)
    text = record(options, measured, sluices, peers, largest, load)
    print(text)
    if options.record:
        replace_section(options.record, "Sluice and a plain FinerCut loop", text)


if __name__ == "__main__":
    main()
