"""What the cards of INFACE's models say that is not measured."""

from __future__ import annotations

from typing import Any


def card(id: str, version: str, title: str, who: str, apart: bool) -> dict[str, Any]:
    """Return a card but for files and figures.

    Parameters
    ----------
    id, version, title : str
    who : str
        Whom the scans were of, as in "infants".
    apart : bool
        Whether identity, expression and age are latents of their own.
    """
    kind = "identity, expression, age" if apart else "autoencoder"
    summary = (
        "A small network with latents of their own for identity, expression and age, taught "
        "without labels (INFACE, section 2.2)."
        if apart
        else "A small network that turns a head into 128 numbers and back (INFACE, section 2.1)."
    )
    return {
        "id": id,
        "version": version,
        "title": f"{title} ({kind})",
        "summary": summary,
        "licence": "MIT (ICT-FaceKit's shapes), CC0 (MakeHuman's)",
        "sources": [
            "Random people of Facewright's life-span head, with five expressions and with the "
            "corruption that INFACE states (16 +- 12 % of the geometry)",
            "INFACE, Multi-nonlinear infant face model: networks, losses, latents",
        ],
        "population": (
            f"Drawn {who}. No scan of a person taught it: it can know no more than the life-span "
            "head knows, and its figures are of other people drawn from the same head, not of "
            "patients."
        ),
        "not_trained_on": [
            "No real scan, no craniofacial condition",
            "Expressions other than rest, crying, whining, smiling, surprise and their mixtures",
        ],
    }
