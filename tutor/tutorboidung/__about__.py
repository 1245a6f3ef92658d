"""The version: the same as that of boidung-xblock (a test compares them)."""

__version__ = "0.1.0"
