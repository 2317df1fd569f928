// The chat page as its user sees it: what was said, what can be pressed, what can be typed.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

/** Longest wait for anything that must come by itself, ms: for slow machines, not for a person's patience. */
const PATIENCE = 60_000;

export const desktop = { viewport: { width: 1280, height: 900 } };
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  // A container's root has no user namespaces for the browser's own sandbox.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args });
}

/** A page with nothing kept from others, which fails the test when a script on it fails. */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const mistakes = [];
  page.on("pageerror", (error) => mistakes.push(String(error)));
  page.on("console", (message) => {
    // That the host is away is no mistake of the page.
    if (message.type() === "error" && !/net::ERR_/.test(message.text())) mistakes.push(message.text());
  });
  return { page, mistakes, close: () => context.close() };
}

export class Chat {
  /** `place` is a page, or the frame that the chat is in. */
  constructor(place) {
    this.input = place.getByRole("textbox");
    this.log = place.getByRole("log");
    this.status = place.locator("#state");
    this.choices = this.log.getByRole("group").getByRole("button");
  }

  /** Waits for this word in the head of the page. */
  async state(text) {
    await this.status.and(this.status.page().getByText(text)).waitFor();
  }

  async say(text) {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  async press(label) {
    await this.choices.filter({ hasText: label }).click();
  }

  /** Waits for an answer like this to the last thing the customer said. */
  async answer(pattern) {
    await this.log.locator(".bot:not(:has(~ .own))").filter({ hasText: pattern }).last().waitFor();
  }

  /** The one-time code, which a demonstration shows in the conversation. */
  async code() {
    const line = this.log.locator(".system:not(:has(~ .own))").filter({ hasText: /\d{6}/ });
    return (await line.innerText()).match(/\d{6}/)[0];
  }

  /** Everything said so far, in order: who, words, and the labels that can be pressed. */
  async transcript() {
    const rows = await this.log.locator(".row, .system").all();
    return Promise.all(rows.map(async (row) => (await row.innerText()).split("\n").filter((line) => line.trim())));
  }

  /** Waits until the transcript is this one again, then makes sure that it is word for word. */
  async shows(transcript) {
    await this.log.locator(".row, .system").nth(transcript.length - 1).waitFor();
    assert.deepEqual(await this.transcript(), transcript);
  }
}
