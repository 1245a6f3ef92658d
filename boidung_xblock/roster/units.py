"""The tree of units and its closure table."""

from __future__ import annotations

from collections.abc import Iterable

from boidung_xblock.roster.models import Unit, UnitClosure
from boidung_xblock.text import clean_line, fold

SCHOOL, CLUSTER = "school", "cluster"
_KINDS = (
    ("so ", "province_office"), ("phong ", "district_office"), ("ubnd ", "commune"), ("xa ", "commune"),
    ("phuong ", "commune"), ("thi tran ", "commune"),
)  # fmt: skip


def office_kind(name: str) -> str:
    """Kind of a unit above schools, by the first word of its name."""
    folded = f"{fold(name)} "
    return next((kind for prefix, kind in _KINDS if folded.startswith(prefix)), "office")


def create_unit(*, organisation: str, code: str, name: str, kind: str, parents: Iterable[Unit] = ()) -> Unit:
    """A new unit with its closure rows. The first of ``parents`` is its place in the tree (a cluster never is);
    the others, such as its cluster, are ancestors too."""
    unit = Unit.objects.create(
        organisation=organisation, code=code, name=clean_line(name)[:255], name_folded=fold(name)[:255], kind=kind
    )
    UnitClosure.objects.create(ancestor=unit, descendant=unit, depth=0)
    place(unit, parents)
    return unit


def place(unit: Unit, parents: Iterable[Unit]) -> None:
    """Put a unit that has no units below it under these parents, and under nothing else."""
    above = list(parents)
    tree_parent = next((parent for parent in above if parent.kind != CLUSTER), None)
    if unit.parent_id != (tree_parent.pk if tree_parent else None):
        unit.parent = tree_parent
        unit.save(update_fields=["parent"])
    wanted = _ancestors(unit, above)
    present = dict(UnitClosure.objects.filter(descendant=unit).values_list("ancestor_id", "depth"))
    gone = [ancestor for ancestor, depth in present.items() if wanted.get(ancestor) != depth]
    if gone:
        UnitClosure.objects.filter(descendant=unit, ancestor_id__in=gone).delete()
    UnitClosure.objects.bulk_create(
        UnitClosure(ancestor_id=ancestor, descendant=unit, depth=depth)
        for ancestor, depth in wanted.items()
        if present.get(ancestor) != depth
    )


def _ancestors(unit: Unit, parents: list[Unit]) -> dict[int, int]:
    """{ancestor id: depth}, the shortest way where there are two."""
    wanted = {unit.pk: 0}
    rows = UnitClosure.objects.filter(descendant__in=parents).order_by("-depth").values_list("ancestor_id", "depth")
    for ancestor, depth in rows:
        wanted[ancestor] = depth + 1
    return wanted


def rename(unit: Unit, name: str) -> None:
    """Give a unit another name."""
    unit.name = clean_line(name)[:255]
    unit.name_folded = fold(name)[:255]
    unit.save(update_fields=["name", "name_folded"])
