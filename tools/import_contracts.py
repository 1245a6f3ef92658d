"""A contract of our own for import-linter: an applet is entered by its ``api`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class EntranceContract(Contract):
    """Modules outside a package import only its ``entrance``, never what lies behind it.

    Options: ``packages``; ``entrance`` (a module name such as "api"); ``exceptions``, imports that are let through,
    as "importer -> imported".
    """

    packages = fields.ListField(subfield=fields.StringField())
    entrance = fields.StringField()
    exceptions = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import from outside into a package's inside breaks the contract."""
        broken = [
            (importer, imported)
            for package in self.packages
            for imported in sorted({package} | graph.find_descendants(package))
            if imported != f"{package}.{self.entrance}"
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not importer.startswith(f"{package}.") and importer != package
            if f"{importer} -> {imported}" not in (self.exceptions or [])
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each import that should go through the entrance."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}: only its {self.entrance} may be imported", bold=False)
        output.new_line()
