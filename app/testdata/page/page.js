const blocked = [];
addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));

const call = (method, path, body = "") => window.go.app.Bridge.Fetch(method, path, {}, body);
const report = (facts) => call("POST", "/report", JSON.stringify(facts));
const cases = {
  async bridge() {
    const echo = await call("POST", "/echo?q=%E5%BC%A0", '{"name":"王𬭎 \u2028 </script>"}');
    const status = async (path) => (await call("GET", path)).status;
    report({
      echo: JSON.parse(echo.body).body,
      bytes: (await call("GET", "/bytes")).body,
      panic: await status("/panic"),
      nil: await status("/nil"),
      nilAgain: await status("/nil"),
      large: await status("/large"),
      parallel: (await Promise.all(Array.from({ length: 200 }, () => status("/echo")))).filter((s) => s === 201).length,
    });
  },
  async policy() {
    try { (0, eval)("window.evalRan = true"); } catch { /* the policy forbids it */ }
    await fetch("http://127.0.0.1:9/").catch(() => {});
    document.getElementById("app").setAttribute("style", "color: red");
    const post = await fetch("./page.js", { method: "POST" }).then((r) => r.status, () => 0);
    report({
      inlineRan: window.inlineRan === true,
      evalRan: window.evalRan === true,
      blocked: [...new Set(blocked)].sort(),
      post,
      size: [innerWidth, innerHeight],
      stored: localStorage.getItem("seen"),
    });
    localStorage.setItem("seen", "yes");
  },
  async events() {
    window.runtime.EventsOn("lianxin", (event) => report(event));
    await call("POST", "/emit");
  },
  async exit() { await call("POST", "/exit"); },
  // A note from its beginning to its end, on a page nobody has touched.
  async sound() {
    const bell = new AudioContext();
    if (bell.state !== "running") await new Promise((begun) => { bell.onstatechange = begun; });
    const note = new OscillatorNode(bell);
    const heard = new Promise((over) => { note.onended = over; });
    note.connect(bell.destination);
    note.start();
    note.stop(bell.currentTime + 0.1);
    await heard;
    report({ bell: bell.state });
  },
  async idle() {},
  // The first load freezes, once it was drawn; the one after the reload says so.
  async freeze() {
    const { body } = await call("POST", "/load");
    if (body !== "1") { report({ load: body }); return; }
    for (let n = 0; n < 6; n++) await new Promise((drawn) => requestAnimationFrame(drawn));
    setTimeout(() => { for (;;); }, 1000);
  },
  async blank() { document.getElementById("app").replaceChildren(); },
  // Navigation, new windows and dialogs: none may happen and none may block.
  async leave() {
    const opened = window.open("https://example.com/") !== null;
    window.alert("a dialog");
    const confirmed = window.confirm("a dialog");
    window.print();
    const picker = Object.assign(document.createElement("input"), { type: "file" });
    picker.click();
    for (const address of ["https://example.com/", "about:blank", "file:///etc/passwd"]) {
      location.href = address;
      await new Promise((r) => setTimeout(r, 200));
    }
    report({ opened, confirmed, files: picker.files.length, address: location.href });
  },
  async quit() { window.runtime.Quit(); await new Promise((r) => setTimeout(r, 300)); report({ alive: true }); },
};

const name = (await call("GET", "/case")).body;
document.getElementById("app").append(Object.assign(document.createElement("p"), { textContent: name }));
setInterval(() => window.go.app.Bridge.Heartbeat(), 1000);
cases[name]();
