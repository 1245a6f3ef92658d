"""One row of the workbook: cells to a ``Row``, and what is wrong with the row by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from boidung_xblock.roster import keys, values
from boidung_xblock.roster.columns import ACCOUNT_KEYS
from boidung_xblock.roster.issues import Columns, Issue
from boidung_xblock.text import clean_line

_LONGEST = {
    "ho_ten": 120, "ten_truong": 200, "don_vi_cap_tren": 200, "cum_truong": 200, "to_chuyen_mon": 120, "nhom": 120,
    "mon": 120, "chuc_vu": 120, "vai_tro": 120, "gvcc_phu_trach": 400, "email": 254, "username": 30,
    "ma_dinh_danh": 64, "ma_truong": 60,
}  # fmt: skip
_FEWEST_CELLS = 3
_CELL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


class Row(NamedTuple):
    """One person as the workbook has them, every value cleaned; JSON-safe."""

    number: int
    code: str = ""
    full_name: str = ""
    email: str = ""
    username: str = ""
    school: str = ""  # code
    school_name: str = ""
    office: str = ""  # name of the unit above the school
    cluster: str = ""  # name
    group: str = ""  # name
    in_cluster: bool = False  # the group lies in the cluster, not in the school
    subject: str = ""
    position: str = ""
    roles: Sequence[str] = ()  # of ``keys``; empty: the workbook does not say
    core_teachers: Sequence[str] = ()  # codes or names
    is_female: bool | None = None
    is_minority: bool | None = None

    @property
    def group_role(self) -> str:
        """Leader, secretary or member; "" if the workbook does not say (a known role then stays)."""
        return next((role for role in (keys.LEADER, keys.SECRETARY, keys.MEMBER) if role in self.roles), "")

    @property
    def is_core(self) -> bool:
        """Core teacher or core manager."""
        return keys.CORE_TEACHER in self.roles

    @property
    def is_manager(self) -> bool:
        """Manager of the school."""
        return keys.UNIT_MANAGER in self.roles

    @property
    def learns(self) -> bool:
        """To be enrolled: everybody but those who only support others."""
        return bool(self.group) or self.is_manager

    @property
    def group_unit(self) -> str:
        """Code of the unit in which the group lies."""
        return cluster_code(self.cluster) if self.in_cluster else self.school

    @property
    def group_key(self) -> str:
        """One text for each group of the workbook; "" for no group."""
        return f"{self.group_unit}|{values.folded(self.group)}" if self.group else ""


class Parsed(NamedTuple):
    """A row with what is wrong in it, or ``skipped``: a note, or somebody who does not work now (``status`` says)."""

    row: Row
    issues: list[Issue]
    status: str = ""
    skipped: bool = False

    @property
    def refused(self) -> bool:
        """Any issue is an error."""
        return any(issue.is_error for issue in self.issues)


def office_code(name: str) -> str:
    """Code of an office that comes by name only; no school code contains a colon."""
    return f"office:{values.slug(name)}"


def cluster_code(name: str) -> str:
    """The same for a cluster."""
    return f"cluster:{values.slug(name)}"


def parse(number: int, cells: list[str], columns: Columns) -> Parsed:
    """The row in Excel's row ``number``; ``cells`` in the order of ``columns.all``."""
    return _Parser(number, cells, columns).parse()


class _Parser:
    """Reads one row; gathers issues as it goes."""

    def __init__(self, number: int, cells: list[str], columns: Columns) -> None:
        self.number = number
        self.columns = columns
        self.issues: list[Issue] = []
        self.raw = {column.field: text for column, text in zip(columns.all, cells, strict=True) if text}
        self.text: dict[str, str] = {}

    def parse(self) -> Parsed:
        status = clean_line(self.raw.pop("trang_thai", ""))
        if not values.is_working(status):
            return Parsed(Row(self.number), [], status, skipped=True)
        if len(self.raw) < _FEWEST_CELLS and "ma_dinh_danh" not in self.raw:
            self._blame(next(iter(self.raw)), "note_row")  # signatures and totals below the list
            return Parsed(Row(self.number), self.issues, skipped=True)
        for field, raw in self.raw.items():
            self.text[field] = self._plain(field, raw)
        roles = self._roles()
        group = values.group_name(self.text.get("to_chuyen_mon", ""), self.text.get("nhom", ""))
        in_cluster = bool(group) and not self.text.get("to_chuyen_mon") and bool(self.text.get("cum_truong"))
        row = Row(
            number=self.number,
            code=self._code("ma_dinh_danh", self._not_national),
            full_name=self._value("ho_ten", values.person_name, "bad_name", required=True),
            email=self._value("email", values.email_address, "bad_email"),
            username=self._value("username", values.user_name, "bad_username"),
            school=self._code("ma_truong"),
            school_name=self.text.get("ten_truong", ""),
            office=self.text.get("don_vi_cap_tren", ""),
            cluster=self.text.get("cum_truong", ""),
            group=group,
            in_cluster=in_cluster,
            subject=self.text.get("mon", ""),
            position=self.text.get("chuc_vu") or self.text.get("vai_tro", ""),
            roles=roles,
            core_teachers=self._core_teachers(group),
            is_female=self._lenient("gioi_tinh", values.gender_is_female),
            is_minority=values.is_minority(self.text.get("dtts", "")),
        )
        self._need_account_key()
        if not group and not row.is_core and not row.is_manager and not self._is_blamed("to_chuyen_mon"):
            self._blame("to_chuyen_mon" if not self.text.get("nhom") else "cum_truong", "missing_group")
        elif group and not self.text.get("to_chuyen_mon") and not in_cluster:
            self._blame("cum_truong" if "cum_truong" in self.columns else "to_chuyen_mon", "missing_group")
        return Parsed(row, self.issues)

    def _blame(self, field: str, code: str, other: str = "") -> None:
        self.issues.append(
            self.columns.issue(self.number, field, code, value=clean_line(self.raw.get(field, "")), other=other)
        )

    def _plain(self, field: str, raw: str) -> str:
        """One clean line, "" if the cell is refused: formulas, Excel errors, markup, texts without end."""
        text = clean_line(raw)
        if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
            text = text[1:]  # as our own workbook of rejected rows writes it
        if text.startswith("="):
            self._blame(field, "formula")
        elif text in _CELL_ERRORS:
            self._blame(field, "error_value")
        elif len(text) > _LONGEST.get(field, 400):
            self._blame(field, "too_long", str(_LONGEST.get(field, 400)))
        elif field != "ho_ten" and ("<" in text or ">" in text):
            self._blame(field, "bad_text")
        else:
            return text
        return ""

    def _is_blamed(self, field: str) -> bool:
        column = self.columns.by_field.get(field)
        return column is not None and any(issue.column == column.letter for issue in self.issues)

    def _value(self, field: str, read: Callable[[str], str], code: str, *, required: bool = False) -> str:
        text = self.text.get(field, "")
        if not text:
            if required and not self._is_blamed(field):
                self._blame(field, "missing_value")
            return ""
        try:
            return read(text)
        except ValueError:
            self._blame(field, code)
            return ""

    def _code(self, field: str, check: Callable[[str], str] = str) -> str:
        text = self.text.get(field, "")
        try:
            return check(values.staff_code(text)) if text else self._value(field, str, "", required=True)
        except values.DigitsLost:
            self._blame(field, "digits_lost")
        except ValueError:
            if not self._is_blamed(field):
                self._blame(field, "bad_code")
        return ""

    def _not_national(self, code: str) -> str:
        pattern = values.national_id_pattern()
        if pattern and pattern.fullmatch(code):
            self._blame("ma_dinh_danh", "national_id")
            raise ValueError("a national identity number")
        return code

    def _roles(self) -> list[str]:
        """From vai_tro, strictly; else from the position, where other words are common and say nothing."""
        text = self.text.get("vai_tro", "")
        if text:
            try:
                return values.roles_of(text)
            except KeyError:
                self._blame("vai_tro", "unknown_role")
                return []
        try:
            return values.roles_of(self.text.get("chuc_vu", ""))
        except KeyError:
            return []

    def _core_teachers(self, group: str) -> list[str]:
        named = values.split_list(self.text.get("gvcc_phu_trach", ""))
        if named and not group:
            self._blame("gvcc_phu_trach", "core_teacher_ignored")
            return []
        return named

    def _lenient(self, field: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(self.text.get(field, ""))
        except ValueError:
            self._blame(field, "unknown_value")
            return None

    def _need_account_key(self) -> None:
        if any(self.text.get(field) or self._is_blamed(field) for field in ACCOUNT_KEYS):
            return
        self._blame(next(field for field in ACCOUNT_KEYS if field in self.columns), "missing_account_key")
