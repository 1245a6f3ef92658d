"""The same merge again: the platform's YAML may have been laid over the common settings in between."""

from boidung_xblock.settings.common import plugin_settings

__all__ = ["plugin_settings"]
