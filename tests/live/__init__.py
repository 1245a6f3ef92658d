"""Statements about a running site: several web workers, a Celery worker of its own, hashed static files, the iframe."""

NEEDED = ("BOIDUNG_LIVE_LMS", "BOIDUNG_LIVE_STUDIO")
