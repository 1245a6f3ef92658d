"""Questions to the core teacher, and their answers."""
