"""The block in xblock-sdk's workbench: a smoke test in a process of its own, because its settings are its own."""
