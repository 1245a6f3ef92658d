"""Cells to values: codes, names, roles, yes and no. Pure functions on text."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from boidung_xblock.conf import setting
from boidung_xblock.roster import keys
from boidung_xblock.text import clean_line, fold

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,63}")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,3})")
_WHOLE = re.compile(r"([0-9]+)[.,]0+")
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .,'’()-])*")
_SLUG = 48
_DASH = re.compile(r"\s*[-–—]\s*")
_SEPARATORS = re.compile(r"[,;/+&\n]|\bkiêm\b", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_USERNAME = re.compile(r"[A-Za-z0-9_-]{2,30}")
_SCHOOL_PREFIXES = (
    ("truong", ""), ("pho thong", ""), ("tieu hoc", "th"), ("trung hoc co so", "thcs"),
    ("trung hoc pho thong", "thpt"), ("pt", ""),
)  # fmt: skip
_NO = frozenset({"kinh", "khong", "k", "0", "false", "-", "no"})

# Words of the column vai_tro → what the person is. More come from BOIDUNG_ROSTER_ROLES.
ROLE_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "giao_vien": (keys.MEMBER, ("Giáo viên", "GV", "Thành viên", "Tổ viên", "Học viên", "Tổ phó", "Nhóm phó",
                                "Tổ phó chuyên môn", "Member")),
    "to_truong": (keys.LEADER, ("Tổ trưởng", "Tổ trưởng chuyên môn", "TTCM", "Nhóm trưởng", "Leader")),
    "thu_ky": (keys.SECRETARY, ("Thư ký", "Thư kí", "Secretary")),
    "gvcc": (keys.CORE_TEACHER, ("GVCC", "GVPTCC", "GV cốt cán", "Giáo viên cốt cán", "Giáo viên phổ thông cốt cán")),
    "cbql": (keys.UNIT_MANAGER, ("CBQL", "Cán bộ quản lý", "Cán bộ quản lí", "Hiệu trưởng", "Phó hiệu trưởng", "HT",
                                 "PHT")),
    "cbqlcc": (keys.CORE_TEACHER, ("CBQLCC", "CBQL cốt cán", "Cán bộ quản lý cốt cán", "CBQLCSGDPTCC")),
}  # fmt: skip


folded = lru_cache(maxsize=4096)(fold)  # for what stands in many rows: groups, offices, roles


class DigitsLost(ValueError):
    """The text is a shortened number."""


def staff_code(text: str) -> str:
    """A code as it is compared and stored: no blanks, capitals; whole numbers without ".0"; leading zeros stay.

    "1234567890.0" → "1234567890"; "1.23456789E+9" → "1234567890"… only if all digits are there, else DigitsLost.
    ValueError if it is no code. Doing it again changes nothing.
    """
    plain = "".join(clean_line(text).split())
    if plain.startswith("'"):
        plain = plain[1:]
    if whole := _WHOLE.fullmatch(plain):
        plain = whole[1]
    elif scientific := _SCIENTIFIC.fullmatch(plain):
        plain = _expanded(scientific)
    if not _CODE.fullmatch(plain):
        raise ValueError("not a code")
    return plain.upper()


def _expanded(number: re.Match[str]) -> str:
    lead, decimals, exponent = number[1], number[2] or "", int(number[3])
    if len(decimals) != exponent or exponent == 0:
        raise DigitsLost(number[0])
    return lead + decimals


def person_name(text: str) -> str:
    """The name on one line. ValueError for what is no name: signs of markup, formulas, digits only."""
    name = clean_line(text)
    if not _NAME.fullmatch(name):
        raise ValueError("not a name")
    return name


def email_address(text: str) -> str:
    """Lower case. ValueError if malformed."""
    address = clean_line(text).lower()
    if len(address) > 254 or ".." in address or not _EMAIL.fullmatch(address):
        raise ValueError("not an e-mail address")
    local = address.partition("@")[0]
    if local.startswith(".") or local.endswith("."):
        raise ValueError("not an e-mail address")
    return address


def user_name(text: str) -> str:
    """As the platform takes it. ValueError otherwise."""
    name = clean_line(text)
    if not _USERNAME.fullmatch(name):
        raise ValueError("not a username")
    return name


def same_person(one: str, other: str) -> bool:
    """False if two names are clearly of two people; corrections and abbreviated middle names are not.

    Given name (last word) and family name (first word) agree, or one letter differs. An empty name says nothing.
    """
    first, second = (fold(name).replace(".", " ").split() for name in (one, other))
    if not first or not second:
        return True
    families = {first[0], second[0]}
    alike = len(families) == 1 or ({first[0][0], second[0][0]} & families and first[0][0] == second[0][0])
    if first[-1] == second[-1] and alike:
        return True
    return _one_letter_apart(" ".join(first), " ".join(second))


def _one_letter_apart(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    rest = start if len(one) < len(other) else start + 1
    return one[rest:] == other[start + 1 :]


@lru_cache(maxsize=4096)
def school_key(name: str) -> str:
    """What two school names are compared by: "Trường Tiểu học Hà Huy Tập" and "TH Hà Huy Tập" are one."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
    for long, short in _SCHOOL_PREFIXES:
        if words == long or words.startswith(f"{long} "):
            words = f"{short} {words[len(long) :]}".strip()
    return " ".join(words.split())


@lru_cache(maxsize=4096)
def group_name(department: str, group: str) -> str:
    """ "Tổ Toán-Tin" and "Nhóm Toán 8" → "Tổ Toán – Tin – Nhóm Toán 8"; either may be empty."""
    parts = [_DASH.sub(" – ", clean_line(part)) for part in (department, group)]
    return " – ".join(part for part in parts if part)


@lru_cache(maxsize=1024)
def slug(text: str) -> str:
    """ASCII words joined by hyphens, at most 48 characters: codes of units that come without one."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    if len(words) <= _SLUG:
        return words
    return f"{words[: _SLUG - 9]}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


@lru_cache(maxsize=4)
def _role_map(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, names in extra:
        found.update({fold(name): ROLE_WORDS[word][0] for name in names})
    for word, (role, names) in ROLE_WORDS.items():
        for name in (word, word.replace("_", " "), *names):
            found.setdefault(fold(name), role)
    return found


def roles_of(text: str) -> list[str]:
    """Roles (``keys``) named in a cell: "GV cốt cán, tổ trưởng" → two. KeyError for a word that is none."""
    extra = setting("BOIDUNG_ROSTER_ROLES")
    known = _role_map(tuple(sorted((word, tuple(names)) for word, names in extra.items())))
    whole = known.get(folded(text))
    if whole:
        return [whole]
    return sorted({known[folded(part)] for part in split_list(text)})


def split_list(text: str) -> list[str]:
    """The entries of a cell that may hold several."""
    return [part for part in (clean_line(piece) for piece in _SEPARATORS.split(text)) if part]


def is_working(status: str) -> bool:
    """One of ``BOIDUNG_WORKING_STATUSES``; an empty status counts as working."""
    return not status or folded(status) in {folded(word) for word in setting("BOIDUNG_WORKING_STATUSES")}


def gender_is_female(text: str) -> bool | None:
    """ "Nữ" → True, "Nam" → False, "" → None. ValueError for other words."""
    word = folded(text)
    if word in {"nu", "f", "female"}:
        return True
    if word in {"nam", "m", "male"}:
        return False
    if word:
        raise ValueError("not a gender")
    return None


def is_minority(text: str) -> bool | None:
    """Of a column "DTTS" or "Dân tộc": "" → None, "Kinh" and no → False, everything else → True."""
    word = folded(text)
    return (word not in _NO) if word else None


def plain_digits(text: str) -> bool:
    """Whether a reference is a code rather than a name: it holds a digit."""
    return any(char.isdigit() for char in text)


def national_id_pattern() -> re.Pattern[str] | None:
    """What staff codes must not look like, or None."""
    pattern = setting("BOIDUNG_REFUSED_STAFF_CODES")
    return _compiled(pattern) if pattern else None


@lru_cache(maxsize=4)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
