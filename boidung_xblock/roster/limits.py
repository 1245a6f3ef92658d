"""Limits of the import that are no settings."""

# Parts of a workbook unpack to several times their size; more than this is no staff list.
UNPACKED_RATIO = 25
