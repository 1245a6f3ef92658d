"""The only door to the platform: ``get_host()`` gives the site's ``Host``.

``Host`` is a Protocol; ``host/openedx/`` implements it on Open edX, the demo and the tests bring their own.
Which one is used is the setting ``BOIDUNG_HOST`` (a dotted path to a class without arguments).
"""

from boidung_xblock.host.protocol import (
    Account,
    BlockFacts,
    CannotGrade,
    CourseAccess,
    CourseFacts,
    DueDate,
    GradesFrozen,
    Host,
    Masquerade,
    Message,
    NoSuchCourse,
    NotInStudio,
    get_host,
)

__all__ = [
    "Account",
    "BlockFacts",
    "CannotGrade",
    "CourseAccess",
    "CourseFacts",
    "DueDate",
    "GradesFrozen",
    "Host",
    "Masquerade",
    "Message",
    "NoSuchCourse",
    "NotInStudio",
    "get_host",
]
