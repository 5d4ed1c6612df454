"""`python -m enactd.cli` is `enactctl`."""

from enactd.cli import main

main()
