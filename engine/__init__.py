"""Facewright engine."""
