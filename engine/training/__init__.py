"""Facewright engine training."""
