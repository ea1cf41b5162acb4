"""Measures what a first visit costs over the wire, and whether the page moves while it loads.

    python benchmarks/weight.py http://127.0.0.1:8000/policy-analysis/… http://127.0.0.1:8000/ar/policy-analysis/…

The site must be running. Each page is opened in an empty Chromium (the one in CHROMIUM, else Playwright's own), as a
telephone and as a desktop, and read to its end afterwards. Bytes are those that arrived, headers included.
"""

import argparse
import os
import sys
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True},
    "desktop": {"viewport": {"width": 1350, "height": 940}},
}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MOST = {"without the photograph": 120_000, "and without fonts": 30_000}

# Layout shifts that no input has caused, summed over the whole visit: stricter than the usual five-second window.
SHIFTS = """
window.shift = 0; window.shifted = [];
new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
  window.shift += entry.value;
  for (const source of entry.sources) window.shifted.push(source.node ? source.node.nodeName + '.' + source.node.className : '?');
} }).observe({type: 'layout-shift', buffered: true});
"""
PHOTOGRAPH = "document.querySelector('article img[fetchpriority=high], main img[fetchpriority=high]')?.currentSrc || ''"
TO_THE_END = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 400) {
    scrollTo({top: y, behavior: 'instant'});
    await new Promise(done => setTimeout(done, 40));
  }
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", nargs="+")
    options = parser.parse_args()
    columns = ("all", "without the photograph", "fonts", "and without fonts", "requests", "hosts", "shift")
    print(f"{'':10}" + "".join(f"{column:>24}" for column in columns))
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=QUIET)
        for address in options.address:
            print(address)
            for name, screen in SCREENS.items():
                visit = first_visit(browser, screen, address)
                print(f"  {name:8}" + "".join(f"{visit[column]:>24,}" for column in columns))
                failed |= report(visit)
        browser.close()
    sys.exit(failed)


def first_visit(browser, screen, address):
    context = browser.new_context(**screen)
    page = context.new_page()
    session = context.new_cdp_session(page)
    responses, arrived = {}, {}
    session.on("Network.responseReceived", lambda event: responses.update({event["requestId"]: event}))
    session.on(
        "Network.loadingFinished", lambda event: arrived.update({event["requestId"]: event["encodedDataLength"]})
    )
    session.send("Network.enable")
    page.add_init_script(SHIFTS)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    photograph = page.evaluate(PHOTOGRAPH)
    # What lies far below is fetched when it is scrolled to: it may move the page, but the first visit is weighed now.
    files = [
        (responses[key]["response"]["url"], responses[key]["type"], size)
        for key, size in list(arrived.items())
        if key in responses
    ]
    page.evaluate(TO_THE_END)
    page.wait_for_load_state("networkidle")
    weight = sum(size for _url, _kind, size in files)
    without = weight - sum(size for url, _kind, size in files if url == photograph)
    fonts = sum(size for _url, kind, size in files if kind == "Font")
    visit = {
        "all": weight,
        "without the photograph": without,
        "fonts": fonts,
        "and without fonts": without - fonts,
        "requests": len(files),
        "hosts": len({urlsplit(event["response"]["url"]).netloc for event in responses.values()} - {""}),
        "shift": round(page.evaluate("window.shift"), 4),
        "shifted": page.evaluate("window.shifted"),
        "files": sorted(files, key=lambda file: -file[2]),
    }
    context.close()
    return visit


def report(visit):
    """Print what is not as it should be; returns whether there is any such thing."""
    misses = [f"{visit[name]:,} bytes {name}; at most {most:,}" for name, most in MOST.items() if visit[name] > most]
    if visit["hosts"] != 1:
        misses.append("another host was asked")
    if visit["shift"]:
        misses.append("moved: " + ", ".join(sorted(set(visit["shifted"]))))
    for miss in misses:
        print(f"    ! {miss}")
    if misses:
        for url, kind, size in visit["files"]:
            print(f"      {size:>9,}  {kind:10} {urlsplit(url).path[:90]}")
    return bool(misses)


if __name__ == "__main__":
    main()
