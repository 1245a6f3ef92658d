"""A 40-period teacher-training round inside a standard Open edX instance."""

__version__ = "0.1.0"
