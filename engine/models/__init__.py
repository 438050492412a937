"""Facewright engine models."""
