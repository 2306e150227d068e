// Programs of a test: started, waited for by what they say, ended by their id.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** Runs a program to its end and returns what it printed. */
export async function run(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = child.exitCode ?? (await new Promise((done) => child.once("exit", done)));
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}\n${out}\n${err}`);
  return out;
}

async function text(stream) {
  let all = "";
  for await (const part of stream.setEncoding("utf8")) all += part;
  return all;
}

/**
 * Starts a program and returns once a line of its output matches; fails with
 * what it said when it ends before. `stop` ends it and waits until it has.
 */
export async function start(program, args, ready, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const said = [];
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  const match = await new Promise((resolve, reject) => {
    const hear = (line) => {
      said.push(line);
      const found = ready.exec(line);
      if (found) resolve(found);
    };
    createInterface(child.stdout).on("line", hear);
    createInterface(child.stderr).on("line", hear);
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`${program} ended with ${code}\n${said.slice(-30).join("\n")}`)));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    return ended;
  };
  return { match, said, ended, stop, pid: child.pid };
}

/** An address that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
