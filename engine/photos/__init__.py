"""Facewright engine photos."""
