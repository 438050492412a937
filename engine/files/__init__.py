"""Facewright engine files."""
