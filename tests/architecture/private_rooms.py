"""A kind of import-linter contract: modules side by side, each entered by its public door only.

import-linter's own kinds cannot say "anything of M but these, from anywhere but M" for every M at once.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateRooms(Contract):
    """`parents`: packages whose children are modules. `doors`: the parts of a child that others may import."""

    type_name = "private_rooms"

    parents = fields.ListField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = [line for parent in self.parents for line in self._intrusions(graph, str(parent))]
        return ContractCheck(kept=not found, metadata={"found": found})

    def _intrusions(self, graph: ImportGraph, parent: str) -> list[str]:
        found = []
        for imported in sorted(graph.find_descendants(parent)):
            module, _dot, part = imported.removeprefix(parent + ".").partition(".")
            if (
                part in self.doors
            ):  # what lies behind a door is as private: a folder's `__init__` hands out the rest
                continue
            inside = f"{parent}.{module}"
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if importer != inside and not importer.startswith(inside + "."):
                    lines = {str(d["line_number"]) for d in _details(graph, importer, imported)}
                    found.append(f"{importer} (line {', '.join(sorted(lines))}) imports {imported}")
        return found

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(line)


def _details(graph: ImportGraph, importer: str, imported: str) -> list[Any]:
    return list(graph.get_import_details(importer=importer, imported=imported))
