"""Backups of the whole installation: see README.md."""
