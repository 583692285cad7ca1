"""The issuing station, without screen or cable. The version of the program stands here and nowhere else."""

__version__ = "2026.11.0"
