"""Services that the workbench lacks and the platform has."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from xblock.reference.user_service import UserService, XBlockUser


class AccountService(UserService):
    """The person of ``?student=`` is the account of that username, described by the platform's attributes."""

    runtime: Any = None

    def get_current_user(self) -> XBlockUser:
        """The account, or somebody who is not logged in."""
        account = get_user_model().objects.filter(username=self.runtime.user_id).first()
        person = XBlockUser(is_current_user=True)
        person.opt_attrs["edx-platform.is_authenticated"] = account is not None
        if account is not None:
            person.opt_attrs["edx-platform.user_id"] = account.pk
            person.opt_attrs["edx-platform.username"] = account.username
        return person
