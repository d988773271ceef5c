// A chat as Telegram shows it: bubbles, buttons under them, a keyboard and a typing line.

import { ask, tell } from "./control.js";
import { richText } from "./rich_text.js";
import { almaty, longDate } from "./times.js";
import { word } from "./words.js";

const SHOWN = 80;

// Said instead of "start" to whoever has no Telegram at all.
const NO_TELEGRAM = ["noTelegram", "noMobile"];

export class ChatPane {
  // `me()` is the user who acts here, `chat()` the chat shown; both may be null. `emptyWord` names the hint.
  constructor(root, { me, chat, emptyWord, failed }) {
    this.root = root;
    this.me = me;
    this.chat = chat;
    this.emptyWord = emptyWord;
    this.failed = failed;
    this.noticesSeen = new Map();
    this.part("form").addEventListener("submit", (event) => this.submit(event));
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async refresh() {
    const id = this.chat();
    const shown = id === null ? null : await ask(`/control/chats/${id}/messages?limit=${SHOWN}`);
    if (id !== this.chat()) return shown;
    this.draw(shown);
    return shown;
  }

  draw(shown) {
    const stream = this.part("stream");
    const atEnd = stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;
    const items = [];
    let day = "";
    for (const message of shown?.messages ?? []) {
      const today = longDate(message.date * 1000);
      if (today !== day) items.push(make("p", "day", today));
      day = today;
      items.push(this.bubble(message));
    }
    if (!items.length) items.push(this.empty());
    if (shown?.action) items.push(make("p", "action", word("typing_action")));
    stream.replaceChildren(...items);
    if (atEnd || stream.dataset.chat !== String(this.chat())) stream.scrollTop = stream.scrollHeight;
    stream.dataset.chat = String(this.chat());
    this.drawKeyboard(shown?.keyboard);
    this.drawNotice(shown?.notices ?? []);
  }

  empty() {
    const box = make("div", "empty");
    box.append(make("p", "", word(this.chat() === null ? "pickPerson" : this.emptyWord)));
    if (this.chat() !== null && this.chat() === this.me() && !NO_TELEGRAM.includes(this.emptyWord)) {
      const start = make("button", "start", word("start"));
      start.type = "button";
      start.dataset.testid = "start";
      start.addEventListener("click", () => this.send({ kind: "text", text: "/start" }));
      box.append(start);
    }
    return box;
  }

  bubble(message) {
    const mine = message.from.id === this.me();
    const box = make("article", `bubble ${mine ? "mine" : message.from.is_bot ? "bot" : "other"}`);
    box.dataset.testid = "message";
    const body = make("div", "body");
    if (!mine && !message.from.is_bot) body.append(make("p", "author", message.from.first_name));
    if (message.topic_name) body.append(make("p", "forwarded", `# ${message.topic_name}`));
    if (message.forward_origin) {
      const from = message.forward_origin.sender_user_name ?? message.forward_origin.sender_user?.first_name;
      body.append(make("p", "forwarded", `${word("forwardedFrom")}: ${from}`));
    }
    const words = make("div", "words");
    const attached = attachment(message);
    if (attached) words.append(attached);
    words.append(richText(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities));
    const edited = message.edit_date ? `${word("edited")} ` : "";
    body.append(words, make("time", "", edited + almaty(message.date * 1000).time));
    box.append(body);
    const rows = message.reply_markup?.inline_keyboard;
    if (rows) box.append(this.buttons(rows, (button) => this.press(message, button)));
    return box;
  }

  buttons(rows, pressed) {
    const grid = make("div", "rows");
    for (const row of rows) {
      const line = make("div", "row");
      for (const button of row) {
        const key = make("button", "", typeof button === "string" ? button : button.text);
        key.type = "button";
        key.dataset.testid = "button";
        key.addEventListener("click", () => {
          key.classList.add("waiting");
          pressed(button);
        });
        line.append(key);
      }
      grid.append(line);
    }
    return grid;
  }

  drawKeyboard(keyboard) {
    const holder = this.part("keyboard");
    holder.replaceChildren();
    if (!keyboard?.keyboard) return;
    holder.append(this.buttons(keyboard.keyboard, (key) => this.pressKey(key)));
  }

  drawNotice(notices) {
    const seen = this.noticesSeen.get(this.chat());
    this.noticesSeen.set(this.chat(), notices.length);
    const latest = notices.at(-1);
    if (seen === undefined || notices.length <= seen || latest.user_id !== this.me()) return;
    const toast = this.part("toast");
    toast.textContent = latest.text;
    toast.classList.add("shown");
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => toast.classList.remove("shown"), 4000);
  }

  press(message, button) {
    if (button.url) return window.open(button.url, "_blank", "noopener");
    return this.act("press", { data: button.callback_data ?? "", message_id: message.message_id });
  }

  pressKey(key) {
    return this.act("press", { label: typeof key === "string" ? key : key.text });
  }

  send(wanted) {
    return this.act("send", wanted);
  }

  async submit(event) {
    event.preventDefault();
    const line = this.part("line");
    const text = line.value;
    if (!text.trim()) return;
    line.value = "";
    await this.send({ kind: "text", text });
  }

  async act(deed, body) {
    if (this.chat() === null || this.me() === null) return;
    try {
      await tell(`/control/chats/${this.chat()}/${deed}`, { user_id: this.me(), ...body });
    } catch (problem) {
      this.failed(problem);
    }
    await this.refresh();
  }
}

export function make(tag, className = "", text = null) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== null) made.textContent = text;
  return made;
}

function attachment(message) {
  const words = attachmentWords(message);
  if (!words) return null;
  const made = make("p", "attached");
  const file = message.document ?? message.photo?.at(-1);
  if (!file) {
    made.textContent = words;
    return made;
  }
  const opens = make("a", "", message.photo ? null : words);
  opens.href = `/control/files/${file.file_id}?name=${encodeURIComponent(message.document?.file_name ?? "")}`;
  opens.target = "_blank";
  opens.rel = "noopener";
  opens.dataset.testid = "file";
  if (message.photo) opens.append(picture(opens.href, words));
  made.append(opens);
  return made;
}

function picture(address, words) {
  const made = make("img");
  made.src = address;
  made.alt = words;
  return made;
}

function attachmentWords(message) {
  if (message.contact) return `${message.contact.first_name} +${message.contact.phone_number}`;
  if (message.location) return `${word("attachLocation")}: ${message.location.latitude}, ${message.location.longitude}`;
  if (message.photo) return word("attachPhoto");
  if (message.voice) return word("attachVoice");
  if (message.sticker) return `${word("attachSticker")} ${message.sticker.emoji ?? ""}`;
  if (message.document) return message.document.file_name ?? word("attachDocument");
  return "";
}
