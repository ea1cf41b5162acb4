"""Collections of documents, queries and judgements, and what a search makes of them (README.md beside this file)."""

import json
import math
import statistics
import tempfile
import time
from collections import defaultdict
from html import escape
from pathlib import Path

from benchmarks.search.variants import VARIANTS

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 10
MEASURES = ("R@1", "R@10", "MRR", "nDCG@10", "none")


class Collection:
    """One folder: `queries.jsonl`, `judgements.jsonl`, and `documents.jsonl` or archives that `collection.json` names."""

    def __init__(self, folder):
        self.name = folder.name
        about = folder / "collection.json"
        self.about = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
        self.archives = [ROOT / path for path in self.about.get("archive", ())]
        self.documents = [] if self.archives else rows(folder / "documents.jsonl")
        self.judgements = defaultdict(dict)
        for row in rows(folder / "judgements.jsonl"):
            self.judgements[row["query"]][row["document"]] = row.get("relevance", 1)
        self.queries = [row for row in rows(folder / "queries.jsonl") if row["id"] in self.judgements]

    def language(self, row):
        return row.get("language") or self.about.get("language") or self.documents[0]["language"]

    def load(self):
        """Import the documents into the database, as any archive is."""
        from django.core.management import call_command

        if self.archives:
            for path in self.archives:
                call_command("import_archive", str(path), verbosity=0)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "archive.jsonl"
            path.write_text("".join(map(self._record, range(len(self.documents)))), encoding="utf-8")
            call_command("import_archive", str(path), verbosity=0)

    def _record(self, number):
        """A document as a line of an archive, with nothing but `texts`."""
        row = self.documents[number]
        title = " ".join((row.get("title") or row["body"]).split())[:300]
        body = row["body"] if row.get("html") else "".join(f"<p>{escape(p)}</p>" for p in row["body"].split("\n") if p)
        text = {"slug": f"document-{number}", "title": title, "summary": row.get("summary", "")[:1000]}
        text |= {"body": body or f"<p>{escape(title)}</p>", "published_at": row.get("date") or "2024-01-01T12:00:00Z"}
        record = {"type": "analysis", "id": row["id"], "texts": {self.language(row): text}}
        return json.dumps(record, ensure_ascii=False) + "\n"

    def asked(self, variants):
        """`(kind, query, text)` of each query and, with `variants`, of each other way to type it."""
        for row in self.queries:
            kind = row.get("kind", "query")
            yield kind, row, row["text"]
            if variants and row.get("variants", True) and not kind.startswith("variant"):
                for name, change in VARIANTS.items():
                    if changed := change(row["text"]):
                        yield f"{kind}, {name}", row, changed


def rows(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


class Result:
    """What was found for one query."""

    def __init__(self, collection, kind, query, text, keys, seconds):
        self.kind, self.text, self.seconds = kind, text, seconds
        judged = collection.judgements[query["id"]]
        self.values = dict(zip(MEASURES, measures(keys[:DEPTH], judged), strict=True))


def measures(keys, judged):
    """Recall at 1 and at 10, reciprocal rank, nDCG at 10, and whether nothing was found at all."""
    hits = [judged.get(key, 0) for key in keys]
    relevant = sum(value > 0 for value in judged.values())
    first = next((1 / rank for rank, hit in enumerate(hits, start=1) if hit), 0.0)
    gain, ideal = _gain(hits), _gain(sorted(judged.values(), reverse=True)[:DEPTH])
    return (
        float(any(hits[:1])),
        sum(hit > 0 for hit in hits) / min(relevant, DEPTH),
        first,
        gain / ideal,
        float(not keys),
    )


def _gain(hits):
    return sum(hit / math.log2(rank + 1) for rank, hit in enumerate(hits, start=1))


def results(collection, ask, variants=True):
    """A `Result` of each query; `ask(language, text)` gives the ids that are found, best first."""
    found = []
    for kind, query, text in collection.asked(variants):
        begun = time.perf_counter()
        keys = ask(collection.language(query), text)
        found.append(Result(collection, kind, query, text, keys, time.perf_counter() - begun))
    return found


def by_kind(found):
    kinds = defaultdict(list)
    for result in found:
        kinds[result.kind].append(result)
    return {kind: kinds[kind] for kind in sorted(kinds)}


def mean(found, measure):
    return statistics.mean(result.values[measure] for result in found)
