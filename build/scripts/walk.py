"""Walks one made-up donor through the kiosk's real window: walk.py SCREENSHOTS CENTER.db

Ends when the center has the visit.
"""

import re
import sqlite3
import sys
import time

from window import PATIENCE, Missing, drag, here, look, place, settled, shot, tap, touch, wait

# A drawn page has hundreds of shades along its letters' edges; a blank one has few.
LEAST_COLOURS = 50

# What a healthy person says, in order of preference; and where "yes" is the healthy answer.
HEALTHY = (
    "以上都没有", "没有", "从没有", "50 公斤（100 斤）或以上", "4 小时以内", "不在经期前后 3 天内", "8",
)
YES_TO = ("您今天感觉身体健康", "我的回答是真实的", "我不是为了做化验", "我明白")
MOST_QUESTIONS = 80

# A site's letter and a running number.
NUMBER = re.compile(r"[A-Z]\d{3}")


def keep(folder, name):
    colours = shot(folder, name)
    if colours < LEAST_COLOURS:
        raise Missing(f"{name} has only {colours} colours: nothing was drawn")


def looks_around(folder):
    """Reads about sites and the donation, and turns the page over to English and back."""
    wait("我来签到")
    keep(folder, "01-welcome")
    tap("附近献血点")
    wait("附近献血点", role="heading")
    keep(folder, "02-sites")
    tap("回到首页")
    tap("一分钟了解献血")
    wait("一分钟看懂献血", role="heading")
    keep(folder, "03-story")
    tap("回到首页")
    wait("我来签到")
    tap("English")
    settled("Check in")
    keep(folder, "04-english")
    tap("中文")
    wait("我来签到")
    usual = settled("长辈版")
    tap("长辈版")
    settled("长辈版", other_than=usual)
    keep(folder, "05-elder")
    tap("长辈版")


def identifies(folder):
    """Lays the card of somebody with a booking on the simulated reader; tells
    whether that person is here for the first time today."""
    tap("我来签到")
    wait("请把证件平放")
    keep(folder, "06-card")
    tap("演示数据")
    tap("放卡", after="已预约，还没有答问卷")
    _, seen = wait("就用这个预约", "完成，回到首页")
    keep(folder, "07-booking")
    return seen == "就用这个预约"


def may_donate(folder):
    tap("就用这个预约")
    wait("今天可以献血")
    keep(folder, "08-may-donate")
    tap("开始健康问卷")


def heading():
    return next((said for said, role, _ in here() if role == "heading"), "")


def answers_to(question):
    """The buttons a healthy person may tap, best first."""
    if look("是", role="radio button") is not None:
        return ("是",) if question.startswith(YES_TO) else ("否",)
    return HEALTHY


def answers(question):
    shown = {said: thing for said, role, thing in here() if role in ("radio button", "check box", "push button")}
    for answer in answers_to(question):
        if answer in shown:
            touch(place(shown[answer]))
            return
    tap("我想当面告诉工作人员")


def leads_on(question):
    """A tap on a single answer leads on by itself; otherwise there is a button."""
    end = time.monotonic() + PATIENCE
    pressed = False
    while time.monotonic() < end:
        if heading() not in ("", question):
            return
        if not pressed and time.monotonic() > end - PATIENCE + 1:
            tap("下一题")
            pressed = True
        time.sleep(0.05)
    raise Missing(f"nothing comes after {question}")


def fills_in(folder):
    """Answers the whole questionnaire; returns how many questions there were."""
    for count in range(MOST_QUESTIONS):
        wait("第 ", "请看一遍您的回答")
        question = heading()
        if question.startswith("请看一遍您的回答"):
            keep(folder, "10-review")
            tap("确认无误")
            return count
        if count == 0:
            keep(folder, "09-question")
        answers(question)
        leads_on(question)
    raise Missing("the end of the questionnaire")


def consents(folder):
    wait("请读到最后", "读完了")
    keep(folder, "11-consent")
    while look("往下看", role="push button") is not None:
        tap("往下看")
        time.sleep(0.3)  # it scrolls; the next look tells whether more follows
    tap("读完了")
    x, y, width, height = settled("请签上您的名字", role="image")
    drag([(x + width * (20 + 5 * i) // 100, y + height * (30 + 20 * (i % 3)) // 100) for i in range(13)])
    keep(folder, "12-signature")
    tap("签好了")


def chooses(folder):
    """Makes the private choice and waits for the paper."""
    tap("我的血可以给病人用")
    wait("签到完成")
    wait("凭条已打印")
    keep(folder, "13-done")


def leaves(folder):
    """Goes with the queue number; nothing of the person stays on the screen."""
    number = next((said for said, _, _ in here() if NUMBER.fullmatch(said)), None)
    if number is None:
        raise Missing("the queue number")
    tap("完成，回到首页")
    wait("我来签到")
    keep(folder, "14-welcome-again")
    # What a screen reader could still read: a name with stars in it, the number of the queue.
    left = [said for said, _, _ in here() if "*" in said or number in said]
    if left:
        raise Missing(f"an end of what the last person was shown: {left}")
    return number


def arrives(database, number):
    """Waits until the center has the visit with this queue number."""
    end = time.monotonic() + PATIENCE
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as center:
        while time.monotonic() < end:
            if center.execute("SELECT 1 FROM visits WHERE ticket = ?", (number,)).fetchone():
                return
            time.sleep(0.1)
    raise Missing(f"visit {number} at the center")


def main(folder, database):
    looks_around(folder)
    start = time.monotonic()
    if identifies(folder):
        may_donate(folder)
        print(f"==> {fills_in(folder)} questions answered")
        consents(folder)
        chooses(folder)
    number = leaves(folder)
    print(f"==> Checked in with queue number {number}, {time.monotonic() - start:.0f} s")
    arrives(database, number)
    print(f"==> The center has visit {number}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Missing as problem:
        shot(sys.argv[1], "failed")
        sys.exit(f"walk: {problem}")
