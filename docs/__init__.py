"""Pages that are generated from declarations and data: `python -m docs` writes them, `--check` compares."""
