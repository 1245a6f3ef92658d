"""How values read on a page: dates dd/mm/yyyy in the viewer's zone, marks with the language's decimal sign.

Text in, text out; nothing here touches the database.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.formats import get_format
from django.utils.translation import npgettext, pgettext

from boidung_xblock.text import ERASED_NAME

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def zone(name: str) -> ZoneInfo:
    """The IANA zone, or Vietnam's where the name means nothing to this machine."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT_ZONE)


def date_time(moment: datetime | None, zone_name: str = DEFAULT_ZONE) -> str:
    """An aware moment as "dd/mm/yyyy HH:MM" in the zone, in every language; "" for None."""
    return moment.astimezone(zone(zone_name)).strftime("%d/%m/%Y %H:%M") if moment else ""


def date(moment: datetime | None, zone_name: str = DEFAULT_ZONE) -> str:
    """The day alone, "dd/mm/yyyy" in the zone; "" for None."""
    return moment.astimezone(zone(zone_name)).strftime("%d/%m/%Y") if moment else ""


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago, in the largest whole unit: "5 minutes", "3 hours", "3 days"; "" under a minute and for None."""
    seconds = int((now - moment).total_seconds()) if moment else 0
    if seconds < _MINUTE:
        return ""
    if seconds < _HOUR:
        count = seconds // _MINUTE
        return npgettext("boidung", "%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if seconds < _DAY:
        count = seconds // _HOUR
        return npgettext("boidung", "%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = seconds // _DAY
    return npgettext("boidung", "%(count)d day", "%(count)d days", count) % {"count": count}


def person(name: str) -> str:
    """A stored name, or words for somebody whose account is retired; "" for nobody."""
    return pgettext("boidung", "Retired account") if name == ERASED_NAME else name


def decimal_sign() -> str:
    """The decimal sign of the language in force: "," in Vietnamese, "." in English."""
    return str(get_format("DECIMAL_SEPARATOR", use_l10n=True))


def number(value: Decimal | float | int | None) -> str:
    """A mark or a weight without useless zeros and with the language's decimal sign: 7.500 → "7,5"; "" for None."""
    return plain_number(value).replace(".", decimal_sign())


def plain_number(value: Decimal | float | int | None) -> str:
    """The same with a point, for data attributes and comparisons: Decimal("7.500") → "7.5"; "" for None."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def file_size(size: int) -> str:
    """Bytes as people read them: "812 B", "34 kB", "1,2 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} kB"
    return f"{number(round(Decimal(size) / 1_000_000, 1))} MB"


def clock(moment: datetime | None, now: datetime, zone_name: str = DEFAULT_ZONE) -> str:
    """When something was saved: "20:14" today, with the date before it on other days; "" for None."""
    if moment is None:
        return ""
    place = zone(zone_name)
    local = moment.astimezone(place)
    same_day = local.date() == now.astimezone(place).date()
    return local.strftime("%H:%M") if same_day else local.strftime("%H:%M, %d/%m/%Y")
