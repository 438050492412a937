"""Facewright app widgets."""
