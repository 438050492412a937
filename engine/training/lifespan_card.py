"""What the card of the life-span head says that is not measured."""

from __future__ import annotations

from typing import Any

from facewright.engine.models.base import ModelCard

CARD: dict[str, Any] = {
    "id": "lifespan",
    "version": "1.0.0",
    "title": "Life-span head",
    "summary": (
        "A head from birth to 90 years: identity, sex, ancestry, local detail, asymmetry and "
        "the 52 ARKit expressions, linear at every age. Age is given, not found from shape."
    ),
    "licence": "MIT (ICT-FaceKit's shapes), CC0 (MakeHuman's)",
    "sources": [
        "USC ICT-FaceKit light model, MIT licence: neutral head, 100 identity and 57 "
        "expression shapes from light-stage scans of adults",
        "MakeHuman base mesh and targets, CC0: topology, growth, sex, ancestry, face details",
        "Published norms: the distances that the program shows (assets/norms), Weinberg 2016 from "
        "3 to 40 years (means to 30), below Laestadius 1969, Strömland 1999 and, weakly, Feingold "
        "and Bossert 1974 and Goodman and Gorlin 1977; WHO Child Growth Standards 2007, Nellhaus "
        "1968, Bushby 1992 (head circumference); Heathcote 1995, Sforza 2010, Iblher 2008 "
        "(direction of ageing of ears, nose and upper lip)",
    ],
    "population": (
        "Differences between people are those of the adults in ICT-FaceKit's light-stage scans "
        "(their ages, sexes and ancestries are not published). Means by age and sex are "
        "fitted to norms of mostly European populations, so that they meet them says that the fit "
        "worked, not that it foretells other people; African and East Asian directions are "
        "MakeHuman's sculpted averages at three quarters of their strength. Random people "
        "differ in each measure as much as people of mostly European ancestry do in the norms "
        "that the program shows, women and men alike; in what no norm speaks of as the axes' prior "
        "says. Below three years few spreads are published: there older children's count in "
        "proportion, half as strictly. What no axis holds is smooth random form, its amount "
        "chosen; it stands for no measured population."
    ),
    "not_trained_on": [
        "No scan of an infant, a child or an old person: their shapes are adults' identity "
        "carried through MakeHuman's growth and calibrated on head circumference and norms; "
        "below three years four distances are published, two of them unverified, the landmarks of "
        "one infant of unknown age guide weakly, and the rest follows smoothly; above 30 no norm "
        "bends the mean: MakeHuman's old age with its folds damped, and ears, nose and lips "
        "changed in the published directions by amounts of our own",
        "No craniofacial condition, no injury, no surgery",
        "No hair; eyes, teeth and tongue are parts of their own",
    ],
    "measured": {},
}


def draft() -> ModelCard:
    """Return the card before anything is measured."""
    fields = {**CARD, "files": {}}
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    return ModelCard(**fields)
