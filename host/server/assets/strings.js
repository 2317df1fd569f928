// What the page says itself, in the languages it speaks. What the bot says comes from the host.

const strings = {
  en: {
    language: "中文",
    languageHint: "切换到中文",
    restart: "New conversation",
    restartConfirm: "Start a new conversation? This one will leave the screen.",
    close: "Close chat",
    online: "Online",
    connecting: "Connecting…",
    offline: "No connection. Trying again…",
    waiting: "Waiting for a colleague…",
    agent: "You are talking to a colleague",
    agentNamed: (name) => `You are talking to ${name}`,
    ended: "This conversation has ended. Write to start a new one.",
    placeholder: "Write a message",
    label: "Your message",
    send: "Send",
    typing: "Writing…",
    latest: "New messages",
    you: "You",
    bot: "Assistant",
    colleague: "Colleague",
    sending: "Sending…",
    failed: "Not sent.",
    again: "Try again",
    choices: "Choose one",
    open: "Open",
    attachment: "Attachment",
    log: "Conversation",
    unread: (n) => `(${n}) `,
  },
  zh: {
    language: "EN",
    languageHint: "Switch to English",
    restart: "新对话",
    restartConfirm: "开始新的对话吗？当前对话将不再显示。",
    close: "关闭聊天",
    online: "在线",
    connecting: "正在连接…",
    offline: "连接已断开，正在重试…",
    waiting: "正在为您转接人工…",
    agent: "人工客服正在为您服务",
    agentNamed: (name) => `${name} 正在为您服务`,
    ended: "本次对话已结束。发送消息即可开始新的对话。",
    placeholder: "输入消息",
    label: "您的消息",
    send: "发送",
    typing: "正在输入…",
    latest: "有新消息",
    you: "您",
    bot: "智能助手",
    colleague: "人工客服",
    sending: "正在发送…",
    failed: "未发送。",
    again: "重试",
    choices: "请选择",
    open: "打开",
    attachment: "附件",
    log: "对话",
    unread: (n) => `(${n}) `,
  },
};

/** The language this page speaks for a BCP 47 tag: Chinese for Chinese, English for everyone else. */
export function languageOf(tag) {
  return /^zh\b/i.test(tag ?? "") ? "zh" : "en";
}

/** BCP 47 tag of a language, as the host and the document name it. */
export function tagOf(language) {
  return language === "zh" ? "zh-CN" : "en";
}

/** All texts of a language. */
export function textsOf(language) {
  return strings[language];
}
