// What is on the screen. Everything that came over the network is put in as text, never as HTML.

/** A label with the time stands above a turn this long after the last one, ms. */
const PAUSE = 15 * 60_000;
/** As near to the end as this, the reader is reading the newest words, px. */
const NEAR = 96;
/** Labels of choices that are wider than this stand under each other; a Chinese sign is as wide as two letters. */
const WIDE = 26;
const LINK = /https?:\/\/[^\s<>"'，。；！？、）】》]+/g;

function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children.filter((child) => child != null));
  return node;
}

function unseen(text) {
  return element("span", "unseen", `${text}: `);
}

/** Text with its web addresses as links. */
function linked(text) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    parts.append(text.slice(end, match.index), linkTo(address, address));
    end = match.index + address.length;
  }
  parts.append(text.slice(end));
  return parts;
}

function linkTo(address, words, className) {
  const link = element("a", className, words);
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function width(text) {
  return Array.from(text).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
}

/** Only these leave the page; a pack may name others. */
function isWeb(address) {
  return /^https:\/\//i.test(address ?? "");
}

export class View {
  #texts;
  #tag;
  #log = document.getElementById("log");
  #scroll = document.getElementById("scroll");
  #typing = document.getElementById("typing");
  #latest = document.getElementById("latest");
  #lastAt = 0;
  /** Own messages that no turn has shown yet, by id. */
  #pending = new Map();
  #onChoice;
  #onRetry;

  constructor({ onChoice, onRetry }) {
    this.#onChoice = onChoice;
    this.#onRetry = onRetry;
    this.#latest.addEventListener("click", () => this.toEnd());
    this.#scroll.addEventListener("scroll", () => this.#atEnd() && (this.#latest.hidden = true), { passive: true });
    // A keyboard that slides in must not cover the newest words.
    let sticks = true;
    this.#scroll.addEventListener("scroll", () => (sticks = this.#atEnd()), { passive: true });
    new ResizeObserver(() => sticks && this.toEnd()).observe(this.#scroll);
  }

  /** The language of everything the page says itself. */
  speak(texts, tag) {
    this.#texts = texts;
    this.#tag = tag;
    this.#log.setAttribute("aria-label", texts.log);
    this.#latest.textContent = texts.latest;
    document.getElementById("typing-text").textContent = texts.typing;
    for (const [id, row] of this.#pending) this.mark(id, row.dataset.state);
  }

  clear() {
    this.#log.replaceChildren();
    this.#pending.clear();
    this.#lastAt = 0;
    this.#log.setAttribute("aria-live", "off");
    this.typing(false);
  }

  /** From now on a screen reader reads what is added; what was said before is not read out again. */
  live() {
    this.#log.setAttribute("aria-live", "polite");
    this.#log.classList.add("live");
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#latest.hidden = true;
  }

  typing(on) {
    const stay = this.#atEnd();
    this.#typing.hidden = !on;
    if (on && stay) this.toEnd();
  }

  has(id) {
    return this.#pending.has(id);
  }

  /** Shows an own message at once, before the host has it. */
  own(message) {
    this.#retireChoices();
    const row = this.#ownRow(message.text ?? message.label);
    this.#pending.set(message.id, row);
    this.#log.append(row);
    this.mark(message.id, message.failed ? "failed" : message.accepted ? "sent" : "sending");
    this.toEnd();
  }

  /** How far an own message has come: `sending`, `sent` or `failed`. */
  mark(id, state, reason) {
    const row = this.#pending.get(id);
    if (!row) return;
    row.dataset.state = state;
    row.querySelector(".note")?.remove();
    if (state === "sending") {
      row.append(element("p", "note slow", this.#texts.sending));
    } else if (state === "failed") {
      const again = element("button", "again", this.#texts.again);
      again.type = "button";
      again.addEventListener("click", () => this.#onRetry(id));
      row.append(element("p", "note bad", `${this.#texts.failed} `, reason ? `${reason} ` : null, again));
    }
  }

  /** Shows a committed turn; answers how many messages of others are in it. */
  turn(turn) {
    const stay = this.#atEnd();
    const next = () => this.#pending.values().next().value ?? null;
    const first = turn.said.map((said) => this.#pending.get(said.id)).find(Boolean) ?? next();
    this.#time(turn.at, first);
    for (const said of turn.said) {
      this.#retireChoices();
      const shown = this.#pending.get(said.id);
      this.#pending.delete(said.id);
      if (shown) {
        shown.dataset.state = "";
        shown.querySelector(".note")?.remove();
        // What the host keeps counts: it may have masked a code, say.
        shown.querySelector(".bubble").replaceChildren(linked(said.text));
      } else {
        this.#log.insertBefore(this.#ownRow(said.text), next());
      }
    }
    for (const message of turn.messages) {
      if (message.choices) this.#retireChoices();
      this.#log.insertBefore(this.#row(message, turn.agent), next());
    }
    if (turn.closed) {
      this.#retireChoices();
      this.#log.insertBefore(element("p", "system", this.#texts.ended), next());
    }
    if (turn.messages.length) this.typing(false);
    if (stay) this.toEnd();
    else if (turn.messages.length) this.#latest.hidden = false;
    return turn.messages.length;
  }

  #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #time(at, before) {
    if (at - this.#lastAt > PAUSE) {
      const day = (date) => new Date(date).toDateString();
      const clock = { hour: "numeric", minute: "2-digit" };
      const format =
        day(at) === day(Date.now()) ? clock : { weekday: "short", day: "numeric", month: "short", ...clock };
      const label = element("time", "when", new Intl.DateTimeFormat(this.#tag, format).format(at));
      label.dateTime = new Date(at).toISOString();
      this.#log.insertBefore(label, before);
    }
    this.#lastAt = Math.max(at, this.#lastAt);
  }

  #ownRow(text) {
    return element("div", "row own", unseen(this.#texts.you), element("div", "bubble", linked(text)));
  }

  #row(message, agent) {
    if (message.from === "system") {
      const line = element("p", "system", linked(message.text));
      line.lang = message.locale;
      return line;
    }
    const person = message.from === "agent";
    const row = element("div", `row ${person ? "agent" : "bot"}`);
    const face = element("span", "face", person ? (agent ?? this.#texts.colleague).slice(0, 1) : null);
    face.setAttribute("aria-hidden", "true");
    const parts = element("div", "parts", unseen(person ? (agent ?? this.#texts.colleague) : this.#texts.bot));
    parts.lang = message.locale;
    if (message.text) parts.append(element("div", "bubble", linked(message.text)));
    if (message.card) parts.append(this.#card(message.card));
    for (const media of message.media ?? []) parts.append(this.#media(media));
    if (message.choices) parts.append(this.#choices(message.choices));
    row.append(face, parts);
    return row;
  }

  #card({ title, text, facts, link }) {
    const card = element("section", "card", element("h2", "", title));
    if (text) card.append(element("p", "", linked(text)));
    if (facts.length) {
      const rows = facts.map(([label, value]) => element("div", "", element("dt", "", label), element("dd", "", value)));
      card.append(element("dl", "", ...rows));
    }
    if (isWeb(link)) card.append(linkTo(link, this.#texts.open, "more"));
    return card;
  }

  #media({ source, type, description }) {
    if (isWeb(source) && type.startsWith("image/")) {
      const image = element("img", "picture");
      image.src = source;
      image.alt = description;
      image.loading = "lazy";
      image.referrerPolicy = "no-referrer";
      return image;
    }
    const words = description || this.#texts.attachment;
    return isWeb(source) ? linkTo(source, words, "more") : element("p", "file", words);
  }

  #choices(choices) {
    const list = choices.some(({ label }) => width(label) > WIDE);
    const group = element("div", list ? "choices list" : "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.#texts.choices);
    for (const { token, label } of choices) {
      const button = element("button", "choice", label);
      button.type = "button";
      button.addEventListener("click", () => this.#onChoice({ choice: token, label }));
      group.append(button);
    }
    return group;
  }

  /** Choices go once something was said after them, so that nobody taps an old question. */
  #retireChoices() {
    for (const group of this.#log.querySelectorAll(".choices")) group.remove();
  }
}
