"""Settings that Open edX merges into the platform's own."""
