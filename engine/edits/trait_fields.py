"""Fields that several edits share: where a head lies on the sex and ancestry axes."""

from __future__ import annotations

from typing import Annotated

from facewright.engine.edits.base import Slider

SexField = Annotated[
    float, Slider(-1, 1, "", 0.1, "Sex", "From male to female.", ("Male", "Female"))
]
AfricanField = Annotated[
    float, Slider(0, 1, "share", 0.05, "African", "Share of African ancestry.")
]
AsianField = Annotated[float, Slider(0, 1, "share", 0.05, "Asian", "Share of Asian ancestry.")]
