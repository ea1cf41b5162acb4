"""Runs the Nu HTML checker over every page that a running site's own links lead to; two filters at once excepted.

npm install vnu-jar             # anywhere; it needs Java
python benchmarks/markup.py http://127.0.0.1:8000 /path/to/node_modules/vnu-jar/build/dist/vnu.jar
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin

STARTS = ("/", "/ar", "/nothing-here", "/ar/nothing-here", "/search?q=water", "/ar/search?q=المياه")


def pages(site):
    """`(path, body)` of every HTML page, those of errors too."""
    waiting, seen = list(STARTS), set(STARTS)
    while waiting:
        path = waiting.pop()
        try:
            answer = urllib.request.urlopen(site + quote(path, safe="/?&=%+:,"))
        except urllib.error.HTTPError as error:
            answer = error
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        body = answer.read().decode()
        yield path, body
        for href in re.findall(r'<a\s[^>]*?href="([^"#]+)', body):
            address = urljoin(site + path, unescape(href))
            link = address.removeprefix(site) or "/"
            if address.startswith(site) and link.count("&") == 0 and link not in seen:
                seen.add(link)
                waiting.append(link)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("jar", help="path of vnu.jar")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for number, (path, body) in enumerate(pages(options.site.rstrip("/"))):
            file = Path(folder, f"{number}.html")
            file.write_text(body)
            found[file.name] = path
        command = ["java", "-Xss4m", "-jar", options.jar, "--format", "json", "--skip-non-html", folder]
        messages = json.loads(subprocess.run(command, stderr=subprocess.PIPE, text=True).stderr)["messages"]
    for message in messages:
        kind = message.get("subType", message["type"])
        print(f"{found[Path(message['url']).name]}  {kind}: {message['message']}")
    errors = sum(message["type"] != "info" for message in messages)
    print(f"{len(found)} pages, {errors} errors, {len(messages) - errors} warnings")
    sys.exit(errors > 0)


if __name__ == "__main__":
    main()
