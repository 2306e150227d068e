"""Another program's small window with something to drag: dragsource.py {"type": "text", …}

Says "shown" when it can be dragged from, then how the drag ended: "taken" or "refused".
"""

import json
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402

offer = json.loads(sys.argv[1])


def say(word):
    print(word, flush=True)


def give(widget, context, data, info, time):
    kind = data.get_target().name()
    if kind == "image/png":
        data.set_pixbuf(GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 20, 20))
    else:
        data.set(data.get_target(), 8, offer[kind].replace("\n", "\r\n").encode())


window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(120, 120)
window.move(0, 0)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag"))
window.add(box)
targets = [Gtk.TargetEntry.new(kind, 0, 0) for kind in offer]
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, targets, Gdk.DragAction.COPY | Gdk.DragAction.MOVE | Gdk.DragAction.LINK)
refused = []
box.connect("drag-data-get", give)
box.connect("drag-failed", lambda *_: refused.append(True) or True)
box.connect("drag-end", lambda *_: say("refused" if refused else "taken"))
window.connect("map-event", lambda *_: GLib.idle_add(say, "shown"))
window.show_all()
Gtk.main()
