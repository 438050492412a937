"""Facewright app panels."""
