"""Facewright engine measure."""
