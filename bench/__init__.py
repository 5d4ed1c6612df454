"""What the gate costs. `python -m bench` measures, writes results/latest.json and the tables of README.md."""
