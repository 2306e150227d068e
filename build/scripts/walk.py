"""Walks one made-up person through the kiosk's real window: walk.py SCREENSHOTS"""

import sys

from window import Missing, shot, tap, wait

# A drawn page has hundreds of shades along its letters' edges; a blank one has few.
LEAST_COLOURS = 50


def keep(folder, name):
    colours = shot(folder, name)
    if colours < LEAST_COLOURS:
        raise Missing(f"{name} has only {colours} colours: nothing was drawn")


def looks_around(folder):
    """Reads about sites and the donation, and turns the page over to English and back."""
    wait("我来签到")
    keep(folder, "1-welcome")
    tap("附近献血点")
    wait("附近献血点", role="heading")
    keep(folder, "2-sites")
    tap("回到首页")
    tap("一分钟了解献血")
    wait("一分钟看懂献血", role="heading")
    keep(folder, "3-story")
    tap("回到首页")
    wait("我来签到")
    tap("English")
    wait("Check in")
    keep(folder, "4-english")
    tap("中文")
    wait("我来签到")
    tap("长辈版")
    keep(folder, "5-elder")
    tap("长辈版")


def main(folder):
    looks_around(folder)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Missing as problem:
        shot(sys.argv[1], "failed")
        sys.exit(f"walk: {problem}")
