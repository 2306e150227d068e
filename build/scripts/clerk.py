"""A clerk takes in a claim at the desk's real window, without touching the mouse:
clerk.py DATA; clerk.py --told DATA holds what the center says against what was typed,
clerk.py --left DATA searches what the desk keeps for it.

Logs in with password and code, types the claim, chooses its pages in the system's own
dialog for files, hands it in, prints the receipt, and locks the desk.
"""

import base64
import hmac
import json
import pathlib
import re
import struct
import subprocess
import sys
import time

import window
from gi.repository import Atspi, GLib
from window import Missing, here, look, run, shot, things, wait, words

window.PATIENCE = 90  # a machine may be slow; only what never comes is an error

DESK, DIALOG = "连心 · 工作台", "选择材料"  # titles of the windows
NUMBER = re.compile(r"\d{6}-\d{4}-\d{5}")
NAME, PHONE, CERTIFICATE, HOSPITAL, INVOICE = "WANG TEST", "13800000000", "TEST-0001", "TEST HOSPITAL", "TEST-INVOICE-1"
PAGES = 6  # documents the rules ask a donor for
ACCOUNT, BANK, BILLED, BILLED_FEN = "6200000000000000001", "TEST BANK", "1409.50", 140950


def keys(*names):
    run("xdotool", "key", "--delay", "1", *names)


def types(text):
    run("xdotool", "type", "--delay", "5", "--args", "1", text)


def secrets():
    """Password and secret all made-up staff log in with, from where they are said."""
    return re.findall(r'Staff\w+ += "(.+)"', pathlib.Path("backend/sample/staff.go").read_text())


def code(secret):
    """What an authenticator app shows now (RFC 6238)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def donor(data):
    """A donor of the sample, as the center's first lines name one."""
    return re.search(r"证件 document (\d{17}[\dX])", (data / "center.out").read_text()).group(1)


def ago(days):
    """A day as clerks type it, such as 1103."""
    return time.strftime("%m%d", time.gmtime(time.time() + 8 * 3600 - days * 86400))


def until(what, holds):
    """Asks again and again, for what no word on the page announces."""
    end = time.monotonic() + window.PATIENCE
    while not (found := holds()):
        if time.monotonic() > end:
            raise Missing(what)
        time.sleep(0.05)
    return found


def has(thing, state):
    try:
        return thing is not None and thing.get_state_set().contains(getattr(Atspi.StateType, state))
    except GLib.Error:
        return False  # it changed meanwhile


def focused(role, said=""):
    """Whether something of this role, with these words, has the keyboard."""
    try:
        return any(thing.get_role_name() == role and has(thing, "FOCUSED") and said in words(thing) for thing in things())
    except GLib.Error:
        return False  # the page changed meanwhile


def in_front(title):
    """Waits until the window with this title has the keyboard."""
    command = ("xdotool", "getwindowfocus", "getwindowname")
    until(f"{title} in front", lambda: subprocess.run(command, capture_output=True, text=True).stdout.startswith(title))


def logs_in(folder, who, work):
    """Logs one of the made-up staff in, and waits for where they work."""
    in_front(DESK)
    wait("登录工作台", role="heading")
    until("the first field has the keyboard", lambda: focused("entry"))
    shot(folder, "01-login")
    password, secret = secrets()
    types(who)
    keys("Tab")
    types(password)
    keys("Tab")
    types(code(secret))
    keys("Return")
    wait(work, role="heading")


def fills_in(folder, number):
    """Each field, then Enter; a choice by its digit."""
    keys("n")
    wait("新的现场申请", role="heading")
    until("the first field has the keyboard", lambda: focused("entry"))
    for text in (NAME, number, PHONE, CERTIFICATE, "1", HOSPITAL, ago(20), ago(10), "3", "2", BILLED, ago(15), INVOICE, "0", ACCOUNT, BANK):
        types(text)
        keys("Return")
    wait(f"0 / {PAGES} 种")  # what the center's rules ask for is known
    shot(folder, "03-typed")


def scans(folder, count):
    """Pages as a scanner would have left them, each another one. Their names begin with
    different letters: the dialog completes what files have in common."""
    folder.mkdir()
    names = [f"{'abcdefghijkl'[n]}-page.jpg" for n in range(count)]
    for n, name in enumerate(names):
        run("convert", "-size", "1240x1754", "xc:#fffef8", "-pointsize", "64", "-annotate", "+120+220", f"TEST PAGE {n + 1}",
            "-fill", "none", "-stroke", "#446", "-draw", f"rectangle {120 + 40 * n},400 {700 + 40 * n},{900 + 30 * n}", str(folder / name))
    return names


def chooses_files(folder, data):
    """Takes all pages of a folder in the system's own dialog, which is no page and in no browser."""
    names = scans(data / "scans", PAGES)
    keys("F7")
    wait(DIALOG, role="file chooser")
    in_front(DIALOG)
    keys("slash")
    until("a line for the folder's name", lambda: focused("text", said="/"))
    types(str(data / "scans")[1:] + "/")
    until("the folder's name is typed", lambda: focused("text", said=f"{data / 'scans'}/"))
    keys("Return")
    wait(names[-1])
    keys("ctrl+a")
    until("all files are chosen", lambda: all(has(look(name), "SELECTED") for name in names))
    shot(folder, "04-files")
    keys("Return")
    wait("可以提交")
    in_front(DESK)
    shot(folder, "05-whole")


def hands_in(folder):
    keys("ctrl+Return")
    wait("已提交审核")
    number = until("the claim's number", lambda: next((said for said, role, _ in here() if role == "heading" and NUMBER.fullmatch(said)), None))
    shot(folder, "06-handed-in")
    return number


def prints(folder):
    wait("1 受理回执")
    keys("1")
    wait("受理回执已打印")
    shot(folder, "07-printed")


def locks(folder, *secret):
    """Goes away; nothing of the applicant can be read any more, by a screen reader neither."""
    keys("ctrl+l")
    wait("工作台已锁定", role="heading")
    shot(folder, "08-locked")
    left = [said for said, _, _ in here() if any(one in said for one in secret)]
    if left:
        raise Missing(f"an end of what the applicant said: {left}")


def works(data):
    folder = data / "screenshots"
    start = time.monotonic()
    logs_in(folder, "demo.clerk", "用血报销")
    wait("N 现场登记")  # the key works
    shot(folder, "02-claims")
    fills_in(folder, donor(data))
    chooses_files(folder, data)
    number = hands_in(folder)
    prints(folder)
    locks(folder, NAME, donor(data), number)
    (data / "number").write_text(number)
    print(f"==> Claim {number} handed in by keys, {time.monotonic() - start:.0f} s")


def told(data):
    """Holds what the center says of the claim against what was typed."""
    claim = json.loads((data / "claim.json").read_text())
    said = claim["content"]
    wrong = {what: found for what, found, typed in (
        ("name", said["donor"]["name"], NAME), ("number", said["donor"]["document_number"], donor(data)), ("phone", said["donor"]["phone"], PHONE),
        ("certificate", said["donor"]["certificate"], CERTIFICATE), ("relation", said["relation"], "self"), ("hospital", said["hospital"]["name"], HOSPITAL),
        ("line", [said["lines"][0][field] for field in ("component", "fee", "quantity", "amount_fen", "invoice")], ["red_cells", "blood", "2", BILLED_FEN, INVOICE]),
        ("account", said["payee"]["account"], ACCOUNT), ("bank", said["payee"]["bank"], BANK),
        ("pages", len(claim["files"]), PAGES), ("documents", len({file["kind"] for file in claim["files"]}), PAGES),
    ) if found != typed}
    if wrong:
        raise Missing(f"what was typed at the center, which says: {wrong}")


def left(data):
    """Searches all the desk keeps for what was typed, in letters of one byte and of two,
    and for the names of the pages; an empty place would be no proof."""
    secrets = (NAME, donor(data), PHONE, CERTIFICATE, HOSPITAL, INVOICE, ACCOUNT, BANK, "-page.jpg")
    files = [file for file in (data / "desk").rglob("*") if file.is_file()]
    found = {str(file.relative_to(data)) for file in files for text in secrets
             if any(text.encode(letters) in file.read_bytes() for letters in ("utf-8", "utf-16-le"))}
    if found or len(files) < 5:
        raise Missing(f"forgetting: {sorted(found)} of {len(files)} files hold what was typed")
    print(f"==> {len(files)} files of the desk hold nothing of it")


if __name__ == "__main__":
    *flags, place = sys.argv[1:]
    try:
        {"--told": told, "--left": left}.get("".join(flags), works)(pathlib.Path(place))
    except Missing as problem:
        if not flags:
            shot(pathlib.Path(place) / "screenshots", "failed")
        sys.exit(f"clerk: {problem}")
