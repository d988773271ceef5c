// A doctor's day as a strip of times, drawn from the list that the bot keeps up to date in the doctor's chat.

import { ask, tell } from "./control.js";
import { make } from "./chat_pane.js";
import { word } from "./words.js";

const SHOWN = 60;
const TIME = /^([□▣■✓✗]) (\d\d:\d\d)/u;
const STATES = { "□": "free", "▣": "held", "■": "booked", "✓": "came", "✗": "missed" };

export class DayPane {
  constructor(root, { staff, failed }) {
    this.root = root;
    this.staff = staff;
    this.failed = failed;
    this.clinicNo = null;
    this.picker = root.querySelector("#day-doctor");
    this.picker.addEventListener("change", () => this.refresh());
    root.querySelector("#day-ask").addEventListener("click", () => this.askForDay());
  }

  // The doctors of the clinic shown: the one picked, else the first that has any.
  doctors() {
    const all = this.staff().filter((it) => it.role === "doctor");
    const own = all.filter((it) => it.clinic_no === this.clinicNo);
    return own.length || this.clinicNo !== null ? own : all.filter((it) => it.clinic_no === all[0].clinic_no);
  }

  get doctor() {
    return this.picker.value === "" ? null : Number(this.picker.value);
  }

  async show(clinicNo) {
    this.clinicNo = clinicNo;
    await this.refresh();
  }

  // Goes to the doctor whose list has just changed; false if it is nobody's here.
  follow(chats) {
    const changed = this.doctors().find((it) => chats.has(it.telegram_id));
    if (!changed) return false;
    this.picker.value = String(changed.telegram_id);
    return true;
  }

  async refresh() {
    this.drawDoctors();
    const doctor = this.doctor;
    const shown = doctor === null ? null : await ask(`/control/chats/${doctor}/messages?limit=${SHOWN}`);
    if (doctor === this.doctor) this.draw(newestList(shown?.messages ?? []));
  }

  drawDoctors() {
    const before = this.picker.value;
    const options = this.doctors().map((it) => new Option(it.name, String(it.telegram_id)));
    this.picker.replaceChildren(...options);
    if (options.some((it) => it.value === before)) this.picker.value = before;
    this.root.querySelector("#day-ask").disabled = !options.length;
    this.picker.disabled = !options.length;
  }

  draw(list) {
    const times = list ? timesOf(list) : [];
    this.root.querySelector("#day-title").textContent = list ? headOf(list) : word("dayNone");
    this.root.querySelector("#day-strip").replaceChildren(...times.map(cell));
    this.root.querySelector("#day-legend").replaceChildren(...legend(times));
  }

  async askForDay() {
    try {
      await tell(`/control/chats/${this.doctor}/send`, { user_id: this.doctor, kind: "text", text: "/day" });
    } catch (problem) {
      this.failed(problem);
    }
  }
}

function newestList(messages) {
  const lists = messages.filter((it) => it.from.is_bot && TIME.test(it.text?.split("\n")[1] ?? ""));
  const changed = (it) => it.edit_date ?? it.date;
  return lists.reduce((newest, it) => (newest && changed(newest) > changed(it) ? newest : it), null);
}

function timesOf(list) {
  const found = list.text.split("\n").map((line) => TIME.exec(line)).filter(Boolean);
  return found.map(([, mark, time]) => ({ mark, time, state: STATES[mark] }));
}

// The name stands in the picker already.
function headOf(list) {
  const head = list.text.split("\n")[0];
  return head.slice(head.indexOf(". ") + 2);
}

function cell({ mark, time, state }) {
  const made = make("li", state);
  made.dataset.testid = "time";
  made.title = `${time} – ${word(`time_${state}`)}`;
  made.setAttribute("aria-label", made.title);
  made.append(make("span", "", time), make("i", "", mark));
  return made;
}

// Whether people came is counted once the first has; the other three always, so that the marks explain themselves.
function legend(times) {
  const counts = Object.entries(STATES).map(([mark, state]) => [mark, state, times.filter((it) => it.state === state).length]);
  const shown = counts.filter(([, state, count]) => times.length && (count || !["came", "missed"].includes(state)));
  return shown.map(([mark, state, count]) => {
    const made = make("li", state, `${mark} ${word(`time_${state}`)}: ${count}`);
    made.dataset.testid = `count-${state}`;
    return made;
  });
}
