// The made-up population: a list to search and to pick from.

import { ask, tell } from "./control.js";
import { make } from "./chat_pane.js";
import { currentLanguage, word, years } from "./words.js";

const SHOWN = 100;

export class PeoplePane {
  constructor(root, { picked, clinics }) {
    this.root = root;
    this.picked = picked;
    this.clinics = clinics;
    this.current = null;
    this.people = [];
    this.guests = [];
    this.search = root.querySelector("#people-search");
    this.search.addEventListener("input", () => this.refresh());
    root.querySelector("#people-new").addEventListener("click", () => this.addGuest());
  }

  async refresh() {
    const query = this.search.value;
    const found = await ask(`/control/people?limit=${SHOWN}&q=${encodeURIComponent(query)}`);
    if (query !== this.search.value) return;
    this.people = [...this.guests, ...found.people];
    this.total = found.total + this.guests.length;
    this.draw();
  }

  draw() {
    this.root.querySelector("#people-count").textContent = String(this.total ?? "");
    const list = this.root.querySelector("#people-list");
    const items = this.people.map((person) => this.item(person));
    list.replaceChildren(...(items.length ? items : [make("li", "empty", word("nobody"))]));
  }

  item(person) {
    const row = make("li");
    const key = make("button", "person");
    key.type = "button";
    key.dataset.testid = "person";
    key.setAttribute("aria-current", String(person.telegram_id === this.current?.telegram_id));
    const avatar = make("span", "avatar", initials(person.full_name));
    avatar.dataset.tone = String(person.telegram_id % 5);
    avatar.setAttribute("aria-hidden", "true");
    const about = make("span", "about");
    about.append(make("b", "", person.full_name), make("span", "quiet", this.facts(person)), badge(person));
    key.append(avatar, about);
    key.addEventListener("click", () => this.pick(person));
    row.append(key);
    return row;
  }

  facts(person) {
    const facts = [];
    if (person.age !== null) facts.push(years(person.age));
    facts.push(word(`language_${person.language}`));
    if (person.clinic_no) facts.push(this.clinicName(person.clinic_no));
    return facts.join(" · ");
  }

  clinicName(number) {
    const clinic = this.clinics().find((it) => it.clinic_no === number);
    return clinic ? clinic[`name_${currentLanguage()}`] : word("clinicNo", { n: number });
  }

  pick(person) {
    this.current = person;
    this.draw();
    this.picked(person);
  }

  async addGuest() {
    const account = await tell("/control/users", { first_name: word("guest"), language_code: currentLanguage() });
    const guest = {
      telegram_id: account.id,
      full_name: `${account.first_name} ${account.id % 1000}`,
      name: account.first_name,
      language: currentLanguage(),
      age: null,
      phone: "",
      device: "smartphone",
      clinic_no: "",
    };
    this.guests.unshift(guest);
    await this.refresh();
    this.pick(guest);
  }
}

export function initials(name) {
  return name.split(" ").slice(0, 2).map((part) => part[0]).join("");
}

function badge(person) {
  return make("span", `badge ${person.device}`, word(person.device));
}
