"""Makes two collections of any texts: each passage is a document, and the queries are words that it has and few others.

    .venv/bin/python benchmarks/search/passages.py texts.jsonl [more files] --language ar --to /tmp/ar

Lines are texts with `title` and `body` (paragraphs parted by empty lines) in one `language`, or lines of an archive with `texts`.
Of the two collections made, tune on one and check on the other. Queries that are made by rule say less than those that people
write: they are good for comparing, and for seeing what a typing error or another spelling costs.
"""

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path

SHORTEST = 40  # words of a passage
WORD = re.compile(r"[^\W\d_]{4,}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--language", required=True)
    parser.add_argument("--to", type=Path, required=True, help="two folders are made: this name with -tune and -check")
    parser.add_argument("--queries", type=int, default=150, help="passages of each that are asked for (150)")
    options = parser.parse_args()
    passages = [row for path in options.file for row in read(path, options.language)]
    often = Counter(word for row in passages for word in set(WORD.findall(row["body"].lower())))
    for place, name in enumerate(("tune", "check")):
        write(options.to.with_name(f"{options.to.name}-{name}"), passages[place::2], often, options)


def read(path, language):
    """The passages of a file: paragraphs, short ones joined with the next."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row.get("texts", {}).get(language) or (row if row.get("language") == language else None)
            if not text:
                continue
            body = re.sub("<[^>]+>", " ", re.sub("</p>|</h[2-4]>|</li>", "\n\n", text["body"]))
            waiting = ""
            for number, paragraph in enumerate(re.split(r"\n\s*\n", body)):
                waiting = f"{waiting} {paragraph}".strip()
                if len(waiting.split()) >= SHORTEST:
                    yield {"id": f"{row['id']}-{number}", "language": language, "title": text["title"], "body": waiting}
                    waiting = ""


def write(folder, passages, often, options):
    dice = random.Random(folder.name)
    queries, judgements = [], []
    for row in dice.sample(passages, min(options.queries, len(passages))):
        for kind, text in made(row["body"], often, dice):
            key = f"{kind} {row['id']}"
            queries.append({"id": key, "kind": kind, "text": text})
            judgements.append({"query": key, "document": row["id"]})
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("documents", passages), ("queries", queries), ("judgements", judgements)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def made(body, often, dice):
    """`(kind, text)`: two and three of the passage's rarer words, and eight words in a row."""
    words = sorted(dict.fromkeys(WORD.findall(body.lower())), key=lambda word: often[word])
    rare = words[: max(6, len(words) // 5)]
    yield "two words", " ".join(dice.sample(rare, min(2, len(rare))))
    yield "three words", " ".join(dice.sample(rare, min(3, len(rare))))
    row = body.split()
    place = dice.randrange(max(1, len(row) - 8))
    yield "eight words in a row", " ".join(row[place : place + 8])


if __name__ == "__main__":
    main()
