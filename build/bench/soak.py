"""One donor of a soak: the whole journey as long as somebody with a booking is left among
the made-up people, and a look around up to the card after that: soak.py SCREENSHOTS CENTER.db
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scripts"))
import walk  # noqa: E402
from window import Missing, look, tap, wait  # noqa: E402


def has_booked():
    """Tells whether the demonstration still has a card of somebody booked and unasked."""
    wait("我来签到")
    tap("我来签到")
    wait("请把证件平放")
    tap("演示数据")
    wait("放卡")
    found = look("已预约，还没有答问卷") is not None
    tap("关闭")
    tap("回到首页")
    wait("我来签到")
    return found


def main(folder, database):
    if has_booked():
        walk.main(folder, database)
    else:
        walk.looks_around(folder)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Missing as problem:
        sys.exit(f"soak: {problem}")
