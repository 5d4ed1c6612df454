"""`python -m bench.precision FOLDER`: bring the archives, cut the command lines out, judge them, report."""

from __future__ import annotations

import sys

from bench.precision import collect, fetch, survey

if __name__ == "__main__":
    fetch.main(sys.argv[1])
    collect.main(sys.argv[1])
    survey.main(sys.argv[1])
