// The staff room: a clinic's group or somebody's private chat, and who acts in it.

import { ask, tell } from "./control.js";
import { ChatPane, make } from "./chat_pane.js";
import { word } from "./words.js";

export class StaffPane {
  constructor(root, { failed }) {
    this.root = root;
    this.failed = failed;
    this.told = { staff: [], groups: [], clinics: [] };
    this.roomPicker = root.querySelector("#staff-room");
    this.actorPicker = root.querySelector("#staff-actor");
    this.inviteKey = root.querySelector("#staff-invite");
    this.pane = new ChatPane(root, {
      me: () => number(this.actorPicker.value),
      chat: () => number(this.roomPicker.value),
      emptyWord: "emptyStaff",
      failed,
    });
    this.roomPicker.addEventListener("change", () => this.enter());
    this.actorPicker.addEventListener("change", () => this.pane.refresh());
    this.inviteKey.addEventListener("click", () => this.invite());
  }

  get chat() {
    return number(this.roomPicker.value);
  }

  get clinics() {
    return this.told.clinics;
  }

  async refresh() {
    this.told = await ask("/control/staff");
    this.drawRooms();
    await this.enter();
  }

  // Shows the group of a clinic, if it has one: called when a person of that clinic is picked.
  async show(clinicNo) {
    const group = this.told.groups.find((it) => it.clinic_no === clinicNo);
    if (!group || this.chat === group.chat_id) return;
    this.roomPicker.value = String(group.chat_id);
    await this.enter();
  }

  drawRooms() {
    const before = this.roomPicker.value;
    const groups = this.told.groups.map((it) => option(it.chat_id, it.title));
    const rooms = this.told.staff.map((it) => option(it.telegram_id, privateRoom(it)));
    this.roomPicker.replaceChildren(...groups, ...rooms);
    if (before && [...this.roomPicker.options].some((it) => it.value === before)) this.roomPicker.value = before;
  }

  async enter() {
    this.drawActors();
    const shown = await this.pane.refresh();
    this.inviteKey.hidden = !shown || !(this.chat < 0) || shown.bot_is === "member";
  }

  drawActors() {
    const before = this.actorPicker.value;
    const actors = this.actors().map((it) => option(it.telegram_id, `${it.name}, ${role(it.role)}`));
    this.actorPicker.replaceChildren(...(actors.length ? actors : [option("", word("nobodyHere"))]));
    // Another room begins with a colleague of its own: the one before would press there in vain.
    const sameRoom = this.actorsRoom === this.chat;
    this.actorsRoom = this.chat;
    if (sameRoom && actors.some((it) => it.value === before)) this.actorPicker.value = before;
  }

  // Everybody may be tried in a group, the clinic's own people first; a private chat has one person.
  actors() {
    const room = this.chat;
    if (room > 0) return this.told.staff.filter((it) => it.telegram_id === room);
    const clinic = this.told.groups.find((it) => it.chat_id === room)?.clinic_no;
    const own = this.told.staff.filter((it) => it.clinic_no === clinic);
    return [...own, ...this.told.staff.filter((it) => it.clinic_no !== clinic)];
  }

  async invite() {
    try {
      await tell(`/control/groups/${this.chat}/bot`, { member: true, by: number(this.actorPicker.value) });
    } catch (problem) {
      this.failed(problem);
    }
    await this.refresh();
  }
}

function privateRoom(colleague) {
  return `${word("privateRoom")}: ${colleague.name}, ${role(colleague.role)}`;
}

function option(value, text) {
  const made = make("option", "", text);
  made.value = String(value);
  return made;
}

function number(text) {
  return text === "" ? null : Number(text);
}

function role(name) {
  const told = word(`role_${name}`);
  return told.startsWith("role_") ? name : told;
}
