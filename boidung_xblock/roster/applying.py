"""Doing what was planned for one batch, inside the caller's transaction. Nothing is ever deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from boidung_xblock.host import Account, get_host
from boidung_xblock.roster import keys, units
from boidung_xblock.roster.keys import active_key
from boidung_xblock.roster.known import Known
from boidung_xblock.roster.models import Assignment, Group, Person, Unit
from boidung_xblock.roster.planning import Counts, Plan, count_person, group_changes, is_renamed, school_changes
from boidung_xblock.roster.rows import Row, cluster_code, office_code
from boidung_xblock.roster.staging import School
from boidung_xblock.text import fold, name_sort_key

_USERNAME_LENGTH = 30


class CannotMakeAccount(Exception):
    """The platform refuses every username tried."""


class Applier:
    """Applies plans one by one; writes what it makes into ``known``, for the plans that follow."""

    def __init__(self, known: Known, courses: list[str], counts: Counts, now: datetime) -> None:
        self.known = known
        self.courses = courses
        self.counts = counts
        self.now = now
        self.host = get_host()

    def apply(self, plan: Plan) -> None:
        """Everything for one row. CannotMakeAccount before anything is written, if it must be refused after all."""
        account = self._make_account(plan) if plan.makes_account else plan.account
        unit = self._ensure_school(self.known.school(plan.row))
        group = self._ensure_group(plan.row) if plan.row.group else None
        person = self._save_person(plan, unit, account)
        for assignment in plan.ends:
            self._end(assignment)
        for assignment in plan.demotes:
            self._end(assignment)
            self._give(assignment.person, keys.MEMBER, group=group)
        if plan.role:
            self._give(person, plan.role, group=group)
        if plan.manages:
            self._give(person, keys.UNIT_MANAGER, unit=unit)
        for code in plan.core_teachers:
            self._give(self.known.people[code], keys.CORE_TEACHER, group=group)
        if plan.row.learns and person.user_id:
            for course_key in self.courses:
                self.host.enrol(user_id=person.user_id, course_key=course_key)
        count_person(plan, self.counts, courses=len(self.courses))

    # -- units and groups -------------------------------------------------------------------------------------
    def _ensure_school(self, school: School) -> Unit:
        unit = self.known.units.get(school.code)
        if unit is not None and not school_changes(self.known, school):
            return unit
        office = self._ensure(office_code(school.office), school.office) if school.office else None
        cluster = self._ensure(cluster_code(school.cluster), school.cluster, units.CLUSTER) if school.cluster else None
        if unit is None:
            parents = [parent for parent in (office, cluster) if parent]
            unit = self._ensure(school.code, school.name or school.code, units.SCHOOL, parents)
        else:
            self._change_school(unit, school, office, cluster)
        self.known.clusters_of[unit.pk] = {cluster.pk} if cluster else self.known.clusters_of.get(unit.pk, set())
        return unit

    def _change_school(self, unit: Unit, school: School, office: Unit | None, cluster: Unit | None) -> None:
        """What the workbook is silent about stays."""
        self.counts.changed["units"] += 1
        if is_renamed(unit.name, school):
            units.rename(unit, school.name)
        kept_clusters = Unit.objects.filter(pk__in=self.known.clusters_of.get(unit.pk, set()))
        parents = [office or unit.parent, *([cluster] if cluster else kept_clusters)]
        units.place(unit, [parent for parent in parents if parent])

    def _ensure(self, code: str, name: str, kind: str = "", parents: list[Unit] | None = None) -> Unit:
        unit = self.known.units.get(code)
        if unit is None:
            unit = units.create_unit(
                organisation=self.known.round.organisation,
                code=code,
                name=name,
                kind=kind or units.office_kind(name),
                parents=parents or [],
            )
            self.known.units[code] = unit
            self.counts.created["units"] += 1
        return unit

    def _ensure_group(self, row: Row) -> Group:
        name = row.cluster if row.in_cluster else self.known.school(row).cluster
        cluster = self._ensure(cluster_code(name), name, units.CLUSTER) if name else None
        group = self.known.group(row)
        if group is None:
            home = self.known.units[row.group_unit]
            folded = fold(row.group)
            group = Group.objects.create(
                round=self.known.round, unit=home, cluster=cluster, name=row.group, name_folded=folded
            )
            self.known.groups[home.pk, folded] = group
            self.counts.created["groups"] += 1
        elif group_changes(self.known, group, row):
            group.cluster = cluster
            group.save(update_fields=["cluster"])
            self.counts.changed["groups"] += 1
        return group

    # -- people -----------------------------------------------------------------------------------------------
    def _save_person(self, plan: Plan, unit: Unit, account: Account | None) -> Person:
        person = plan.person or Person(organisation=self.known.round.organisation)
        for name, value in plan.values.items():
            setattr(person, name, value)
        if "full_name" in plan.values:
            person.name_folded = fold(person.full_name)
            person.name_sort = name_sort_key(person.full_name)
        if account:
            person.user_id = account.user_id
            person.username = account.username
            person.email = person.email or account.email.lower()
        person.unit = unit
        if plan.person is None or plan.values or plan.moves_school or account:
            person.save()
        self.known.people[plan.row.code] = person
        return person

    def _make_account(self, plan: Plan) -> Account:
        for username in _usernames(plan.row):
            try:
                with transaction.atomic():
                    return self.host.create_account(
                        username=username, email=plan.row.email, full_name=plan.row.full_name
                    )
            except ValueError:
                continue
        raise CannotMakeAccount(plan.row.email)

    # -- assignments ------------------------------------------------------------------------------------------
    def _end(self, assignment: Assignment) -> None:
        assignment.ends_at = self.now
        assignment.active_key = None
        assignment.save(update_fields=["ends_at", "active_key"])

    def _give(self, person: Person, role: str, *, group: Group | None = None, unit: Unit | None = None) -> None:
        key = active_key(
            role=role,
            round_id=self.known.round.pk,
            person_id=person.pk,
            group_id=group.pk if group else None,
            unit_id=unit.pk if unit else None,
        )
        Assignment.objects.get_or_create(
            active_key=key,
            defaults={
                "round": self.known.round,
                "person": person,
                "role": role,
                "group": group,
                "unit": unit,
                "starts_at": self.now,
            },
        )


def _usernames(row: Row) -> list[str]:
    """Usernames to try, the likeliest first: that of the workbook only, else from the e-mail address and the code."""
    if row.username:
        return [row.username]
    local = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in
                    row.email.partition("@")[0])  # fmt: skip
    code = "".join(char for char in row.code if char.isalnum())[-12:].lower()
    first = local[:_USERNAME_LENGTH] if len(local) > 1 else f"gv_{code}"
    return [first, f"{local[: _USERNAME_LENGTH - 1 - len(code)]}_{code}", f"gv_{code}"]
