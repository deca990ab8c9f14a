"""Run the command line as ``python -m spatialplan``."""

from spatialplan.cli import main

main()
