// Tells Go every five seconds that the page shows something and its main thread
// runs. The first beat follows the first real paint; later ones do not wait for
// frames, because a sleeping display draws none.
(() => {
  const root = document.getElementById("app") ?? document.body;
  const beat = () => {
    if (root.isConnected && root.childElementCount > 0) window.go.app.Bridge.Heartbeat();
  };
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    beat();
    setInterval(beat, 5000);
  };
  const look = () => {
    if (root.childElementCount === 0) requestAnimationFrame(look);
    else requestAnimationFrame(() => requestAnimationFrame(start));
  };
  requestAnimationFrame(look);
  setTimeout(start, 15000);
})();
