// The conversation with the host: a token, an event stream that comes back by itself, and messages that arrive
// exactly once. A message keeps its id through every attempt, so the host can tell a repetition.

import { lasting, ofTab } from "./store.js";

const API = "/chat/api";
/** Longest wait between two attempts, ms. */
const LONGEST_WAIT = 15_000;
/** The host pings every 15 s; a stream silent for longer than this is dead, ms. */
const SILENCE = 40_000;

/** The host said no. */
export class Refused extends Error {
  constructor(status, error, retryAfter) {
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = error?.code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may do better later. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }
}

async function post(path, token, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(API + path, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store" });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.error, Number(response.headers.get("retry-after")) || 0);
  }
  return answer;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits longer after each failure, and never in step with other pages. */
function waitAfter(failures, error) {
  const doubled = Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  return Math.max(doubled, (error?.retryAfter ?? 0) * 1000);
}

/**
 * Events: `state` ("connecting", "online", "offline"), `turn` (a committed turn), `typing` (true or false),
 * `current` (everything said so far has been shown), `cleared` (the log is another contact's now), `sending`, `sent`
 * and `failed` (a message of ours).
 */
export class Conversation extends EventTarget {
  #locale;
  #token = lasting.get("token");
  #last = "";
  #stream = null;
  #watchdog = 0;
  #failures = 0;
  #epoch = 0;
  #outbox = ofTab.get("outbox") ?? [];
  #sending = false;

  constructor(locale) {
    super();
    this.#locale = locale;
    window.addEventListener("online", () => this.#reconnect());
    window.addEventListener("offline", () => this.#tell("state", "offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.#stream) this.#reconnect();
    });
  }

  /** The language for greeting and messages from now on. */
  set locale(locale) {
    this.#locale = locale;
  }

  /** Messages that are not known to have arrived, oldest first. */
  get unsent() {
    return [...this.#outbox];
  }

  /** Connects; messages that a reload interrupted are sent again. */
  start() {
    this.#connect();
  }

  /** Sends a text, or `{choice, label}`; answers the message. */
  send(content) {
    const message = { id: crypto.randomUUID?.() ?? fallbackId(), locale: this.#locale, ...content };
    this.#outbox.push(message);
    this.#keep();
    this.#flush();
    return message;
  }

  /** Tries a failed message again. */
  retry(id) {
    const message = this.#outbox.find((message) => message.id === id);
    if (!message) return;
    message.failed = false;
    this.#tell("sending", id);
    this.#flush();
  }

  /** Leaves this conversation and opens another, as another contact. */
  restart() {
    this.#forget();
    this.#connect();
  }

  #forget() {
    this.#token = null;
    lasting.remove("token");
    this.#last = "";
    this.#outbox = [];
    this.#keep();
    this.#disconnect();
    this.#tell("cleared");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #keep() {
    ofTab.set("outbox", this.#outbox);
  }

  #disconnect() {
    this.#epoch += 1;
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#watchdog);
  }

  #reconnect() {
    this.#failures = 0;
    this.#connect();
  }

  async #connect() {
    this.#disconnect();
    const epoch = this.#epoch;
    this.#tell("state", this.#failures > 1 ? "offline" : "connecting");
    try {
      const token = this.#token;
      const { token: renewed } = await post("/sessions", token, { locale: this.#locale });
      if (epoch !== this.#epoch) return;
      // A token that was no longer good is answered with one of another contact: the log is not theirs.
      if (token && contactOf(token) !== contactOf(renewed)) {
        this.#last = "";
        this.#tell("cleared");
      }
      this.#token = renewed;
      lasting.set("token", renewed);
    } catch (error) {
      if (epoch === this.#epoch) this.#again(error);
      return;
    }
    this.#listen(epoch);
    this.#flush();
  }

  #again(error) {
    const epoch = this.#epoch;
    const wait = waitAfter(this.#failures, error);
    this.#failures += 1;
    this.#tell("state", "offline");
    setTimeout(() => epoch === this.#epoch && this.#connect(), wait);
  }

  #listen(epoch) {
    const query = new URLSearchParams({ token: this.#token });
    if (this.#last) query.set("after", this.#last);
    const stream = new EventSource(`${API}/events?${query}`);
    this.#stream = stream;
    const alive = () => {
      clearTimeout(this.#watchdog);
      this.#watchdog = setTimeout(() => this.#reconnect(), SILENCE);
    };
    const on = (name, take) =>
      stream.addEventListener(name, (event) => {
        if (epoch !== this.#epoch) return;
        alive();
        take(event);
      });
    on("open", () => {
      this.#failures = 0;
      this.#tell("state", "online");
    });
    on("ping", () => {});
    on("current", () => this.#tell("current"));
    on("turn", (event) => {
      this.#last = event.lastEventId;
      const turn = JSON.parse(event.data);
      const arrived = new Set(turn.said.map((said) => said.id));
      if (this.#outbox.some((message) => arrived.has(message.id))) {
        this.#outbox = this.#outbox.filter((message) => !arrived.has(message.id));
        this.#keep();
      }
      this.#tell("turn", turn);
    });
    on("typing", (event) => this.#tell("typing", JSON.parse(event.data).on));
    stream.addEventListener("error", () => {
      if (epoch !== this.#epoch) return;
      // Browsers come back by themselves after a break, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED) this.#again();
      else this.#tell("state", "connecting");
    });
    alive();
  }

  /** Sends what waits, one after the other: the order is the order of writing. */
  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    let failures = 0;
    for (;;) {
      const message = this.#outbox.find((message) => !message.accepted && !message.failed);
      if (!message || !this.#token) break;
      const { id, text, choice, locale } = message;
      try {
        await post("/messages", this.#token, { id, text, choice, locale });
        message.accepted = true;
        failures = 0;
        this.#tell("sent", id);
      } catch (error) {
        if (error instanceof Refused && error.status === 401) {
          // Expired: a new token, then the same message with the same id.
          this.#connect();
          break;
        }
        if (error instanceof Refused && !error.passing) {
          message.failed = true;
          this.#tell("failed", { id, reason: error.message });
        } else {
          await pause(waitAfter(failures, error));
          failures += 1;
        }
      }
      this.#keep();
    }
    this.#sending = false;
  }
}

function contactOf(token) {
  return token.split(".")[0];
}

/** `crypto.randomUUID` is missing on pages without HTTPS. */
function fallbackId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
