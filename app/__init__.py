"""Facewright app."""
