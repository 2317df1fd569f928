// A real host with the telecom pack and the simulated operator behind it, on loopback, with data of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** The program of this name that was built last, or none. */
export function built(name) {
  const files = ["release", "debug"].map((profile) => join(target, profile, name)).filter((file) => existsSync(file));
  return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Starts a program and waits for the line that has `ready` in it; answers both. */
async function started(command, ready) {
  const [program, ...args] = command;
  // The operator ends itself when its input closes; what a program logs is shown when it does not start.
  const child = spawn(program, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (data) => (log = (log + data).slice(-10_000)));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(ready)) {
      child.stdout.resume();
      return { child, line };
    }
  }
  throw new Error(`${command.join(" ")} did not start:\n${log}`);
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

export class Host {
  #jackfield;
  #home;
  #carrier;
  #pack;
  #process;
  /** Where the chat is. */
  url;

  /** Builds the pack and starts everything on free ports. */
  static async start() {
    const host = new Host();
    host.#jackfield = process.env.JACKFIELD ?? built("jackfield");
    host.#home = mkdtempSync(join(tmpdir(), "jackfield-browser-"));
    const carrier = built("carrier-api");
    const command = carrier ? [carrier] : ["cargo", "run", "--quiet", "--release", "-p", "carrier-api", "--"];
    const { child, line } = await started([...command, "--port", "0", "--until-stdin-closes"], "carrier-api listening on");
    host.#carrier = { child, url: line.split(" ").at(-1) };
    host.#pack = process.env.TELECOM_PACK ?? (await host.#build());
    host.#configure();
    await host.#serve("127.0.0.1:0");
    return host;
  }

  async #build() {
    const pack = join(this.#home, "telecom.jfpack");
    const child = spawn(this.#jackfield, ["pack", "build", "plugins/telecom", "-o", pack], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    child.stderr.on("data", (data) => (log += data));
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`the telecom pack does not build:\n${log}`);
    return pack;
  }

  #configure() {
    writeFileSync(
      join(this.#home, "jackfield.toml"),
      `[packs."com.jackfield.telecom"]\nallow-private = true\n` +
        `[packs."com.jackfield.telecom".config]\ncarrier-base = "${this.#carrier.url}"\n` +
        `[identity]\ncode = "shown"\n`,
    );
  }

  async #serve(listen) {
    const of = (name) => join(this.#home, name);
    const { child, line } = await started(
      [this.#jackfield, "serve", this.#pack, "--allow-unsigned", "--listen", listen]
        .concat(["--data", of("data"), "--config", of("jackfield.toml")]),
      "serving on",
    );
    this.#process = child;
    this.url = line.split(" ").at(-1);
  }

  /** Ends the host in the middle of whatever it does, as a power cut would. */
  async kill() {
    this.#process.kill("SIGKILL");
    await ended(this.#process);
  }

  /** Starts it again where it was. */
  async again() {
    await this.#serve(new URL(this.url).host);
  }

  /** Makes the operator slow or faulty, see examples/carrier-api/README.md. */
  async carrier(setting) {
    await this.#ask("/control", { method: "POST", body: JSON.stringify(setting), headers: { "content-type": "application/json" } });
  }

  /** How many plan changes the operator has applied. */
  async changes() {
    return (await this.#ask("/plan-changes")).applied;
  }

  async #ask(path, options) {
    const answer = await fetch(this.#carrier.url + path, options);
    if (!answer.ok) throw new Error(`the operator answers ${answer.status} to ${path}`);
    return answer.json();
  }

  async stop() {
    await this.kill();
    this.#carrier.child.kill();
    await ended(this.#carrier.child);
    rmSync(this.#home, { recursive: true, force: true });
  }
}
