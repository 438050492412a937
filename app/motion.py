"""Whether things may move by themselves: the user's choice, else the system's."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from facewright.app.settings import MOTION, Settings

_ASK = {
    "linux": (["gsettings", "get", "org.gnome.desktop.interface", "enable-animations"], "false"),
    "darwin": (["defaults", "read", "com.apple.universalaccess", "reduceMotion"], "1"),
}
"""What to ask a system, and the answer that means less motion."""

_SPI_GETCLIENTAREAANIMATION = 0x1042


def reduced(settings: Settings) -> bool:
    """Return whether the camera should jump, not glide, and nothing turn or blink unasked."""
    choice = settings.value(MOTION)
    return system_reduces() if choice == "system" else choice == "reduced"


@cache
def system_reduces() -> bool:
    """Return what the system's own switch says; False where it has none or does not answer."""
    if sys.platform == "win32":
        import ctypes

        on = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(
            _SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(on), 0
        )
        return not on.value
    if sys.platform not in _ASK:
        return False
    command, yes = _ASK[sys.platform]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=1, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == yes
