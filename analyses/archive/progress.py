"""A bar on a terminal; nothing where nobody looks."""

import sys


def meter(total):
    """A function to be told of each amount done, out of `total`; None where there is no terminal to draw on."""
    if not sys.stderr.isatty() or not total:
        return None
    done = shown = 0

    def advance(amount=1):
        nonlocal done, shown
        done += amount
        percent = min(100, done * 100 // total)
        if percent != shown:
            shown = percent
            end = "\n" if percent == 100 else ""
            sys.stderr.write(f"\r[{'#' * (percent // 2):<50}] {percent:3} %{end}")
            sys.stderr.flush()

    return advance
