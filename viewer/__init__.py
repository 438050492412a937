"""Facewright viewer."""
