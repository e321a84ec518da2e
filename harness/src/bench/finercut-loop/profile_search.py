"""Where Sluice's time goes: samples a search on the demo model with perf and sorts it by kind.

Needs Linux perf (Debian: apt-get install linux-perf) and leave to use it; samples the processor
clock, so no hardware counters are needed. Any Python 3.11 does.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compare import DEMO, ROOT, cpu, environment, memory, replace_section

# The first kind whose pattern is found in "library symbol" counts.
KINDS = [
    ("matrix products", r"sgemm|gemm_|gemv|mkl_blas|mkl_lapack|brgemm|xbyak|dnnl.*(gemm|matmul|inner)"),
    ("attention kernel without its products", r"flash_attention"),
    ("softmax, exp and log", r"softmax|Sleef|mkl_vml|exp_kernel|log_kernel|vml::|logaddexp"),
    ("norms, gates, sums and other elementwise",
     r"VectorizedLoop2d|cpu_kernel|vectorized_|_kernel|kernel_impl|reduction|cascade_sum|RowwiseMoments"
     r"|parallel_for|TensorIterator|vec::"),
    ("copies and memory", r"memmove|memcpy|memset|malloc|_int_free|libc\.so.* (free|cfree|unlink_chunk)"
     r"|page_fault|clear_page|anonymous_page|copy_(stub|kernel|page)"),
    ("tensor library's dispatch and interpreter", r"libtorch|libc10|libgomp"),
    ("Java machine: compiler, start, collector", r"libjvm|libzip|libjimage|libjava|libjli|ld-linux"),
    ("Java code and JNI", r"\[JIT\]|perf-\d+\.map|libdjl_torch|Interpreter"),
    ("journal", r"sqlite"),
    ("kernel", r"\[k\]|kernel"),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=DEMO)
    parser.add_argument("--calibration", type=Path, help="default: the model's calibration.txt")
    parser.add_argument("--until", default="0.25")
    parser.add_argument("--measures", default="ag")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--symbols", type=int, default=15, help="how many to list")
    parser.add_argument("--note", default="", help="a sentence for the record: hardware, load")
    parser.add_argument("--record", type=Path, help="write the record as Markdown here")
    return parser.parse_args()


def samples(options, folder):
    """Share of samples by (thread, library, symbol), in percent."""
    data = folder / "perf.data"
    command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "-o", data, "--"]
    command += [ROOT / "sluice", "run", "--model", options.model, "--calibration",
                options.calibration, "--measure", "ag", "--measures", options.measures]
    command += ["--until", options.until, "--threads", str(options.threads), "--name", "profile"]
    command += ["--dtype", "float32", "--journal", folder / "journal", "--quiet"]
    subprocess.run(command, env=environment({}), check=True, stdout=subprocess.DEVNULL)
    command = ["perf", "report", "-i", data, "--no-children", "-g", "none", "--stdio", "-t", "\t"]
    command += ["--sort", "comm,dso,sym", "-F", "overhead,comm,dso,sym"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) >= 4 and fields[0].endswith("%"):
            yield float(fields[0][:-1]), fields[1], fields[2], fields[3]


def kind(library, symbol):
    text = f"{library} {symbol}"
    return next((name for name, pattern in KINDS if re.search(pattern, text)), "other")


def short(symbol):
    """A symbol without what its template says twice."""
    symbol = re.sub(r"^\[.\] ", "", symbol)
    inner = re.search(r"(\w+_kernel\w*)", symbol)
    return (inner.group(1) if "callback_fn" in symbol and inner else symbol)[:60].replace("|", "/")


def main():
    options = arguments()
    options.calibration = options.calibration or options.model / "calibration.txt"
    subprocess.run([ROOT / "sluice", "inspect", "--model", options.model], env=environment({}),
                   check=True, stdout=subprocess.DEVNULL)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = list(samples(options, Path(folder)))
    if not rows:
        sys.exit("perf gave no samples")
    kinds, threads, symbols = Counter(), Counter(), Counter()
    for share, thread, library, symbol in rows:
        kinds[kind(library, symbol)] += share
        threads[re.sub(r"-\d+$|:.*", "", thread)] += share
        symbols[short(symbol)] += share
    lines = [f"Sampled {datetime.date.today()} on {os.cpu_count()} x {cpu()}, {memory()}, load average"
             f" before {load:.2f}. {options.note}".strip()
             + f" Search to {options.until}, measures {options.measures}, {options.threads} threads;"
               " shares of the whole process's processor time, its start included.",
             "", "| kind | % |", "|---|---|"]
    lines += [f"| {name} | {share:.1f} |" for name, share in kinds.most_common()]
    lines += ["", "| symbol | % |", "|---|---|"]
    lines += [f"| `{name}` | {share:.1f} |" for name, share in symbols.most_common(options.symbols)]
    lines += ["", "Threads: " + ", ".join(f"{n} {s:.1f} %" for n, s in threads.most_common(6)) + "."]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.record:
        replace_section(options.record, "Where the time of a search goes", text)


if __name__ == "__main__":
    main()
