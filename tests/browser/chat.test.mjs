// What a customer lives through in a browser: a real host, a real pack, a real Chromium.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { Chat, desktop, openBrowser, openPage, phone } from "./chat.mjs";
import { Host } from "./host.mjs";

let host;
let browser;

before(async () => {
  host = await Host.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

/** Opens the chat in a fresh browser profile, closes it after the test, and fails for mistakes of its scripts. */
async function visit(t, options) {
  const opened = await openPage(browser, options);
  t.after(async () => {
    await opened.close();
    assert.deepEqual(opened.mistakes, []);
  });
  await opened.page.goto(host.url);
  return { page: opened.page, chat: new Chat(opened.page) };
}

/** The lines of the transcript that have these words. */
function lines(transcript, words) {
  return transcript.flat().filter((line) => line.includes(words));
}

test("a plan is changed in Chinese, through a reload and a crash of the host", async (t) => {
  const changes = await host.changes();
  const { page, chat } = await visit(t, { ...desktop, locale: "zh-CN" });
  await chat.state("在线");
  await chat.answer("您好");
  assert.ok((await chat.choices.count()) >= 4, "the greeting offers what the bot can do");

  await chat.say("我要换套餐");
  await chat.answer("手机号码");
  await chat.say("13800138001");
  await chat.answer("验证码");
  await chat.say(await chat.code());
  await chat.answer("京华惠享4G 38档");

  const beforeReload = await chat.transcript();
  assert.equal(lines(beforeReload, "••••••").length, 1, "the code is masked once the host has it");
  await page.reload();
  await chat.state("在线");
  await chat.shows(beforeReload);

  await chat.press("¥39.00/月");
  await chat.answer(/从「京华惠享4G 38档.*」（¥38\.00\/月）换成「京华畅享5G 39档.*」（¥39\.00\/月）.*起生效。确认办理吗？/);
  assert.match(await page.locator(".card").innerText(), /京华畅享5G 39档[^]*¥39\.00[^]*19\sGB[^]*70分钟/);
  assert.equal(await host.changes(), changes, "nothing is changed before the customer confirms");

  const beforeCrash = await chat.transcript();
  await host.kill();
  await chat.state(/正在(连接|重试)/);
  await host.again();
  await chat.state("在线");
  await chat.shows(beforeCrash);

  await chat.press("确认办理");
  await chat.answer("正在为您办理");
  await chat.answer("办理成功，您已换成「京华畅享5G 39档");
  assert.equal(await host.changes(), changes + 1);
  const end = await chat.transcript();
  assert.equal(lines(end, "办理成功").length, 1);
  assert.deepEqual(end.slice(0, beforeCrash.length - 1), beforeCrash.slice(0, -1), "what was said before stays");

  await page.reload();
  await chat.shows(end);
});

test("a plan is changed in English on a phone, and the host crashes while the operator works", async (t) => {
  const changes = await host.changes();
  const { page, chat } = await visit(t, { ...phone, locale: "en-US" });
  await chat.state("Online");
  await chat.press("Change my plan");
  await chat.answer("mobile number");
  await chat.say("13500135005");
  await chat.answer("6-digit code");
  await chat.say(await chat.code());
  await chat.answer("pick one");

  const { width, height } = phone.viewport;
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "nothing is cut off at the side");
  const field = await chat.input.boundingBox();
  assert.ok(field.y + field.height <= height, "the text field is on the screen");
  for (const choice of await chat.choices.all()) {
    const box = await choice.boundingBox();
    assert.ok(box.height >= 44, "choices are high enough for a finger");
    assert.ok(box.x >= 0 && box.x + box.width <= width, "choices fit the screen");
  }

  await chat.choices.first().click();
  await chat.answer("Shall I go ahead?");
  await host.carrier({ mode: "slow", delay_ms: 1500, only: "changes" });
  await chat.press("Yes, change it");
  await chat.answer("being processed");
  await host.kill();
  await chat.state(/Connecting|No connection/);

  await chat.say("thank you");
  await host.again();
  await chat.state("Online");
  await chat.log.getByText("Done! You're now on").waitFor();
  await chat.log.getByText("You are welcome!").waitFor();
  await host.carrier({ mode: "normal" });
  const end = await chat.transcript();
  assert.equal(lines(end, "Done! You're now on").length, 1, "told once");
  assert.equal(lines(end, "thank you").length, 1, "what was written while the host was away arrives once");
  assert.equal(await host.changes(), changes + 1, "changed once");
  assert.equal(await page.getByText("Sending…").count(), 0);
});

test("a conversation needs no mouse", async (t) => {
  const { page, chat } = await visit(t, { ...desktop, locale: "en-US" });
  await chat.state("Online");
  await chat.answer("Hello!");
  const focused = page.locator(":focus");
  assert.equal(await focused.getAttribute("id"), await chat.input.getAttribute("id"), "one can write at once");

  let label = "";
  for (let tabs = 0; tabs < 10 && label !== "Change my plan"; tabs += 1) {
    await page.keyboard.press("Shift+Tab");
    label = await focused.innerText();
  }
  assert.equal(label, "Change my plan");
  assert.notEqual(await focused.evaluate((node) => getComputedStyle(node).outlineStyle), "none", "one sees where one is");
  await page.keyboard.press("Enter");
  await chat.answer("mobile number");

  await page.keyboard.type("13800138001");
  await page.keyboard.press("Enter");
  await chat.answer("6-digit code");
  await page.keyboard.type("cancel");
  await page.keyboard.press("Enter");
  await chat.answer("Nothing was changed");
});

/** Opens a page of another origin that has the widget in it. */
async function visitShop(t, name) {
  const site = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>Shop</title><h1>Shop</h1><script src="${host.url}widget.js" async></script>`);
  });
  await new Promise((listening) => site.listen(0, "127.0.0.1", listening));
  const opened = await openPage(browser, { ...desktop, locale: "en-US" });
  t.after(async () => {
    await opened.close();
    site.close();
    assert.deepEqual(opened.mistakes, []);
  });
  const { page } = opened;
  await page.goto(`http://${name}:${site.address().port}/`);
  return { page, button: page.getByRole("button", { name: "Chat" }), chat: new Chat(page.frameLocator("iframe")) };
}

test("the chat stands in a page of another origin", async (t) => {
  const { page, button, chat } = await visitShop(t, "127.0.0.1");
  await button.click();
  await chat.answer("Hello!");
  await chat.say("I'd like to change my plan");
  await chat.answer("mobile number");
  const said = await chat.transcript();

  await chat.input.press("Escape");
  await page.locator("iframe").waitFor({ state: "hidden" });
  await button.and(page.locator(":focus")).waitFor();

  // The next page of the shop.
  await page.reload();
  await button.click();
  await chat.shows(said);
});

test("what arrives while the chat of another page is closed is counted on its button", async (t) => {
  const { page, button, chat } = await visitShop(t, "127.0.0.1");
  await button.click();
  await chat.answer("Hello!");
  await chat.press("Change my plan");
  await chat.answer("mobile number");
  await chat.say("13300133006");
  await chat.answer("6-digit code");
  await chat.say(await chat.code());
  await chat.answer("pick one");
  await chat.choices.first().click();
  await chat.answer("Shall I go ahead?");
  await host.carrier({ mode: "slow", delay_ms: 1500, only: "changes" });
  t.after(() => host.carrier({ mode: "normal" }));
  await chat.press("Yes, change it");
  await chat.answer("being processed");
  await chat.input.press("Escape");
  await page.getByRole("button", { name: "Chat (1)" }).click();
  await chat.answer("Done!");
});

test("the chat works where the browser lets it keep nothing", async (t) => {
  const { page, button, chat } = await visitShop(t, "localhost");
  // As browsers do to frames of other sites when their user wants it.
  await page.addInitScript(() => {
    const forbidden = { get: () => { throw new DOMException("Access is denied for this document.", "SecurityError"); } };
    Object.defineProperty(window, "localStorage", forbidden);
    Object.defineProperty(window, "sessionStorage", forbidden);
  });
  await page.reload();
  await button.click();
  await chat.answer("Hello!");
  await chat.say("I'd like to change my plan");
  await chat.answer("mobile number");
});
