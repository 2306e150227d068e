"""Reception opens the window of the waiting room at the desk's real window, by its key: room.py DATA.

The page there is the one a browser shows, but nobody has to press a key for its bell.
"""

import pathlib
import subprocess
import sys

from clerk import logs_in, keys, until
from window import Missing, here, shot, wait

ROOM = "连心 · 叫号"  # title of the window
SILENT = "按任意键打开声音"  # what the page says while it is kept silent


def opened():
    return subprocess.run(("xdotool", "search", "--name", f"^{ROOM}$"), capture_output=True, text=True).stdout.split()


def opens_room(data):
    folder = data / "screenshots"
    logs_in(folder, "demo.reception", "今日接待")
    wait("W 候采区窗口")  # the key works
    keys("w")
    until("the window of the waiting room", opened)
    wait("请留意您的号码")
    until("a bell that may be heard", lambda: not any(said.startswith(SILENT) for said, _, _ in here()))
    shot(folder, "09-waiting-room")
    print("==> The waiting room has its window, and its bell needs no key")


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1])
    try:
        opens_room(place)
    except Missing as problem:
        shot(place / "screenshots", "failed-room")
        sys.exit(f"room: {problem}")
