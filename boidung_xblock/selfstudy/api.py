"""A learner's way through checkpoints: what other parts may call. Everything else in this applet is private."""

from boidung_xblock.selfstudy.erasing import erase_person
from boidung_xblock.selfstudy.models import CheckpointWork
from boidung_xblock.selfstudy.reading import (
    COMPLETED,
    STARTED,
    WorkBrief,
    WorkRow,
    own,
    started,
    works_of,
)
from boidung_xblock.selfstudy.recalling import answers_around
from boidung_xblock.selfstudy.reckoning import number_of, rows_of
from boidung_xblock.selfstudy.rescoring import reckon_started, rescore
from boidung_xblock.selfstudy.writing import Answered, Given, answer, archive, is_final, is_open, tries_left

__all__ = [
    "COMPLETED",
    "STARTED",
    "Answered",
    "CheckpointWork",
    "Given",
    "WorkBrief",
    "WorkRow",
    "answer",
    "answers_around",
    "archive",
    "erase_person",
    "is_final",
    "is_open",
    "number_of",
    "own",
    "reckon_started",
    "rescore",
    "rows_of",
    "started",
    "tries_left",
    "works_of",
]
