"""Drives the kiosk's real window as a person does.

What is on the page is read through the accessibility bus, as a screen reader
reads it, so a walk finds things by the words people see and notices when those
words are missing. Fingers and scanners are X events made by xdotool. Needs a
display and a session bus (dbus-run-session).
"""

import pathlib
import subprocess
import time
import warnings

import gi

warnings.filterwarnings("ignore", category=DeprecationWarning)
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 20  # seconds until a missing thing is an error
LIVELY = 6  # seconds; the longest movement that ends is the line of the welcome page, 4.5 s


class Missing(Exception):
    """Something a person needs is not on the page."""


def things():
    """Yields everything on the page that is showing, in reading order."""

    def below(node):
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield child
                yield from below(child)

    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(i)
        if program is not None and program.get_name() == "lianxin":
            yield from below(program)


def words(thing):
    """The words of a thing: its accessible name, or its text."""
    name = thing.get_name()
    if name:
        return name
    text = thing.get_text_iface()
    return Atspi.Text.get_text(text, 0, -1) if text else ""


def look(text, role=None, after=None):
    """Returns the first thing whose words begin with text, or None. With after,
    the first that follows the thing whose words begin with that."""
    met = after is None
    try:
        for thing in things():
            said = words(thing).strip()
            if not met:
                met = said.startswith(after)
            elif said.startswith(text) and role in (None, thing.get_role_name()):
                return thing
    except GLib.Error:
        pass  # the page changed meanwhile: look again
    return None


def here():
    """Returns words, role and thing of everything on the page that has words, as of one
    moment in which nothing vanished."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return [(said, thing.get_role_name(), thing) for thing in things() if (said := words(thing).strip())]
        except GLib.Error:
            time.sleep(0.05)
    raise Missing("a page that holds still for a look at it")


def page():
    """The words on the page, for the message when something is missing."""
    return " | ".join(dict.fromkeys(said for said, _, _ in here()))


def wait(*texts, role=None, after=None):
    """Waits until one of the texts is on the page and returns its thing and which it was."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for text in texts:
            thing = look(text, role, after)
            if thing is not None:
                return thing, text
        time.sleep(0.05)
    raise Missing(f"{' / '.join(texts)} is not on the page, but: {page()}")


def run(*command):
    subprocess.run(command, check=True)


def place(thing):
    """Scrolls the thing into view and returns its rectangle once it stands still."""
    thing.get_component_iface().scroll_to(Atspi.ScrollType.ANYWHERE)
    last = None
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        box = thing.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        now = (box.x, box.y, box.width, box.height)
        if now == last and box.width > 0 and box.height > 0:
            return now
        last = now
        time.sleep(0.1)
    raise Missing(f"{words(thing)} never stands still")


def settled(text, role=None, after=None, other_than=None):
    """Waits until the thing with these words stands still and returns its rectangle:
    another one than other_than, where that is given. A thing that vanishes while it is
    looked at is looked for again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        thing, _ = wait(text, role=role, after=after)
        try:
            box = place(thing)
        except GLib.Error:
            continue
        if box != other_than:
            return box
        time.sleep(0.05)
    raise Missing(f"{text} never stands still, or only at {other_than}")


def tap(text, role=None, after=None):
    """Taps the middle of the thing with these words."""
    touch(settled(text, role=role, after=after))


def touch(rectangle):
    """Taps the middle of a rectangle."""
    x, y, width, height = rectangle
    run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", "1")


def drag(points):
    """Draws with one finger through the points, at the speed of a hand."""
    (x, y), *others = points
    moves = [word for x_, y_ in others for word in ("mousemove", str(x_), str(y_), "sleep", "0.03")]
    run("xdotool", "mousemove", str(x), str(y), "mousedown", "1", *moves, "mouseup", "1")


def scan(text):
    """Types as a scanner does: fast, and ends with Enter, which no other program's start may delay."""
    run("xdotool", "type", "--delay", "5", "--args", "1", text, "key", "Return")


def moved(before, now):
    """Tells how many pixels differ between two pictures of the screen, but for what only
    grows a little lighter or darker: the sun of the welcome page breathes for ever."""
    said = subprocess.run(["compare", "-fuzz", "5%", "-metric", "AE", str(before), str(now), "null:"], capture_output=True, text=True)
    if said.returncode > 1:
        raise RuntimeError(f"compare: {said.stderr}")
    return float(said.stderr.split()[0])


def shot(folder, name):
    """Keeps a picture of the whole screen and returns how many colours it has. What
    moves on the page ends first; a page on which something always moves is taken after
    LIVELY seconds, where any moment is as good as another."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file, before = folder / f"{name}.png", folder / "before.png"
    end = time.monotonic() + LIVELY
    run("import", "-window", "root", str(file))
    while time.monotonic() < end:
        file.replace(before)
        time.sleep(0.2)
        run("import", "-window", "root", str(file))
        if moved(before, file) == 0:
            break
    before.unlink(missing_ok=True)
    print(f"==> {file}", flush=True)
    colours = subprocess.run(["identify", "-format", "%k", str(file)], check=True, capture_output=True, text=True)
    return int(colours.stdout)
