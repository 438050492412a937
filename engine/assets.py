"""Where what ships beside the code lies: models, template, norms, samples."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"
