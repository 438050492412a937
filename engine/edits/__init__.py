"""Facewright engine edits."""
