"""Shading: what light does to a surface, as programs for the graphics pipeline."""
