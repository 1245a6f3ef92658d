"""Minutes of a group's meeting, its roll call and their approval."""
