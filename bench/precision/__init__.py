"""Precision on real work: command lines that other projects ship, judged by the shipped policies.

`python -m bench.precision FOLDER` does all of it. `fetch` brings the archives that `sources.toml` names through npm,
pip, apt and git, `collect` cuts command lines out of them into `FOLDER/lines.jsonl`, `survey` judges them with
`enactctl check --jsonl` and counts what is stopped. The corpus is other people's text: it stays in FOLDER, outside of
this repository.
"""
