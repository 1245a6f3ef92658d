"""What the XBlocks (and the plain pages beside them) share."""
