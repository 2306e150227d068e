// A check-in as fast as a finger could be: whatever stands on the screen is answered, and
// the way on is pressed, until the welcome screen is there again. Returns how often
// something was pressed. Every press is one a person could make: on what is shown and awake.
const welcome = () => document.querySelector("button.check-in") !== null;
const awake = (button) => button && button.getAttribute("aria-disabled") !== "true" && button.getAttribute("aria-busy") !== "true";
const frame = () => new Promise((done) => setTimeout(done, 4)); // a covered display draws no frames
const end = performance.now() + 25_000;
let presses = 0;

const press = (button) => {
  if (!awake(button)) return false;
  button.click();
  presses++;
  return true;
};

function sign(pad) {
  const box = pad.getBoundingClientRect();
  const at = (type, i) => pad.dispatchEvent(new PointerEvent(type, {
    bubbles: true, cancelable: true, pointerId: 1, button: 0,
    clientX: box.left + box.width * (0.1 + i * 0.02), clientY: box.top + box.height * (0.3 + (i % 7) * 0.05),
  }));
  at("pointerdown", 0);
  for (let i = 1; i < 40; i++) at("pointermove", i);
  at("pointerup", 40);
  presses++;
  return true;
}

/** Answers what is open on the screen; false when there is nothing to answer. */
function answers() {
  const [pad] = document.getElementsByClassName("pad");
  if (pad) return sign(pad);
  const region = document.querySelector(".reading .region");
  if (region && region.scrollTop < region.scrollHeight - region.clientHeight - 4) {
    region.scrollTop = region.scrollHeight;
    return true;
  }
  const answer = document.querySelector(".answers .answer");
  if (answer) return press(answer);
  const choices = document.querySelectorAll(".choice");
  if (choices.length > 0) return press(choices[choices.length - 1]);
  return press(document.querySelector("[data-testid=tell-staff]"));
}

const signed = () => document.querySelector(".pad path[d^=M]") !== null;

while (!welcome()) {
  if (performance.now() > end) throw new Error("it went no further: " + document.querySelector("h1")?.textContent);
  const next = document.querySelector(".actions .next");
  const open = document.querySelector(".answers .answer") || document.querySelector(".pad") && !signed() || next?.getAttribute("aria-disabled") === "true" ||
    document.querySelector("[data-testid=progress]") && !document.querySelector(".choice.chosen, .staff.chosen");
  const now = document.querySelector("[data-testid=progress]")?.textContent + document.querySelector("h1")?.textContent + next?.textContent;
  if (open ? answers() : press(next)) {
    // What was pressed takes effect, or is pressed again: so do people.
    for (let i = 0; i < 25 && !welcome(); i++) {
      await frame();
      const after = document.querySelector("[data-testid=progress]")?.textContent + document.querySelector("h1")?.textContent + document.querySelector(".actions .next")?.textContent;
      if (after !== now || open) break;
    }
  }
  await frame();
}
return presses;
