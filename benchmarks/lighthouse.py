"""Lighthouse (mobile) on a running site: the median of five for each kind of page, in both languages.

npm install lighthouse          # anywhere; name the folder with --node-modules
python benchmarks/lighthouse.py http://127.0.0.1:8000 --node-modules /path/to/node_modules
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import urllib.request

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run"
)


def pages(site):
    """Home, an article with a picture, the archive and an expert, in both languages."""
    found = []
    for prefix in ("", "/ar"):
        archive = urllib.request.urlopen(f"{site}{prefix}/policy-analysis").read().decode()
        article = re.search(rf'class="card-title"><a href="({prefix}/policy-analysis/[^"?]+)"', archive)[1]
        people = urllib.request.urlopen(f"{site}{prefix}/experts").read().decode()
        person = re.search(rf'href="({prefix}/experts/[^"?]+)"', people)[1]
        found += [prefix or "/", article, f"{prefix}/policy-analysis", person]
    return found


def measure(address, lighthouse):
    command = [lighthouse, address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        raise SystemExit(done.stderr.strip().splitlines()[-1])
    report = json.loads(done.stdout)
    scores = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    failed = [
        key for key, audit in report["audits"].items()
        if audit.get("score") is not None and audit["score"] < 0.9 and audit.get("scoreDisplayMode") in ("binary", "numeric")
    ]  # fmt: skip
    return scores, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("--node-modules", default="node_modules")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    lighthouse = os.path.join(arguments.node_modules, ".bin", "lighthouse")
    for path in pages(arguments.site):
        runs = [measure(arguments.site + path, lighthouse) for _run in range(arguments.runs)]
        medians = {name: statistics.median(scores[name] for scores, _failed in runs) for name in CATEGORIES}
        print(
            "  ".join(f"{name} {value:3.0f}" for name, value in medians.items()),
            path,
            " ".join(runs[-1][1]),
            flush=True,
        )


if __name__ == "__main__":
    main()
