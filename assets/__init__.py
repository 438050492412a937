"""Facewright assets."""
