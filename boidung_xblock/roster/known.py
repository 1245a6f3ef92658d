"""What the database and the platform know about one batch of rows: a constant number of queries, whatever its size."""

from __future__ import annotations

from boidung_xblock.host import Account, get_host
from boidung_xblock.roster import keys, units, values
from boidung_xblock.roster.models import Assignment, Group, Person, Round, Unit, UnitClosure
from boidung_xblock.roster.rows import Row, cluster_code, office_code
from boidung_xblock.roster.staging import School, Staging

_LONGEST_MERGE = 8


class Known:
    """Lookups for one batch. An application writes what it makes back into them, for the rows that follow."""

    def __init__(self, round_: Round, rows: list[Row], staging: Staging) -> None:
        self.round = round_
        self.staging = staging
        self.schools = {code: staging.school(code) for code in {row.school for row in rows}}
        self.units = self._find_units(rows)
        self.clusters_of = self._find_cluster_links()
        self.groups = self._find_groups(rows)
        self.core_codes = {row.number: self._core_codes(row) for row in rows if row.core_teachers}
        self.people = self._find_people(rows)
        self.accounts_by_username, self.accounts_by_email = _find_accounts(rows)
        self.people_by_user = self._find_people_by_user()
        self.memberships: dict[int, Assignment] = {}
        self.managing: dict[int, list[Assignment]] = {}
        self.core_people: set[int] = set()
        self._find_assignments()
        self.core_of: set[tuple[int, int]] = set()
        self.leaders: dict[int, list[Assignment]] = {}
        self._find_group_assignments()

    # -- for the planner --------------------------------------------------------------------------------------
    def school(self, row: Row) -> School:
        """What the workbook says of the row's school."""
        return self.schools[row.school]

    def group(self, row: Row) -> Group | None:
        """The row's group, or what it was merged into; None if it is not there yet."""
        unit = self.units.get(row.group_unit)
        return self.groups.get((unit.pk, values.folded(row.group))) if unit and row.group else None

    # -- the queries ------------------------------------------------------------------------------------------
    def _find_units(self, rows: list[Row]) -> dict[str, Unit]:
        codes = set(self.schools) | {row.group_unit for row in rows}
        codes.update(office_code(school.office) for school in self.schools.values() if school.office)
        codes.update(cluster_code(school.cluster) for school in self.schools.values() if school.cluster)
        found = Unit.objects.filter(organisation=self.round.organisation, code__in=codes)
        return {unit.code: unit for unit in found}

    def _find_cluster_links(self) -> dict[int, set[int]]:
        """{school: its clusters}"""
        schools = [unit.pk for unit in self.units.values() if unit.code in self.schools]
        links = UnitClosure.objects.filter(descendant_id__in=schools, depth=1, ancestor__kind=units.CLUSTER)
        found: dict[int, set[int]] = {}
        for school, cluster in links.values_list("descendant_id", "ancestor_id"):
            found.setdefault(school, set()).add(cluster)
        return found

    def _find_groups(self, rows: list[Row]) -> dict[tuple[int, str], Group]:
        homes = {unit.pk for unit in self.units.values()}
        names = {values.folded(row.group) for row in rows if row.group}
        found = {
            (group.unit_id, group.name_folded): group
            for group in Group.objects.filter(round=self.round, unit_id__in=homes, name_folded__in=names)
        }
        for _ in range(_LONGEST_MERGE):
            targets = {group.merged_into_id for group in found.values() if group.merged_into_id}
            if not targets:
                break
            into = Group.objects.in_bulk(targets)
            found = {key: into.get(group.merged_into_id or 0, group) for key, group in found.items()}
        return found

    def _core_codes(self, row: Row) -> list[str]:
        """Codes of the core teachers the row names; a name stands for itself where it is not one person's."""
        codes = []
        for reference in row.core_teachers:
            try:
                code = values.staff_code(reference) if values.plain_digits(reference) else ""
            except ValueError:
                code = ""
            named = [] if code else self.staging.core_codes_by_name(reference)
            codes.append(code or (named[0] if len(named) == 1 else reference))
        return codes

    def _find_people(self, rows: list[Row]) -> dict[str, Person]:
        codes = {row.code for row in rows}.union(*self.core_codes.values())
        found = Person.objects.filter(organisation=self.round.organisation, ministry_id__in=codes)
        return {str(person.ministry_id): person for person in found}

    def _find_people_by_user(self) -> dict[int, Person]:
        users = {account.user_id for account in self.accounts_by_username.values()}
        users |= {account.user_id for account in self.accounts_by_email.values()}
        found = Person.objects.filter(organisation=self.round.organisation, user_id__in=users)
        return {int(person.user_id or 0): person for person in found}

    def _find_assignments(self) -> None:
        people = {person.pk for person in (*self.people.values(), *self.people_by_user.values())}
        standing = Assignment.objects.filter(round=self.round, person_id__in=people, active_key__isnull=False)
        for assignment in standing.select_related("unit"):
            if assignment.role in keys.GROUP_ROLES:
                self.memberships[assignment.person_id] = assignment
            elif assignment.role == keys.UNIT_MANAGER:
                self.managing.setdefault(assignment.person_id, []).append(assignment)
            elif assignment.role == keys.CORE_TEACHER:
                self.core_people.add(assignment.person_id)

    def _find_group_assignments(self) -> None:
        standing = Assignment.objects.filter(
            group_id__in={group.pk for group in self.groups.values()},
            role__in=(keys.CORE_TEACHER, keys.LEADER),
            active_key__isnull=False,
        )
        for assignment in standing.select_related("person"):
            group_id = assignment.group_id or 0
            if assignment.role == keys.LEADER:
                self.leaders.setdefault(group_id, []).append(assignment)
            else:
                self.core_of.add((group_id, assignment.person_id))


def _find_accounts(rows: list[Row]) -> tuple[dict[str, Account], dict[str, Account]]:
    """By username and by e-mail, both in lower case."""
    found = get_host().find_accounts(
        usernames={row.username for row in rows if row.username}, emails={row.email for row in rows if row.email}
    )
    return (
        {account.username.lower(): account for account in found},
        {account.email.lower(): account for account in found if account.email},
    )
