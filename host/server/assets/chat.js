// The chat page: puts the conversation and the screen together.

import { Conversation } from "./conversation.js";
import { lasting } from "./store.js";
import { languageOf, tagOf, textsOf } from "./strings.js";
import { View } from "./view.js";

const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const embedded = window.parent !== window;
const title = document.title;
const composer = byId("composer");
const input = byId("text");

let language = languageOf(lasting.get("language") ?? query.get("locale") ?? navigator.language);
let texts = textsOf(language);
let connection = "connecting";
let owner = { owner: "bot" };
let unread = 0;

const conversation = new Conversation(tagOf(language));
const view = new View({
  onChoice: (choice) => {
    say(choice);
    input.focus({ preventScroll: true });
  },
  onRetry: (id) => conversation.retry(id),
});

function speak() {
  texts = textsOf(language);
  document.documentElement.lang = tagOf(language);
  conversation.locale = tagOf(language);
  view.speak(texts, tagOf(language));
  const label = (id, text) => {
    byId(id).setAttribute("aria-label", text);
    byId(id).title = text;
  };
  byId("language").textContent = texts.language;
  byId("language").lang = tagOf(language === "zh" ? "en" : "zh");
  label("language", texts.languageHint);
  label("restart", texts.restart);
  label("close", texts.close);
  label("send", texts.send);
  byId("text-label").textContent = texts.label;
  input.placeholder = texts.placeholder;
  showState();
}

function showState() {
  const { owner: who, agent } = owner;
  let text = texts[connection];
  if (connection === "online" && who === "queue") text = texts.waiting;
  if (connection === "online" && who === "agent") text = agent ? texts.agentNamed(agent) : texts.agent;
  const line = byId("state");
  if (line.textContent !== text) line.textContent = text;
  document.documentElement.dataset.connection = connection;
}

function say(content) {
  view.own(conversation.send(content));
}

function submit() {
  const text = input.value.trim();
  if (!text) return;
  say({ text });
  input.value = "";
  grow();
  input.focus({ preventScroll: true });
}

/** As high as its text, up to the bound of the style sheet. */
function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
  byId("send").disabled = !input.value.trim();
}

function showUnread() {
  document.title = unread ? texts.unread(unread) + title : title;
  if (embedded) window.parent.postMessage({ jackfield: "unread", count: unread }, "*");
}

conversation.addEventListener("state", ({ detail }) => {
  connection = detail;
  showState();
});
conversation.addEventListener("turn", ({ detail: turn }) => {
  const news = view.turn(turn);
  owner = turn;
  showState();
  if (news && (document.hidden || embedded) && !document.hasFocus() && byId("log").classList.contains("live")) {
    unread += news;
    showUnread();
  }
});
conversation.addEventListener("typing", ({ detail }) => view.typing(detail));
conversation.addEventListener("current", () => {
  for (const message of conversation.unsent) if (!view.has(message.id)) view.own(message);
  if (!byId("log").classList.contains("live")) view.toEnd();
  view.live();
});
conversation.addEventListener("cleared", () => {
  owner = { owner: "bot" };
  view.clear();
  showState();
});
conversation.addEventListener("sending", ({ detail }) => view.mark(detail, "sending"));
conversation.addEventListener("sent", ({ detail }) => view.mark(detail, "sent"));
conversation.addEventListener("failed", ({ detail }) => view.mark(detail.id, "failed", detail.reason));

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  // While an input method composes, Enter takes its proposal and sends nothing.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    submit();
  }
});
byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  lasting.set("language", tagOf(language));
  speak();
});
byId("restart").addEventListener("click", () => {
  if (!byId("log").querySelector(".own") || window.confirm(texts.restartConfirm)) {
    conversation.restart();
    input.focus({ preventScroll: true });
  }
});
window.addEventListener("focus", () => {
  unread = 0;
  showUnread();
});

if (embedded) {
  document.documentElement.classList.add("embedded");
  const close = () => window.parent.postMessage({ jackfield: "close" }, "*");
  byId("close").hidden = false;
  byId("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && close());
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.jackfield === "opened") {
      unread = 0;
      showUnread();
      input.focus();
    }
  });
} else if (matchMedia("(hover: hover)").matches) {
  // Not on a phone: its keyboard would cover half of the page before anybody asked.
  input.focus();
}

speak();
grow();
conversation.start();
