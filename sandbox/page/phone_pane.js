// A button phone: the thread of SMS, keys that type, an answer.

import { ask, tell } from "./control.js";
import { make } from "./chat_pane.js";
import { almaty } from "./times.js";
import { word } from "./words.js";

export class PhonePane {
  constructor(root, { failed }) {
    this.root = root;
    this.failed = failed;
    this.owners = [];
    this.owner = null;
    this.unread = new Set();
    this.picker = root.querySelector("#phone-whose");
    this.picker.addEventListener("change", () => this.take(this.owners[Number(this.picker.value)]));
    this.line = root.querySelector("#phone-line");
    this.thread = root.querySelector("#phone-thread");
    // The newest SMS stays in sight when a pane above grows.
    new ResizeObserver(() => this.toTheEnd()).observe(this.thread);
    root.querySelector("#phone-form").addEventListener("submit", (event) => this.reply(event));
    root.querySelector("#phone-keys").addEventListener("click", (event) => this.typeKey(event));
  }

  phone() {
    return this.owner?.phone ?? "";
  }

  // Shows the phone of another person; the chat beside it stays whose it is.
  // The thread of the phone shown before goes at once: its code is not this phone's.
  async take(owner) {
    if (owner?.phone !== this.owner?.phone) this.thread.replaceChildren();
    this.owner = owner;
    await this.refresh();
  }

  // Everybody whose phone may be taken up; whoever is shown stays among them.
  know(people) {
    this.owners = people.filter((it) => it.phone);
    this.drawOwners();
  }

  // An SMS has come to a phone that is not shown.
  rings(phone) {
    this.unread.add(phone);
    this.drawOwners();
  }

  drawOwners() {
    const here = this.owner?.telegram_id;
    if (this.owner && !this.owners.some((it) => it.telegram_id === here)) this.owners.unshift(this.owner);
    const options = this.owners.map((it, at) => {
      const name = `${this.unread.has(it.phone) ? "● " : ""}${it.full_name}`;
      return new Option(name, String(at), false, it.telegram_id === here);
    });
    this.picker.replaceChildren(...options);
    this.picker.disabled = !options.length;
  }

  async refresh() {
    this.unread.delete(this.phone());
    this.drawOwners();
    const phone = this.phone();
    const messages = phone ? (await ask(`/control/phones/${encodeURIComponent(phone)}/sms`)).messages : [];
    if (phone !== this.phone()) return;
    this.draw(phone, messages);
  }

  draw(phone, messages) {
    this.root.querySelector("#phone-number").textContent = phone ? spaced(phone) : "";
    this.line.disabled = !phone;
    for (const key of this.root.querySelectorAll(".keys button")) key.disabled = !phone;
    const items = messages.map(note);
    if (!items.length) items.push(make("li", "empty", word(phone ? "emptyThread" : "noPhone")));
    this.thread.replaceChildren(...items);
    this.toTheEnd();
  }

  toTheEnd() {
    this.thread.scrollTop = this.thread.scrollHeight;
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
  const parts = Number(message.num_segments);
  const at = parts > 1 ? `${word("smsParts", { n: parts })} · ${almaty(message.at).time}` : almaty(message.at).time;
  item.append(make("p", "", message.body), make("time", "", at));
  return item;
}

function spaced(phone) {
  return phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, "+7 $1 $2-$3-$4");
}
