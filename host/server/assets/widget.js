/*
 * Puts the chat into any page:
 *
 *   <script src="https://chat.example.com/widget.js" async></script>
 *
 * data-title   what the button says to a screen reader (default: Chat)
 * data-locale  language of the chat, otherwise the browser's
 * data-side    "left" puts it on the left
 * data-color   background of the button; the sign on it is white
 *
 * The chat runs in a frame of its own origin: neither page can read the other.
 */
(() => {
  const script = document.currentScript;
  if (!script || document.querySelector("jackfield-chat")) return;
  const home = new URL(script.src).origin;
  const { title, locale, side, color } = script.dataset;
  const chinese = /^zh\b/i.test(locale ?? navigator.language);
  const name = title ?? (chinese ? "在线客服" : "Chat");

  const style = `
    :host { all: initial; color-scheme: light dark; }
    * { box-sizing: border-box; }
    button, iframe { position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); ${side === "left" ? "left" : "right"}: 20px; }
    button { z-index: 2147483000; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; cursor: pointer;
      background: var(--color, #2856c8); color: #fff; box-shadow: 0 2px 6px rgb(0 0 0 / 18%), 0 8px 24px rgb(0 0 0 / 18%);
      transition: transform .15s; }
    button:hover { transform: scale(1.05); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px var(--color, #2856c8); }
    svg { display: block; width: 28px; height: 28px; margin: auto; fill: none; stroke: currentcolor; stroke-width: 1.9;
      stroke-linecap: round; stroke-linejoin: round; }
    .count { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
      background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center; }
    iframe { z-index: 2147483001; width: 400px; height: min(680px, calc(100dvh - 40px)); border: 0; border-radius: 20px;
      background: Canvas; box-shadow: 0 2px 8px rgb(0 0 0 / 14%), 0 16px 56px rgb(0 0 0 / 24%); }
    [hidden] { display: none !important; }
    @media (max-width: 480px) {
      iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
    }
    @media (prefers-reduced-motion: reduce) { button { transition: none; } }
  `;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);

  const host = document.createElement("jackfield-chat");
  const root = host.attachShadow({ mode: "open" });
  // Not a <style>: the page's own policy may forbid those.
  root.adoptedStyleSheets = [sheet];
  if (color) host.style.setProperty("--color", color);

  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  const ns = "http://www.w3.org/2000/svg";
  const sign = document.createElementNS(ns, "svg");
  sign.setAttribute("viewBox", "0 0 24 24");
  sign.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", "M12 4c-4.7 0-8.5 3.1-8.5 7 0 2.2 1.2 4.1 3.1 5.4L6 20l4-2.2c.6.1 1.3.2 2 .2 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4z");
  sign.append(path);
  const count = document.createElement("span");
  count.className = "count";
  count.hidden = true;
  button.append(sign, count);
  root.append(button);

  let frame = null;
  let loaded = false;

  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = name;
      frame.src = `${home}/chat${locale ? `?locale=${encodeURIComponent(locale)}` : ""}`;
      frame.addEventListener("load", () => {
        loaded = true;
        tellOpened();
      });
      root.append(frame);
    }
    frame.hidden = false;
    button.hidden = true;
    button.setAttribute("aria-expanded", "true");
    show(0);
    frame.focus();
    tellOpened();
  }

  /** The chat then puts the cursor where one writes. */
  function tellOpened() {
    if (loaded && !frame.hidden) frame.contentWindow.postMessage({ jackfield: "opened" }, home);
  }

  function close() {
    if (!frame || frame.hidden) return;
    frame.hidden = true;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  function show(unread) {
    count.hidden = !unread;
    count.textContent = unread > 9 ? "9+" : String(unread);
    button.setAttribute("aria-label", unread ? `${name} (${unread})` : name);
  }

  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home) return;
    if (event.data?.jackfield === "close") close();
    if (event.data?.jackfield === "unread" && frame.hidden) show(Number(event.data.count) || 0);
  });
  const put = () => document.body.append(host);
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put);
})();
