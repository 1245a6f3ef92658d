"""The demo: a small Django site that hosts the blocks the way the LMS does. Not part of the wheel."""
