"""The template: the one topology of every head, at two levels, with its landmarks and curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, FloatArray, IntArray, frozen
from facewright.engine.assets import ASSETS
from facewright.engine.errors import ModelUnavailable
from facewright.engine.geometry.subdivision import subdivide, triangles
from facewright.engine.landmarks import Landmarks
from facewright.engine.mesh import Topology

TEMPLATE = ASSETS / "template"
TEMPLATE_FILE = "template.safetensors"
ANNOTATIONS = "annotations"


@dataclass(frozen=True, eq=False)
class Template:
    """The topology of every head.

    Attributes
    ----------
    coarse : Topology
        4,284 vertices: what models compute with.
    fine : Topology
        `coarse` subdivided once, 17,094 vertices: what people see, measure and export. Its
        regions are listed in assets/README.md.
    lift : (V_fine, V_coarse) csr_array
        Fine motion from coarse motion; the four-point rule, exact at coarse vertices.
    subset : (V_coarse,) int32
        Fine index of each coarse vertex.
    landmarks : Landmarks
        `ibug0` to `ibug67` and Farkas codes, anchored in the fine level.
    curves : mapping of name to chains of fine vertices
        `brow_l`, `upper_lid_l`, `nasolabial_l`, `upper_lip_outer`, `jaw`, ...
    makehuman : (V_coarse,) int32
        MakeHuman vertex of each coarse vertex.
    visible : (V_fine,) bool
        False inside mouth, nose and eye sockets.
    reference : (V_fine, 3) float32
        MakeHuman's young average in mm, roughly in the head frame: for tests and annotation;
        the mean head is the life-span model's.
    uv_source : (U, 2) float32
        MakeHuman's texture coordinate of each of ours: for baking its CC0 skins.
    """

    coarse: Topology
    fine: Topology
    lift: sparse.csr_array
    subset: IntArray
    landmarks: Landmarks
    curves: Mapping[str, IntArray]
    makehuman: IntArray
    visible: BoolArray
    reference: FloatArray
    uv_source: FloatArray

    @cached_property
    def face(self) -> BoolArray:
        """`(V_fine,)`: the outer skin of the face."""
        return frozen((self.fine.regions["face"] > 0.5) & self.visible, np.bool_)

    @cached_property
    def coarse_face(self) -> BoolArray:
        """`(V_coarse,)`: the outer skin of the face."""
        return frozen(self.face[self.subset], np.bool_)


@cache
def load_template(folder: Path = TEMPLATE) -> Template:
    """Return the template shipped in assets, the same object on every call.

    Raises
    ------
    ModelUnavailable
        If the files are not there.
    """
    from safetensors.numpy import load_file

    path = folder / TEMPLATE_FILE
    if not path.is_file():
        raise ModelUnavailable(f"{path.name} is missing from assets: install Facewright again.")
    data = load_file(path)
    count = len(data["makehuman"])
    regions, landmarks, curves = _annotations(folder, len(data["fine_mirror"]))
    coarse = Topology.build(
        triangles(data["coarse_quads"]),
        count,
        quads=data["coarse_quads"],
        regions={name: mask[:count] for name, mask in regions.items()},
        mirror=data["coarse_mirror"],
    )
    fine = Topology.build(
        triangles(data["fine_quads"]),
        len(data["fine_mirror"]),
        quads=data["fine_quads"],
        uv=data["uv"],
        uv_vertex=data["uv_vertex"],
        uv_faces=triangles(data["uv_quads"]),
        regions=regions,
        mirror=data["fine_mirror"],
    )
    return Template(
        coarse,
        fine,
        subdivide(data["coarse_quads"], count).lift,
        frozen(np.arange(count), np.int32),
        landmarks,
        curves,
        frozen(data["makehuman"], np.int32),
        frozen(data["visible"], np.bool_),
        frozen(data["reference"]),
        frozen(data["uv_source"]),
    )


def _annotations(
    folder: Path, count: int
) -> tuple[dict[str, FloatArray], Landmarks, Mapping[str, IntArray]]:
    """Return regions, landmarks and curves; empty until they have been drawn.

    `annotations.safetensors` holds `region/<name>` (V,), `curve/<name>` (N,),
    `landmark_corners` (N, 3) and `landmark_weights` (N, 3); `annotations.json` holds
    `landmarks`, their names in order.
    """
    from safetensors.numpy import load_file

    arrays, names = folder / f"{ANNOTATIONS}.safetensors", folder / f"{ANNOTATIONS}.json"
    if not (arrays.is_file() and names.is_file()):
        nothing = Landmarks.build((), np.zeros((0, 3)), np.zeros((0, 3)))
        return {}, nothing, MappingProxyType({})
    data = load_file(arrays)
    landmarks = Landmarks.build(
        tuple(json.loads(names.read_text(encoding="utf-8"))["landmarks"]),
        data["landmark_corners"],
        data["landmark_weights"],
    )
    regions = {
        key.removeprefix("region/"): mask for key, mask in data.items() if key.startswith("region/")
    }
    for name, mask in regions.items():
        if mask.shape != (count,):
            raise ModelUnavailable(f"region {name} does not fit the template: train it again.")
    curves = {
        key.removeprefix("curve/"): frozen(chain, np.int32)
        for key, chain in sorted(data.items())
        if key.startswith("curve/")
    }
    return regions, landmarks, MappingProxyType(curves)
