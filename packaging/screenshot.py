"""Take the picture of the window that the README shows: `screenshot.py OUT.png [FILE]`.

Opens FILE (by default the sample scan) in the real window, gives the head a smile in the Studio,
and saves the window. Needs a display; without one run it under `xvfb-run`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Take the picture and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--size", default="1600x960", help="of the window, in pixels")
    parser.add_argument("--panel", default="expression")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))

    from PySide6.QtWidgets import QApplication
    from waiting import wait

    from facewright.app import theme
    from facewright.app.samples import shipped
    from facewright.app.settings import Settings
    from facewright.app.window import MainWindow
    from facewright.engine.models.store import ModelStore

    app = QApplication(sys.argv[:1])
    theme.apply(app)

    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(ModelStore(), Settings(Path(folder)))
        window.resize(width, height)
        window.show()
        source = options.file or shipped()[0].path
        if source is None:
            window.files.new_head()
        else:
            window.files.open([source])
        wait(lambda: window.document.is_open or window.banner.isVisible())
        if not window.document.is_open:
            message = window.banner.message
            text = "nothing was opened" if message is None else message.text + message.details
            sys.stderr.write(text + "\n")
            return 1
        window.workspaces.use("studio")
        window.raise_panel("expression")
        panel = window.panels["expression"]
        for side in ("Left", "Right"):
            panel.list.slider(f"mouthSmile{side}").change(0.7)
            panel.list.slider(f"cheekSquint{side}").change(0.4)
        window.raise_panel(options.panel)
        window.viewport.view("three-quarter")
        window.viewport.frame()
        window.banner.hide()
        wait(lambda: False, 4.0)  # the picture is refined once the head rests
        saved = window.grab().save(str(options.out))
        window.document.saved_as(options.out, window.document.history)  # nothing to ask about
        window.close()
    return 0 if saved else 1


if __name__ == "__main__":
    raise SystemExit(main())
