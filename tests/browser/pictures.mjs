// Makes the pictures of docs/screenshots from real conversations: node pictures.mjs
// With a folder it puts a picture of every step there instead, to look at: node pictures.mjs FOLDER
// The files of the page are taken from the source folder, so one can look at a change of them without a build.

import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Chat, openBrowser, openPage, phone } from "./chat.mjs";
import { Host } from "./host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const every = process.argv.length > 2;
const folder = process.argv[2] ?? here("../../docs/screenshots");
const assets = here("../../host/server/assets");
/** A picture in the README is no larger, bytes. */
const LARGEST = 200_000;

// On a bare machine the system's own font is whatever comes first; a phone or a desktop has chosen one.
const noto = "/usr/share/fonts/opentype/noto";
if (!existsSync(noto)) {
  // Without any font the browser ends at its first page, and says nothing.
  console.error(`missing: ${noto} (Debian: apt-get install fonts-noto-cjk)`);
  process.exit(1);
}
const fonts = join(tmpdir(), "jackfield-fonts.conf");
writeFileSync(
  fonts,
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
   <dir>${noto}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>`,
);
process.env.FONTCONFIG_FILE = fonts;

const words = {
  "zh-CN": { hello: "您好", start: "我要换套餐", number: "手机号码", code: "验证码", plans: "也可以直接选", sure: "确认办理吗", yes: "确认办理", done: "办理成功" },
  "en-US": { hello: "Hello!", start: "I'd like to change my plan", number: "mobile number", code: "6-digit", plans: "pick one", sure: "go ahead", yes: "Yes", done: "Done!" },
};

async function converse(page, locale, number, take) {
  const says = words[locale];
  const chat = new Chat(page);
  await chat.answer(says.hello);
  await take("greeting");
  await chat.say(says.start);
  await chat.answer(says.number);
  await chat.say(number);
  await chat.answer(says.code);
  await chat.say(await chat.code());
  await chat.answer(says.plans);
  await take("plans");
  await chat.choices.first().click();
  await page.mouse.move(0, 0);
  await chat.answer(says.sure);
  await take("confirm");
  await chat.press(says.yes);
  await chat.answer(says.done);
  await take("done");
}

const small = { ...phone, deviceScaleFactor: 1.5 };
const pictures = [
  { name: "chat-desktop", step: "confirm", options: { viewport: { width: 1120, height: 860 } }, locale: "en-US" },
  { name: "chat-phone", step: "plans", options: small, locale: "zh-CN" },
  { name: "chat-phone-dark", step: "confirm", options: { ...small, colorScheme: "dark" }, locale: "en-US" },
];
/** Each picture has a customer of its own, who has not changed the plan before. */
const numbers = ["13800138001", "13800138002", "13800138003"];

mkdirSync(folder, { recursive: true });
const host = await Host.start();
const browser = await openBrowser();
try {
  for (const [at, { name, step, options, locale }] of pictures.entries()) {
    const { page, close } = await openPage(browser, { ...options, locale, reducedMotion: "reduce" });
    await page.route("**/assets/**", (route) => {
      const file = join(assets, basename(new URL(route.request().url()).pathname));
      return existsSync(file) ? route.fulfill({ path: file }) : route.continue();
    });
    await page.goto(host.url);
    await converse(page, locale, numbers[at], async (reached) => {
      if (!every && reached !== step) return;
      const file = join(folder, every ? `${name}-${reached}.png` : `${name}.png`);
      await page.screenshot({ path: file });
      const { size } = statSync(file);
      console.log(`${file}: ${size} bytes`);
      if (size > LARGEST) process.exitCode = 1;
    });
    await close();
  }
} finally {
  await browser.close();
  await host.stop();
}
