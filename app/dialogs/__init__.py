"""Facewright app dialogs."""
