"""Facewright engine geometry."""
