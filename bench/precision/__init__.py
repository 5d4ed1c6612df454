"""Precision on real work: command lines that other projects ship, judged by the shipped policies.

`python -m bench.precision.fetch FOLDER` brings the archives (names in `sources.toml`) through pip, npm and apt,
`python -m bench.precision.collect FOLDER` cuts command lines out of them into `lines.jsonl`,
`python -m bench.precision.survey FOLDER` judges them with `enactctl check --jsonl` and counts what is stopped.
The corpus is other people's text: it stays in FOLDER, outside of this repository.
"""
