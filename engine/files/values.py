"""The values of a project as JSON: edits, faces, sources; arrays go to the archive.

What is one object in memory is written once and is one object again after reading, because the
evaluator's cache and the sharing between versions rely on identity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray
from facewright.engine.edits.base import Choice, Edit
from facewright.engine.edits.fields import FieldInfo, all_fields
from facewright.engine.edits.table import EDITS
from facewright.engine.face import TRAITS, Face, Subject, Texture, Weights
from facewright.engine.files.archive import ArchiveReader, ArchiveWriter, Damaged
from facewright.engine.files.plain import as_trait, day, plain, plain_trait, real, whole
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.calipers import KINDS, Caliper
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import ModelRef, Project, Source
from facewright.engine.visits import Round, Visit

Json = dict[str, Any]


class Encoder:
    """Turns values into JSON, each shared object into one row of a table."""

    def __init__(self, archive: ArchiveWriter) -> None:
        self.archive = archive
        self.tables: dict[str, list[Json]] = {
            name: []
            for name in (
                "topologies", "faces", "landmarks", "calipers", "sources", "edits", "visits",
                "rounds",
            )
        }  # fmt: skip
        self._rows: dict[int, tuple[object, int]] = {}

    def _row(self, table: str, value: Any, encode: Callable[[Any], Json]) -> int:
        known = self._rows.get(id(value))
        if known is None:
            encoded = encode(value)
            rows = self.tables[table]
            known = self._rows[id(value)] = (value, len(rows))
            rows.append(encoded)
        return known[1]

    def project(self, project: Project) -> Json:
        """Return a project as rows of the tables."""
        return {
            "sources": [self._row("sources", s, self._source) for s in project.sources],
            "edits": [self.edit(edit) for edit in project.edits],
            "landmarks": self._landmarks(project.landmarks),
            "models": [[m.id, m.version, m.sha256] for m in project.models],
            "notes": project.notes,
            "mask": None if project.mask is None else self.archive.array(project.mask),
            "calipers": [self._caliper(caliper) for caliper in project.calipers],
            "day": project.day,
            "visits": [self._row("visits", v, self._visit) for v in project.visits],
            "rounds": [self._row("rounds", r, self._round) for r in project.rounds],
        }

    def edit(self, edit: Edit) -> int:
        """Return the row of an edit."""
        return self._row("edits", edit, self._edit)

    def face(self, face: Face) -> int:
        """Return the row of a face."""
        return self._row("faces", face, self._face)

    def mesh(self, mesh: Mesh) -> Json:
        """Return a mesh: its topology's id and its vertices."""
        topology = mesh.topology
        if all(row["id"] != topology.id for row in self.tables["topologies"]):
            faces = self.archive.array(topology.faces, np.int32)
            self.tables["topologies"].append(
                {"id": topology.id, "count": topology.count, "faces": faces}
            )
        return {"topology": topology.id, "vertices": self.archive.array(mesh.vertices)}

    def _edit(self, edit: Edit) -> Json:
        values: Json = {"kind": edit.kind}
        for info in all_fields(type(edit)):
            values[info.name] = self._field(info, getattr(edit, info.name))
        return values

    def _field(self, info: FieldInfo, value: Any) -> Any:
        if value is None:
            return None
        match info.type:
            case "float":
                return plain(value)
            case "int":
                return int(value)
            case "bool":
                return bool(value)
            case "weights":
                return {name: plain(amount) for name, amount in value.items()}
            case "array":
                return self.archive.array(value)
            case "arrays":
                return [self.archive.array(array, array.dtype) for array in value]
            case "face":
                return self.face(value)
        return str(value)

    def _face(self, face: Face) -> Json:
        texture = face.texture
        return {
            "mesh": self.mesh(face.mesh),
            "subject": {name: plain_trait(getattr(face.subject, name)) for name in TRAITS},
            "expression": {name: plain(value) for name, value in face.expression.items()},
            "pose": self.archive.array(face.pose),
            "texture": None
            if texture is None
            else {
                "image": self.archive.image(texture.image),
                "known": self.archive.array(texture.known),
            },
            "landmarks": self._landmarks(face.landmarks),
            "inferred": None if face.inferred is None else self.archive.array(face.inferred),
            "foreign": face.foreign,
        }

    def _landmarks(self, landmarks: Landmarks | None) -> int | None:
        if landmarks is None:
            return None
        return self._row(
            "landmarks",
            landmarks,
            lambda value: {
                "names": list(value.names),
                "corners": self.archive.array(value.corners, np.int32),
                "weights": self.archive.array(value.weights),
            },
        )

    def _caliper(self, caliper: Caliper) -> int:
        return self._row(
            "calipers",
            caliper,
            lambda value: {
                "kind": value.kind,
                "name": value.name,
                "points": self._landmarks(value.points),
            },
        )

    def _visit(self, visit: Visit) -> Json:
        return {
            "name": visit.name,
            "sha256": visit.sha256,
            "face": self.face(visit.face),
            "day": visit.day,
            "unit": visit.unit,
            "marks": None
            if visit.marks is None
            else {
                "names": list(visit.marks.names),
                "points": self.archive.array(
                    np.column_stack([visit.marks.positions, visit.marks.confidence])
                ),
            },
        }

    def _round(self, round: Round) -> Json:
        return {
            "landmarks": self._landmarks(round.landmarks),
            "mask": None if round.mask is None else self.archive.array(round.mask),
            "time": round.time,
        }

    def _source(self, source: Source) -> Json:
        return {
            "name": source.name,
            "sha256": source.sha256,
            "role": source.role,
            "unit": source.unit,
            "transform": self.archive.array(source.transform),
            "notes": list(source.notes),
        }


class Decoder:
    """Turns JSON back into values.

    Parameters
    ----------
    archive : ArchiveReader
    tables : mapping
        The document's tables.
    topologies : mapping of id to Topology
        Those of the models at hand; others are built bare from the file.

    Raises
    ------
    Damaged, KeyError, TypeError, ValueError, IndexError
        From every method, where the document is not what `Encoder` writes.
    """

    def __init__(
        self, archive: ArchiveReader, tables: Mapping[str, Any], topologies: Mapping[str, Topology]
    ) -> None:
        self.archive = archive
        self._tables = tables
        self._topologies = dict(topologies)
        self._values: dict[tuple[str, int], Any] = {}

    def _row(self, table: str, row: Any, decode: Callable[[Json], Any]) -> Any:
        index = whole(row)
        if (table, index) not in self._values:
            if index < 0:
                raise Damaged(f"a row of {table} is negative")
            self._values[table, index] = decode(self._tables[table][index])
        return self._values[table, index]

    def project(self, data: Json) -> Project:
        """Return a project."""
        return Project(
            sources=tuple(self._row("sources", row, self._source) for row in data["sources"]),
            edits=tuple(self._row("edits", row, self._edit) for row in data["edits"]),
            landmarks=self._landmarks(data["landmarks"]),
            models=tuple(ModelRef(str(i), str(v), str(s)) for i, v, s in data["models"]),
            notes=str(data["notes"]),
            mask=None if data["mask"] is None else self._mask(data["mask"]),
            calipers=tuple(self._row("calipers", row, self._caliper) for row in data["calipers"]),
            day=day(data["day"]),
            visits=tuple(self._row("visits", row, self._visit) for row in data["visits"]),
            rounds=tuple(self._row("rounds", row, self._round) for row in data["rounds"]),
        )

    def face(self, row: Any) -> Face:
        """Return the face of a row."""
        face: Face = self._row("faces", row, self._face)
        return face

    def mesh(self, data: Json) -> Mesh:
        """Return a mesh."""
        topology = self._topology(str(data["topology"]))
        vertices = self._floats(data["vertices"], topology.count, 3)
        if not np.isfinite(vertices).all():
            raise Damaged("a mesh has vertices that are no numbers")
        return Mesh(topology, vertices)

    def _topology(self, id: str) -> Topology:
        if id not in self._topologies:
            data = next(row for row in [*self._tables["topologies"], {}] if row.get("id", id) == id)
            faces, count = self.archive.array(data["faces"]), whole(data["count"])
            _check_corners(faces, count)
            topology = Topology.build(faces, count)
            if topology.id != id:
                raise Damaged("a topology does not match its id")
            self._topologies[id] = topology
        return self._topologies[id]

    def _edit(self, data: Json) -> Edit:
        kind = EDITS.get(str(data["kind"]))
        if kind is None:
            raise Damaged(f"this version knows no step of kind {str(data['kind'])[:40]!r}")
        values = {
            info.name: self._field(info, data[info.name])
            for info in all_fields(kind)
            if info.name in data
        }
        return kind(**values)

    def _field(self, info: FieldInfo, value: Any) -> Any:
        if value is None and info.optional:
            return None
        match info.type:
            case "float":
                return real(value)
            case "int":
                return whole(value)
            case "bool":
                return value is True
            case "weights":
                return Weights({str(name): real(amount) for name, amount in value.items()})
            case "array":
                return self._floats(value)
            case "arrays":
                return tuple(self.archive.array(str(digest)) for digest in value)
            case "face":
                return self.face(value)
        text = str(value)
        if isinstance(info.control, Choice) and text not in dict(info.control.options):
            raise Damaged(f"{info.name} cannot be {text[:40]!r}")
        return text

    def _face(self, data: Json) -> Face:
        mesh = self.mesh(data["mesh"])
        count = mesh.topology.count
        texture = data["texture"]
        inferred = data["inferred"]
        return Face(
            mesh=mesh,
            subject=Subject(**{name: as_trait(data["subject"][name]) for name in TRAITS}),
            expression=Weights({str(n): real(v) for n, v in data["expression"].items()}),
            pose=self._floats(data["pose"], 4, 4),
            texture=None if texture is None else self._texture(texture),
            landmarks=self._landmarks(data["landmarks"], count),
            inferred=None if inferred is None else self._floats(inferred, count),
            foreign=data["foreign"] is True,
        )

    def _texture(self, data: Json) -> Texture:
        image = self.archive.image(data["image"])
        return Texture(image, self._floats(data["known"], *image.shape[:2]))

    def _landmarks(self, row: Any, count: int | None = None) -> Landmarks | None:
        if row is None:
            return None
        landmarks: Landmarks = self._row("landmarks", row, self._landmark_row)
        if count is not None:
            _check_corners(landmarks.corners, count)
        return landmarks

    def _landmark_row(self, data: Json) -> Landmarks:
        names = tuple(str(name) for name in data["names"])
        corners: NDArray[Any] = self.archive.array(data["corners"])
        _check_corners(corners, np.iinfo(np.int32).max)
        if len(corners) != len(names):
            raise Damaged("landmarks and their names differ in number")
        weights = self._floats(data["weights"], len(names), 3)
        if not np.isfinite(weights).all():
            raise Damaged("a landmark lies nowhere")
        return Landmarks(names, corners, weights)

    def _caliper(self, data: Json) -> Caliper:
        kind = next((kind for kind in KINDS if kind == data["kind"]), None)
        points = self._landmarks(data["points"])
        if kind is None or points is None:
            raise Damaged("a caliper is of a kind that this version does not know")
        return Caliper(kind, points, str(data["name"]))

    def _visit(self, data: Json) -> Visit:
        face = self.face(data["face"])
        name, sha256, unit = (str(data[key]) for key in ("name", "sha256", "unit"))
        return Visit(name, sha256, face, day(data["day"]), unit, self._marks(data["marks"]))

    def _marks(self, data: Json | None) -> Points | None:
        if data is None:
            return None
        names = tuple(str(name) for name in data["names"])
        points = self._floats(data["points"], len(names), 4)
        if not np.isfinite(points).all():
            raise Damaged("a landmark lies nowhere")
        return Points.build(names, points[:, :3], points[:, 3])

    def _round(self, data: Json) -> Round:
        mask = None if data["mask"] is None else self._mask(data["mask"])
        time = None if data["time"] is None else real(data["time"])
        if time is not None and not np.isfinite(time):
            raise Damaged("a round has no proper time")
        return Round(self._landmarks(data["landmarks"]), mask, time)

    def _source(self, data: Json) -> Source:
        return Source(
            name=str(data["name"]),
            sha256=str(data["sha256"]),
            role=str(data["role"]),
            unit=str(data["unit"]),
            transform=self._floats(data["transform"], 4, 4),
            notes=tuple(str(note) for note in data["notes"]),
        )

    def _mask(self, digest: Any) -> FloatArray:
        values = self._floats(digest)
        if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
            raise Damaged("a mask has values outside 0 to 1")
        return values

    def _floats(self, digest: Any, *shape: int) -> FloatArray:
        values = self.archive.array(str(digest))
        if values.dtype != np.float32 or (shape and values.shape != shape):
            raise Damaged("an array has another shape than its place asks for")
        return values


def _check_corners(corners: NDArray[Any], count: int) -> None:
    if corners.dtype != np.int32 or corners.ndim != 2 or corners.shape[1] != 3:
        raise Damaged("an array has another shape than its place asks for")
    if corners.size and (corners.min() < 0 or corners.max() >= count):
        raise Damaged("a triangle names a vertex that is not there")
