// The state's services beside the bot: how each behaves, what it was asked and what it answered.

import { ask, tell } from "./control.js";
import { make } from "./chat_pane.js";
import { almaty } from "./times.js";
import { word } from "./words.js";

const SHOWN = 12;
export const SERVICES = ["centres", "documents", "monitoring"];
// The monitoring system is sent an event for every step: they are counted, or nothing else would be seen.
export const ASKED = ["centres", "documents"];

export class ServicesPane {
  constructor(root, { failed }) {
    this.root = root;
    this.failed = failed;
    this.told = {};
    for (const name of SERVICES) {
      this.picker(name).addEventListener("change", () => this.behave(name));
    }
  }

  picker(name) {
    return this.root.querySelector(`[data-service=${name}]`);
  }

  async refresh() {
    for (const name of SERVICES) this.told[name] = await ask(`/control/${name}`);
    this.draw();
  }

  draw() {
    for (const name of SERVICES) this.drawMoods(name);
    this.root.querySelector("#monitored").textContent = this.told.monitoring.kept;
    const asked = ASKED.flatMap((name) => this.told[name].asked.map((it) => ({ ...it, service: name })));
    asked.sort((one, other) => other.at.localeCompare(one.at));
    const items = asked.slice(0, SHOWN).map(line);
    const log = this.root.querySelector("#services-log");
    log.replaceChildren(...(items.length ? items : [make("li", "empty", word("servicesQuiet"))]));
  }

  drawMoods(name) {
    const { mood, moods } = this.told[name];
    const options = moods.map((it) => new Option(word(`mood_${it}`), it, it === mood, it === mood));
    this.picker(name).replaceChildren(...options);
    this.picker(name).dataset.mood = mood;
    // Where there is no room for all of it, it is read by pointing at it.
    this.picker(name).title = word(`mood_${mood}`);
  }

  async behave(name) {
    try {
      await tell(`/control/${name}`, { mood: this.picker(name).value });
    } catch (problem) {
      this.failed(problem);
    }
    await this.refresh();
  }
}

function line(asked) {
  const item = make("li", outcomeOf(asked));
  item.dataset.testid = "asked";
  const what = asked.service === "centres" ? word(`centre_${asked.centre}`) : word(`document_${asked.kind}`);
  const about = [what, asked.number ?? "", word("byConsent", { n: tail(asked.consent_id) })].filter(Boolean);
  item.append(make("time", "", almaty(asked.at).time), make("b", "", about.join(" · ")), make("i", "", answerOf(asked)));
  return item;
}

// Numbers of the registry are long; the end of one tells it from its neighbours.
function tail(id) {
  const text = String(id ?? "–");
  return text.length > 6 ? `…${text.slice(-4)}` : text;
}

// A question without an answer yet is either being thought about or met with silence.
function outcomeOf(asked) {
  if (asked.status === undefined) return "waits";
  return asked.status < 400 ? "answered" : "refused";
}

function answerOf(asked) {
  if (asked.status === undefined) return word("serviceSilent");
  if (asked.status >= 400) return word("serviceRefused", { status: asked.status });
  const standing = asked.answer?.standing;
  const told = standing === "on" || standing === "off" ? `standing_${standing}` : "serviceAnswered";
  return word(told);
}
