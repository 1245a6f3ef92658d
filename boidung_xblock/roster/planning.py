"""From a row and what is known to what there is to do: the dry run counts it, the application does it.

Both go through ``plan_row``, so that the dry run tells what the application will do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from boidung_xblock.host import Account
from boidung_xblock.roster import keys, units, values
from boidung_xblock.roster.known import Known
from boidung_xblock.roster.models import Assignment, Group, Person
from boidung_xblock.roster.rows import Row, cluster_code, office_code
from boidung_xblock.roster.staging import School, Staging

CREATED = ("units", "groups", "people", "accounts", "enrolments", "assignments")
CHANGED = ("units", "groups", "people", "accounts", "assignments")


class Counts:
    """What is (or would be) created and changed, by kind."""

    def __init__(self) -> None:
        self.created: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    def as_dict(self) -> dict[str, dict[str, int]]:
        """{"create": {kind: n}, "change": {kind: n}}, zeros included."""
        return {
            "create": {kind: self.created[kind] for kind in CREATED},
            "change": {kind: self.changed[kind] for kind in CHANGED},
        }

    def add(self, data: dict[str, dict[str, int]]) -> None:
        """Add what an interrupted application had done before."""
        self.created.update(data.get("create", {}))
        self.changed.update(data.get("change", {}))


@dataclass
class Plan:
    """What is to do for one accepted row. Empty: nothing."""

    row: Row
    person: Person | None = None
    values: dict[str, Any] = field(default_factory=dict)  # of the person: all if new, else those that change
    moves_school: bool = False
    account: Account | None = None  # to link
    makes_account: bool = False
    role: str = ""  # to be given in the row's group
    ends: list[Assignment] = field(default_factory=list)
    manages: bool = False  # newly
    core_teachers: list[str] = field(default_factory=list)  # codes, new for the row's group
    demotes: list[Assignment] = field(default_factory=list)  # leaders whom the row replaces

    @property
    def enrols(self) -> bool:
        """Something new makes the person a learner, and there is (or will be) an account."""
        has_account = self.makes_account or self.account or (self.person and self.person.user_id)
        newly = self.makes_account or self.account or self.manages or (self.role and not self.ends)
        return bool(self.row.learns and has_account and newly)


def plan_row(known: Known, row: Row) -> Plan | None:
    """What to do for a row, or None if it is refused (why is in the staging)."""
    judge = Judge(known, row)
    return _Planner(known, row, judge).plan() if judge.accepts() else None


class Judge:
    """Compares one row with the rows before it and with the database. Reads; ``accepts`` claims what the row takes."""

    def __init__(self, known: Known, row: Row) -> None:
        self.known = known
        self.row = row
        self.person = known.people.get(row.code)
        self.account: Account | None = None
        self._errors = 0

    @property
    def staging(self) -> Staging:
        """The other rows."""
        return self.known.staging

    def accepts(self) -> bool:
        """False if the row is refused; why is in the staging."""
        self._check_school()
        self._check_id()
        self._check_account()
        self._check_holders()
        self._check_core_teachers()
        if self._errors:
            return False
        for kind, key, _, _ in self._claims():
            self.staging.claim(kind, key, self.row.number)
        return True

    def _refuse(self, column: str, code: str, *, value: str = "", other: object = "") -> None:
        self._errors += 1
        self.staging.reject(self._issue(column, code, value, other))

    def _warn(self, column: str, code: str, *, value: str = "", other: object = "") -> None:
        self.staging.warn(self._issue(column, code, value, other))

    def _issue(self, column: str, code: str, value: str, other: object) -> Any:
        return self.staging.columns.issue(self.row.number, column, code, value=value, other=str(other))

    def _check_school(self) -> None:
        row, school = self.row, self.known.school(self.row)
        if row.school_name and values.school_key(row.school_name) != values.school_key(school.name):
            self._refuse("ten_truong", "school_name_differs", value=row.school_name, other=school.name)
        if row.office and values.folded(row.office) != values.folded(school.office):
            self._warn("don_vi_cap_tren", "office_differs", value=row.office, other=school.office)
        if row.cluster and not row.in_cluster and values.folded(row.cluster) != values.folded(school.cluster):
            self._warn("cum_truong", "cluster_differs", value=row.cluster, other=school.cluster)

    def _check_id(self) -> None:
        if self.person and not values.same_person(self.person.full_name, self.row.full_name):
            self._refuse("ma_dinh_danh", "id_conflict", value=self.row.code, other=self.person.full_name)

    def _check_account(self) -> None:
        row = self.row
        named = self.known.accounts_by_username.get(row.username.lower()) if row.username else None
        mailed = self.known.accounts_by_email.get(row.email) if row.email else None
        if named and mailed and named.user_id != mailed.user_id:
            return self._refuse("username", "account_mismatch", value=row.username)
        if named and not mailed and not values.same_person(named.full_name, row.full_name):
            return self._refuse("username", "username_taken", value=row.username, other=named.full_name)
        account = named or mailed
        if account is None:
            if not row.email and not (self.person and self.person.user_id):
                self._warn("username", "no_account_yet", value=row.username)
            return None
        if not named and not values.same_person(account.full_name, row.full_name):
            self._warn("email", "account_name_differs", value=row.email, other=account.full_name)
        if row.username and not named:
            self._warn("username", "other_username", value=row.username, other=account.username)
        return self._check_owner(account)

    def _check_owner(self, account: Account) -> None:
        """Whose account it is in this organisation."""
        column = "email" if self.row.email else "username"
        value = self.row.email or self.row.username
        owner = self.known.people_by_user.get(account.user_id)
        if self.person and self.person.user_id and self.person.user_id != account.user_id:
            self._warn(column, "other_account_kept", value=value, other=self.person.username or self.person.email)
        elif owner is None or (self.person and owner.pk == self.person.pk):
            self.account = account
        elif self.person is None and not owner.ministry_id and values.same_person(owner.full_name, self.row.full_name):
            self.person = owner  # known by account only, such as an administrator: now with a code
            self.account = account
        else:
            self._refuse(column, "account_of_other_person", value=value, other=owner.full_name)

    def _claims(self) -> list[tuple[str, str, str, str]]:
        """(kind, key, column, code of the refusal) of all that only one row may have."""
        row = self.row
        claims = [
            ("email", row.email, "email", "duplicate_email"),
            ("username", row.username.lower(), "username", "duplicate_username"),
            ("leader", row.group_key if row.group_role == keys.LEADER else "", "vai_tro", "second_leader"),
            ("user", str(self.account.user_id) if self.account else "", "email", "duplicate_account"),
        ]
        return [claim for claim in claims if claim[1]]

    def _check_holders(self) -> None:
        shown = {"email": self.row.email, "username": self.row.username, "leader": self.row.group}
        for kind, key, column, code in self._claims():
            holder = self.staging.holder(kind, key)
            if holder not in (None, self.row.number) and not (kind == "user" and self._errors):
                self._refuse(column, code, value=shown.get(kind, self.row.email), other=holder)

    def _check_core_teachers(self) -> None:
        for code, reference in zip(self.known.core_codes.get(self.row.number, ()), self.row.core_teachers, strict=True):
            found = self.staging.core_row(code)
            if found and found[1]:
                self.staging.mark_named(code)
            elif found:
                self._refuse("gvcc_phu_trach", "core_teacher_rejected", value=reference, other=found[0])
            elif len(self.staging.core_codes_by_name(reference)) > 1:
                self._refuse("gvcc_phu_trach", "ambiguous_core_teacher", value=reference)
            elif getattr(self.known.people.get(code), "pk", None) not in self.known.core_people:
                self._refuse("gvcc_phu_trach", "unknown_core_teacher", value=reference)


class _Planner:
    """Plans one accepted row."""

    def __init__(self, known: Known, row: Row, judge: Judge) -> None:
        self.known = known
        self.row = row
        self.plan_ = Plan(row, person=judge.person)
        self.account = judge.account

    def plan(self) -> Plan:
        """All there is to do for the row."""
        self._plan_person()
        self._plan_account()
        if self.row.group:
            self._plan_membership()
            self._plan_core_teachers()
        self._plan_management()
        return self.plan_

    def _plan_person(self) -> None:
        row, person = self.row, self.plan_.person
        wanted: dict[str, Any] = {
            "ministry_id": row.code,
            "full_name": row.full_name,
            "email": row.email,
            "username": row.username,
            "position": row.position,
            "subject": row.subject,
            "is_female": row.is_female,
            "is_minority": row.is_minority,
        }
        given = {name: value for name, value in wanted.items() if value not in ("", None)}
        if self.account or (person and person.user_id):
            given.pop("username", None)  # that of the account stands
        if person is not None:
            given = {name: value for name, value in given.items() if getattr(person, name) != value}
        unit = self.known.units.get(row.school)
        self.plan_.values = given
        self.plan_.moves_school = person is None or unit is None or person.unit_id != unit.pk

    def _plan_account(self) -> None:
        person = self.plan_.person
        if person is not None and person.user_id:
            return
        self.plan_.account = self.account
        self.plan_.makes_account = self.account is None and bool(self.row.email)

    def _plan_membership(self) -> None:
        person, group = self.plan_.person, self.known.group(self.row)
        present = self.known.memberships.get(person.pk) if person else None
        stays = present is not None and group is not None and present.group_id == group.pk
        role = self.row.group_role or (present.role if present and stays else keys.MEMBER)
        if present is None or not stays or present.role != role:
            self.plan_.role = role
            self.plan_.ends += [present] if present else []
        if role == keys.LEADER and group is not None:
            self.plan_.demotes = [leader for leader in self.known.leaders.get(group.pk, []) if self._replaces(leader)]

    def _replaces(self, leader: Assignment) -> bool:
        """The group's present leader is somebody else, and no row of their own gives them another role."""
        if self.plan_.person and leader.person_id == self.plan_.person.pk:
            return False
        own = self.known.staging.good_row(leader.person.ministry_id or "")
        if own is not None and own.group and (own.group_role or own.group_key != self.row.group_key):
            return False
        staging, row = self.known.staging, self.row
        staging.warn(
            staging.columns.issue(
                row.number, "vai_tro", "leader_replaced", value=row.full_name, other=leader.person.full_name
            )
        )
        return True

    def _plan_core_teachers(self) -> None:
        group = self.known.group(self.row)
        for code in self.known.core_codes.get(self.row.number, ()):
            person = self.known.people.get(code)
            stands = group is not None and person is not None and (group.pk, person.pk) in self.known.core_of
            if not stands and self.known.staging.claim("core", f"{self.row.group_key}|{code}", self.row.number):
                self.plan_.core_teachers.append(code)

    def _plan_management(self) -> None:
        """Moved to another school, or said to be a teacher now: no longer manager of the old school."""
        row, person = self.row, self.plan_.person
        managing = self.known.managing.get(person.pk, []) if person else []
        unit = self.known.units.get(row.school)
        here = [one for one in managing if unit is not None and one.unit_id == unit.pk]
        self.plan_.manages = row.is_manager and not here
        if row.is_manager or row.group_role:
            kept = here if row.is_manager else []
            schools = [one for one in managing if one.unit and one.unit.kind == units.SCHOOL]
            self.plan_.ends += [one for one in schools if one not in kept]


def count(known: Known, plan: Plan, counts: Counts, *, courses: int) -> None:
    """What applying the plan would create and change; ``courses`` is how many the round has."""
    created, changed = counts.created, counts.changed
    for kind, change in needed_units(known, known.school(plan.row), plan.row):
        (created if change == "create" else changed)[kind] += 1
    count_person(plan, counts, courses=courses)


def count_person(plan: Plan, counts: Counts, *, courses: int) -> None:
    """The part that concerns the person alone, not units and groups."""
    created, changed = counts.created, counts.changed
    if plan.person is None:
        created["people"] += 1
    elif plan.values or plan.moves_school:
        changed["people"] += 1
    created["accounts"] += plan.makes_account
    changed["accounts"] += plan.account is not None
    created["enrolments"] += courses if plan.enrols else 0
    given = bool(plan.role) + plan.manages
    replaced = min(len(plan.ends), given)
    created["assignments"] += given - replaced + len(plan.core_teachers)
    changed["assignments"] += len(plan.ends) + len(plan.demotes)


def needed_units(known: Known, school: School, row: Row) -> list[tuple[str, str]]:
    """("units" or "groups", "create" or "change") for what the row needs first, once in each run."""
    claim = known.staging.claim
    found = []
    parents = [
        (code, kind)
        for code, kind in ((office_code(school.office), school.office), (cluster_code(school.cluster), school.cluster))
        if kind
    ]
    for code, _ in parents:
        if code not in known.units and claim("unit", code, row.number):
            found.append(("units", "create"))
    if row.in_cluster and row.group_unit not in known.units and claim("unit", row.group_unit, row.number):
        found.append(("units", "create"))
    if claim("unit", row.school, row.number):
        unit = known.units.get(row.school)
        if unit is None:
            found.append(("units", "create"))
        elif school_changes(known, school):
            found.append(("units", "change"))
            _warn_of_new_name(known, school, row)
    if row.group and claim("group", row.group_key, row.number):
        group = known.group(row)
        if group is None:
            found.append(("groups", "create"))
        elif group_changes(known, group, row):
            found.append(("groups", "change"))
    return found


def _warn_of_new_name(known: Known, school: School, row: Row) -> None:
    unit = known.units[school.code]
    if is_renamed(unit.name, school):
        columns = known.staging.columns
        known.staging.warn(
            columns.issue(row.number, "ten_truong", "school_renamed", value=school.name, other=unit.name)
        )


def is_renamed(name: str, school: School) -> bool:
    """The workbook has another name for the school, more than another way of writing it. No name is no news."""
    return bool(school.name) and values.school_key(name) != values.school_key(school.name)


def school_changes(known: Known, school: School) -> bool:
    """Another name, another unit above, or another cluster than the database has; the workbook may be silent."""
    unit = known.units[school.code]
    office = known.units.get(office_code(school.office))
    cluster = known.units.get(cluster_code(school.cluster))
    moved = bool(school.office) and (office is None or unit.parent_id != office.pk)
    links = known.clusters_of.get(unit.pk, set())
    clustered = bool(school.cluster) and (cluster is None or links != {cluster.pk})
    return is_renamed(unit.name, school) or moved or clustered


def group_changes(known: Known, group: Group, row: Row) -> bool:
    """The group is known, without the cluster that the workbook gives it."""
    name = row.cluster if row.in_cluster else known.school(row).cluster
    cluster = known.units.get(cluster_code(name)) if name else None
    return bool(name) and (cluster is None or group.cluster_id != cluster.pk)
