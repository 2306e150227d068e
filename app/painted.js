// Tells Go once when the page has drawn something: its root holds elements and
// two frames have passed. A sleeping display draws no frames; then the timer
// speaks instead.
(() => {
  const root = document.getElementById("app");
  let told = false;
  const tell = () => {
    if (told || root.childElementCount === 0) return;
    told = true;
    window.runtime.EventsEmit("painted");
  };
  const look = () => {
    if (root.childElementCount === 0) requestAnimationFrame(look);
    else requestAnimationFrame(() => requestAnimationFrame(tell));
  };
  requestAnimationFrame(look);
  setTimeout(tell, 15000);
})();
