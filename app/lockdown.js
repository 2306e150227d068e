// Takes away the browser's own gestures and keys. Navigation, dialogs and files
// are refused natively, in webview_linux.c.
// The list with its reasons is in docs/kiosk.md.
(() => {
  if (document.documentElement.dataset.locked) return;
  document.documentElement.dataset.locked = "true";

  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const on = (names, listener) => {
    for (const name of names.split(" ")) {
      window.addEventListener(name, listener, { capture: true, passive: false });
    }
  };

  on("contextmenu dragstart dragenter dragover drop gesturestart gesturechange", stop);
  // Ctrl with the wheel is zoom.
  on("wheel", (event) => { if (event.ctrlKey) stop(event); });
  // The middle button pastes, the fourth and fifth go back and forward.
  on("mousedown mouseup auxclick", (event) => { if (event.button !== 0) stop(event); });
  // A QR scanner types letters, digits and Enter; nothing needs a shortcut.
  on("keydown", (event) => {
    const browserKey = /^(F\d+|Browser\w+|GoBack|GoForward|Print\w*|ContextMenu)$/.test(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey || browserKey) stop(event);
  });
  // Pinching is zoom too; scrolling stays.
  document.documentElement.style.touchAction = "pan-x pan-y";
})();
