"""`compare`, `export` and `render`: what is made from heads."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facewright.engine.commands.base import (
    Commands,
    Report,
    Tools,
    add_command,
    check_output,
    open_project,
)
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.files.atomic import written

if TYPE_CHECKING:
    from facewright.engine.arrays import ByteArray
    from facewright.engine.models.rig import PosedHead
    from facewright.engine.models.store import ModelStore

PICTURE = ".png"
VIEWS = ("front", "left", "right", "three-quarter")


def declare(commands: Commands) -> None:
    """Add these commands to the parser."""
    command = add_command(
        commands,
        "compare",
        run_compare,
        "distances between two heads",
        description="Distances from A to B at every vertex after rigid alignment; signed ones are "
        "positive where B lies outside A.",
    )
    command.add_argument("first", type=Path, metavar="A.face")
    command.add_argument("second", type=Path, metavar="B.face")
    command.add_argument(
        "-o", "--output", type=Path, metavar="heat.png", help="a picture of A coloured by distance"
    )
    command.add_argument("--view", choices=VIEWS, default="front", help="of the picture: front")
    command.add_argument(
        "--align",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="bring B onto A first (default), or compare them where they stand",
    )
    command.add_argument(
        "--on",
        choices=("face", "stable"),
        default="face",
        help="what B is aligned by: the whole face (default), or for two visits of one patient "
        "the forehead and eye corners, which treatment leaves alone",
    )
    command.add_argument(
        "--neutral", action="store_true", help="compare the neutral shapes, without expressions"
    )

    command = add_command(commands, "export", run_export, "write a head for other programs")
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="out.glb|obj|ply|stl|png",
        help="the suffix says what is written; .png is a picture from the front",
    )
    command.add_argument(
        "--blendshapes",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="GLB: with the 52 ARKit expressions (default)",
    )

    command = add_command(commands, "render", run_render, "draw a picture of a head")
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="out.png", help="the picture to write"
    )
    command.add_argument("--view", choices=VIEWS, default="front", help="front by default")
    command.add_argument(
        "--size", type=pixels, default=(800, 800), metavar="WxH", help="pixels: 800x800"
    )


def pixels(text: str) -> tuple[int, int]:
    """Return "WxH" as width and height in pixels.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is not that, or beyond 16 to 8192.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is no size: write it as 800x600")
    size = (int(width), int(height))
    if not all(16 <= side <= 8192 for side in size):
        raise argparse.ArgumentTypeError(f"{text} is outside 16x16 to 8192x8192")
    return size


def run_compare(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Compare two heads, and draw where they differ."""
    from facewright.engine.measure.comparison import compare

    if arguments.output is not None:
        check_output(arguments.output, PICTURE)
    if arguments.on == "stable" and not arguments.align:
        raise InputError("--on stable aligns the heads: leave out --no-align.")
    faces = [open_project(path, tools.models).face for path in (arguments.first, arguments.second)]
    first, second = (_posed(face, tools.models, neutral=arguments.neutral) for face in faces)
    data: dict[str, Any] = {"aligned": arguments.align, "on": arguments.on}
    other, align = second.skin, arguments.align
    if arguments.on == "stable":
        from facewright.engine.geometry.rigid import moved
        from facewright.engine.scans.follow_up import align_stable

        inferred = (faces[0].inferred, faces[1].inferred)
        template = tools.models.lifespan().template
        stable = align_stable(first.skin, other, template, inferred=inferred)
        other, align = other.moved(moved(other.vertices, stable.motion).astype("float32")), False
        data["stable"] = {"forehead_rms": stable.left, "eye_corners": stable.corners}
    result = compare(first.skin, other, align=align)
    data.update(result.summary)
    lines = [
        f"mean {data['mean']:.3f} mm, median {data['median']:.3f}, 95 % {data['p95']:.3f}, "
        f"largest {data['max']:.3f}",
        *(
            f"  {name}: mean {region['mean']:.3f}, signed {region['signed_mean']:+.3f}"
            for name, region in data["regions"].items()
        ),
    ]
    if arguments.on == "stable":
        lines.append(
            f"Aligned on forehead ({stable.left:.2f} mm left) and eye corners "
            f"({stable.corners:.2f} mm left)"
        )
        if stable.doubtful:
            lines.append("They differ there too: check that both are of one patient, in one unit.")
    if arguments.output is not None:
        from facewright.engine.photos.shading import picture

        image = picture(first, None, view=arguments.view, values=result.colors())
        write_png(image, arguments.output)
        data["output"] = str(arguments.output)
        data["scale_at_full_color"] = result.limit
        lines.append(f"Drawn to {arguments.output}: full colour at {result.limit:.2f} mm")
    return Report(data, tuple(lines))


def _posed(face: Face, models: ModelStore, *, neutral: bool) -> PosedHead:
    if neutral:
        face = Face(face.mesh, face.subject)
    return models.rig().pose(face)


def run_export(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Write a head in the format that the suffix names."""
    from facewright.engine.files.export import export_face

    check_output(arguments.output)
    opened = open_project(arguments.input, tools.models)
    export_face(
        opened.face,
        arguments.output,
        tools.models,
        blendshapes=arguments.blendshapes,
        progress=tools.progress,
    )
    data = {"output": str(arguments.output), "bytes": arguments.output.stat().st_size}
    return Report(data, (f"Written to {arguments.output}", *opened.notes))


def run_render(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Draw a head without a window."""
    from facewright.engine.photos.shading import picture

    check_output(arguments.output, PICTURE)
    opened = open_project(arguments.input, tools.models)
    rig = tools.models.rig()
    image = picture(
        rig.pose(opened.face),
        rig.skin_image(opened.face),
        view=arguments.view,
        size=arguments.size,
    )
    write_png(image, arguments.output)
    data = {"output": str(arguments.output), "view": arguments.view, "size": list(arguments.size)}
    return Report(data, (f"Drawn to {arguments.output}", *opened.notes))


def write_png(image: ByteArray, path: Path) -> None:
    """Write `(H, W, 3)` uint8 as a PNG.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from PIL import Image

    with written(path) as temporary:
        Image.fromarray(image).save(temporary, "PNG")
