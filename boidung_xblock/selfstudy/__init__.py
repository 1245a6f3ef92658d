"""A learner's way through a checkpoint."""
