"""Where attached files go."""

from __future__ import annotations

from django.core.files.storage import Storage, default_storage, storages


def storage() -> Storage:
    """``STORAGES["boidung"]`` if the site has one, else the default storage. All releases (Django 4.2 and 5.2).

    A site should configure its own: Tutor serves the default one publicly under ``/media``. Names are random, and
    our pages never hand out a storage's address.
    """
    return storages["boidung"] if "boidung" in storages.backends else default_storage
