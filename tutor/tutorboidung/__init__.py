"""Tutor plugin for boidung-xblock."""
