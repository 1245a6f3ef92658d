"""Result files: what other parts may call."""

from boidung_xblock.reports.making import make_file
from boidung_xblock.reports.reading import FileBrief, OpenedFile, open_file, recent_files
from boidung_xblock.reports.states import DONE, ERASED, FAILED, RUNNING, WAITING
from boidung_xblock.reports.writing import Requested, erase_person, request_file

__all__ = [
    "DONE",
    "ERASED",
    "FAILED",
    "RUNNING",
    "WAITING",
    "FileBrief",
    "OpenedFile",
    "Requested",
    "erase_person",
    "make_file",
    "open_file",
    "recent_files",
    "request_file",
]
