// A button phone: the thread of SMS, keys that type, an answer.

import { ask, tell } from "./control.js";
import { make } from "./chat_pane.js";
import { almaty } from "./times.js";
import { word } from "./words.js";

export class PhonePane {
  constructor(root, { phone, failed }) {
    this.root = root;
    this.phone = phone;
    this.failed = failed;
    this.line = root.querySelector("#phone-line");
    root.querySelector("#phone-form").addEventListener("submit", (event) => this.reply(event));
    root.querySelector("#phone-keys").addEventListener("click", (event) => this.typeKey(event));
  }

  async refresh() {
    const phone = this.phone();
    const messages = phone ? (await ask(`/control/phones/${encodeURIComponent(phone)}/sms`)).messages : [];
    if (phone !== this.phone()) return;
    this.draw(phone, messages);
  }

  draw(phone, messages) {
    this.root.querySelector("#phone-number").textContent = phone ? spaced(phone) : "";
    this.line.disabled = !phone;
    for (const key of this.root.querySelectorAll(".keys button")) key.disabled = !phone;
    const thread = this.root.querySelector("#phone-thread");
    const items = messages.map(note);
    if (!items.length) items.push(make("li", "empty", word(phone ? "emptyThread" : "noPhone")));
    thread.replaceChildren(...items);
    thread.scrollTop = thread.scrollHeight;
  }

  typeKey(event) {
    const key = event.target.dataset?.key;
    if (key === undefined) return;
    this.line.value = key === "erase" ? this.line.value.slice(0, -1) : this.line.value + key;
  }

  async reply(event) {
    event.preventDefault();
    const body = this.line.value.trim();
    if (!body || !this.phone()) return;
    this.line.value = "";
    try {
      await tell(`/control/phones/${encodeURIComponent(this.phone())}/sms`, { body });
    } catch (problem) {
      this.failed(problem);
    }
    await this.refresh();
  }
}

function note(message) {
  const mine = message.direction === "inbound";
  const item = make("li", mine ? "mine" : "theirs");
  item.dataset.testid = "sms";
  item.append(make("p", "", message.body), make("time", "", almaty(message.at).time));
  return item;
}

function spaced(phone) {
  return phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, "+7 $1 $2-$3-$4");
}
