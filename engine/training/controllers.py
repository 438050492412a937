"""`facewright-train controllers`: NEO-3DF's parts and their controllers, with a card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray
from facewright.engine.assets import ASSETS
from facewright.engine.models.base import ModelCard
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.parts.ages import YEARS
from facewright.engine.models.parts.model import WEIGHTS, PartsModel
from facewright.engine.models.parts.relative import ADULT, Relative
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore, card_sha256
from facewright.engine.training import part_judging
from facewright.engine.training.part_maps import maps
from facewright.engine.training.part_models import Taken, trained
from facewright.engine.training.part_people import People, of_all_ages, of_each_age, of_one_age
from facewright.engine.training.part_rivals import rivals

STATE = Path("build") / "controllers"
"""Where drawn people are kept and training stands, to be resumed."""
ID, VERSION, CARD = "controllers", "1.0.0", "card.json"
EFFECTS = "effects.csv"
TESTED, MOVED, INFANT = 60, 12, 0.5
"""People for what is left, and for what controllers do; age of infants in years."""
OF_ALL, OF_EACH, VALIDATED = 3300, 300 * len(YEARS), 300
"""People of any age and of each age of the tables who teach, and others who choose the epoch."""


def run(data: Path | None, out: Path | None) -> str:
    """Train the six segments and measure their controllers' maps. `data` is not used."""
    del data  # people are drawn from the shipped head
    model = ModelStore().lifespan()
    STATE.mkdir(parents=True, exist_ok=True)
    everyone, of_each, others = people(model)
    weights = means(model)
    relative = Relative(model.template, weights["years"], weights["means"])
    both = People(
        np.concatenate([everyone.vertices, of_each.vertices]),
        np.concatenate([everyone.years, of_each.years]),
    )
    weights |= trained(
        relative, model.template, Taken(relative, both), Taken(relative, others), STATE, told
    )
    weights |= maps(PartsModel(weights, blank(), model.template), of_each)
    folder = (out or ASSETS) / "models" / ID / VERSION
    write(weights, folder)
    made = PartsModel.load(folder, blank())
    return judge(made, both, of_each, others, model, folder)


def judge(
    model: PartsModel,
    taught: People,
    of_each: People,
    others: People,
    head: LifespanModel,
    folder: Path,
) -> str:
    """Hold the model beside others on people who taught nothing; write table and card."""
    beside = rivals(model.relative, model.template, taught, others, STATE, told)
    adults = of_each.among(of_each.years == ADULT)
    for rival in beside:
        rival.learn(adults, model.ruler)
    testing = SEEDS["test"]
    left = part_judging.rebuilt(model, of_all_ages(head, testing[:TESTED]), beside)
    grown, small = (
        of_one_age(head, testing[TESTED * k : TESTED * k + MOVED], age)
        for k, age in ((1, ADULT), (2, INFANT))
    )
    steered = part_judging.steered_by(model)
    found = {
        "parts": part_judging.effects(model, grown, steered),
        "parts, infants": part_judging.effects(model, small, steered),
        **{rival.name: part_judging.effects(model, grown, rival.steered) for rival in beside},
    }
    bends = part_judging.seams(model, grown)
    (folder / EFFECTS).write_text(table(found), encoding="utf-8")
    fields = json.loads((folder / CARD).read_text(encoding="utf-8"))
    fields["measured"] = figures(left, found, bends)
    (folder / CARD).write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    return "\n".join(f"{name}: {value}" for name, value in fields["measured"].items())


def table(found: dict[str, dict[str, part_judging.Effect]]) -> str:
    """Return a line for each controller and model, as CSV."""
    lines = ["model,controller,outside_mm,gain,correlation,others_sd"]
    for name, effects in found.items():
        lines += [
            f'"{name}",{key},{e.outside:.4f},{e.gain:.3f},{e.correlation:.4f},{e.others:.3f}'
            for key, e in effects.items()
        ]
    return "\n".join(lines) + "\n"


def figures(
    left: dict[str, float],
    found: dict[str, dict[str, part_judging.Effect]],
    bends: Mapping[str, tuple[float, float]],
) -> dict[str, str]:
    """Return what the card says was measured."""
    whose = f"{TESTED} other people from birth to 85 years"
    told = {
        f"Left of {whose}, visible skin, mean distance, {part}": f"{value:.2f} mm"
        for part, value in left.items()
    }
    local = [c.key for c in CONTROLLERS if c.part != WHOLE]
    for name, effects in found.items():
        who = f"{MOVED} infants" if "infants" in name else f"{MOVED} adults"
        outside = max(effects[key].outside for key in local)
        gain = np.mean([abs(e.gain - 1) for e in effects.values()])
        least = min(e.correlation for e in effects.values())
        others = np.mean([e.others for e in effects.values()])
        told[f"Controllers at -3 and +3 sd on {who}, {name}"] = (
            f"at most {outside:.2f} mm outside of part and transition area; gain off by "
            f"{100 * gain:.0f} % on average, correlation {least:.3f} at least; other features "
            f"move by {others:.2f} sd for one asked"
        )
    for name, (angle, curve) in bends.items():
        told[f"Seams, random edits of 1.5 sd on {MOVED} adults, {name}"] = (
            f"{angle:.1f} degrees between triangles, mean curvature {curve:.3f}/mm"
        )
    return told


def people(model: LifespanModel) -> tuple[People, People, People]:
    """Return people of all ages, of each age of the tables, and those who validate."""
    teaching, validating = SEEDS["training"], SEEDS["validation"]
    head = card_sha256(model.card)[:8]  # those of another head are drawn anew
    return (
        of_all_ages(model, teaching[:OF_ALL], STATE / f"all-{head}.npy"),
        of_each_age(model, teaching[OF_ALL : OF_ALL + OF_EACH], STATE / f"each-{head}.npy"),
        of_all_ages(model, validating[:VALIDATED], STATE / f"validation-{head}.npy"),
    )


def means(model: LifespanModel) -> dict[str, NDArray[Any]]:
    """Return `years` and `means` as `PartsModel` reads them: the head model's mean heads."""

    def head(age: float) -> FloatArray:
        c = model.defaults
        c[0] = age
        return model.vertices(c)

    return {
        "years": np.array(YEARS, np.float32),
        "means": np.stack([head(age) for age in YEARS]),
    }


def blank() -> ModelCard:
    """Return the card of a model that has none yet."""
    return ModelCard(ID, VERSION, ID, "", "", (), "", (), {}, {})


def write(weights: dict[str, NDArray[Any]], folder: Path) -> None:
    """Write weights, and a card without figures."""
    from safetensors.numpy import save

    content = save({name: np.ascontiguousarray(array) for name, array in weights.items()})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    fields = card() | {"files": {WEIGHTS: hashlib.sha256(content).hexdigest()}, "measured": {}}
    (folder / CARD).write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


def card() -> dict[str, Any]:
    """Return what the card says that is not measured."""
    return {
        "id": ID,
        "version": VERSION,
        "title": "Face in parts, with controllers",
        "summary": (
            "Six small networks for eyebrows, eyes, nose, upper lip, lower lip and the rest of a "
            "head, blended where they meet, and what 30 named features of the face do to them "
            "(NEO-3DF, sections 3 and 4)."
        ),
        "licence": "MIT (ICT-FaceKit's shapes), CC0 (MakeHuman's)",
        "sources": [
            "Random people of Facewright's life-span head, from birth to 85 years, at rest",
            "NEO-3DF, Novel editing-oriented 3D face creation and reconstruction: segments, "
            "losses, latents, controllers, blending",
        ],
        "population": (
            f"{OF_ALL + OF_EACH} drawn people; a standard deviation of a controller is that of "
            f"{OF_EACH // len(YEARS)} of them of one age. No scan of a person taught it."
        ),
        "not_trained_on": [
            "No real scan, no craniofacial condition, no expression",
            "No infant's or child's scan: their differences are adults', carried through growth",
        ],
    }


def told(_fraction: float, line: str) -> None:
    """Print how far training has come: it lasts for minutes."""
    print(line, flush=True)
