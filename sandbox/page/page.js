// Joins the panes: who is picked, which chat and phone are shown, what changed.

import { ask, clear, tell, watch } from "./control.js";
import { ChatPane } from "./chat_pane.js";
import { DayPane } from "./day_pane.js";
import { PeoplePane, initials } from "./people_pane.js";
import { PhonePane } from "./phone_pane.js";
import { ASKED, SERVICES, ServicesPane } from "./services_pane.js";
import { StaffPane } from "./staff_pane.js";
import { almaty, longDate } from "./times.js";
import { paint, speak, word } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const narrow = matchMedia("(max-width: 900px)");
const OTHER_CONTACT = "+77059998877";
const EVERYBODY = 500;
const FAULTS = {
  telegram_down: {},
  telegram_429: { calls: 5, retry_after: 5 },
  sms_undelivered: { code: 30003 },
  twilio_down: {},
};

let person = null;
let blocked = false;
let offset = 0;

const staff = new StaffPane($("#staff"), { failed });
const day = new DayPane($("#day"), { staff: () => staff.told.staff, failed });
const people = new PeoplePane($("#people"), { picked, clinics: () => staff.clinics });
const chat = new ChatPane($("#chat"), {
  me: () => person?.telegram_id ?? null,
  chat: () => person?.telegram_id ?? null,
  emptyWord: "emptyChat",
  failed,
});
const phone = new PhonePane($("#phone"), { failed });
const services = new ServicesPane($("#services"), { failed });

async function picked(chosen) {
  person = chosen;
  drawPerson();
  await Promise.all([refreshChat(), phone.take(chosen), staff.show(chosen.clinic_no), day.show(chosen.clinic_no)]);
  if (narrow.matches) openTab(hasTelegram() ? "chat" : "phone");
}

function drawPerson() {
  $("#chat-name").textContent = person ? person.full_name : word("chat");
  $("#chat-note").textContent = person ? people.facts(person) : "";
  $("#chat-avatar").textContent = person ? initials(person.full_name) : "";
  $("#chat-avatar").dataset.tone = String((person?.telegram_id ?? 0) % 5);
}

// What stands in the chat of whoever has none.
const NO_TELEGRAM = { button: "noTelegram", landline: "noMobile" };

function hasTelegram() {
  return !(person?.device in NO_TELEGRAM);
}

async function refreshChat() {
  chat.emptyWord = NO_TELEGRAM[person?.device] ?? "emptyChat";
  const shown = await chat.refresh();
  for (const key of document.querySelectorAll("#chat .typing input, #chat .typing .send")) {
    key.disabled = !person || !hasTelegram();
  }
  blocked = shown?.bot_is === "blocked";
  const key = $("#chat-block");
  key.dataset.word = blocked ? "unblock" : "block";
  key.textContent = word(key.dataset.word);
}

// Attachments

$("#chat [data-part=attach]").addEventListener("click", async (event) => {
  const kind = event.target.dataset?.attach;
  if (!kind) return;
  $("#chat [data-part=attach]").open = false;
  await chat.send(attached(kind));
});

function attached(kind) {
  if (kind === "other") return { kind: "contact", phone: OTHER_CONTACT, first_name: word("guest") };
  if (kind === "location") return { kind, latitude: 43.238949, longitude: 76.889709 };
  if (kind === "forwarded") return { kind, text: word("forwardedText"), from_name: word("guest") };
  return { kind };
}

$("#chat-block").addEventListener("click", async () => {
  if (!person) return;
  $("#chat [data-part=attach]").open = false;
  await tell(`/control/users/${person.telegram_id}/block`, { blocked: !blocked });
  await refreshChat();
});

// The clock

async function readClock() {
  const { now } = await ask("/clock");
  offset = new Date(now).getTime() - Date.now();
  drawClock();
  $("#clock-input").value = almaty(now).local;
}

function drawClock() {
  const now = Date.now() + offset;
  $("#clock-time").textContent = almaty(now).time;
  $("#clock-day").textContent = longDate(now);
}

async function moveClock(wanted) {
  try {
    await tell("/clock", wanted);
    if (narrow.matches) $("#clock-menu").open = false;
  } catch (problem) {
    failed(problem, problem.status === 409 ? word("clockRefused") : undefined);
  }
  await readClock();
}

$("#clock-menu").addEventListener("click", (event) => {
  const { advance, moment } = event.target.dataset ?? {};
  if (advance) moveClock({ advance_seconds: Number(advance) });
  if (moment) moveClock({ moment });
});
$("#clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  moveClock({ now: $("#clock-input").value });
});

// Faults

async function readFaults() {
  const { faults } = await ask("/control/faults");
  for (const key of document.querySelectorAll("[data-fault]")) {
    key.setAttribute("aria-pressed", String(faults.some((it) => it.kind === key.dataset.fault)));
  }
  $("#faults-count").hidden = !faults.length;
  $("#faults-count").textContent = String(faults.length);
}

$("#faults-menu").addEventListener("click", async (event) => {
  const kind = event.target.dataset?.fault;
  if (event.target.id === "faults-clear") await clear("/control/faults");
  else if (kind && event.target.getAttribute("aria-pressed") === "true") await clearFault(kind);
  else if (kind) await tell("/control/faults", { kind, ...FAULTS[kind] });
  await readFaults();
});

async function clearFault(kind) {
  const { faults } = await ask("/control/faults");
  for (const it of faults.filter((fault) => fault.kind === kind)) await clear(`/control/faults/${it.number}`);
}

// Tabs of the narrow page

function openTab(name) {
  for (const key of document.querySelectorAll("[data-tab]")) {
    const chosen = key.dataset.tab === name;
    key.setAttribute("aria-selected", String(chosen));
    key.tabIndex = chosen ? 0 : -1;
    if (chosen) delete key.dataset.news;
    $(`#${key.dataset.tab}`).classList.toggle("open", chosen);
  }
  for (const stream of document.querySelectorAll(`#${name} .stream, #${name} .thread`)) {
    stream.scrollTop = stream.scrollHeight;
  }
}

function news(tab) {
  const key = $(`[data-tab=${tab}]`);
  if (key.getAttribute("aria-selected") !== "true") key.dataset.news = "";
}

for (const key of document.querySelectorAll("[data-tab]")) {
  key.addEventListener("click", () => openTab(key.dataset.tab));
}
$(".tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const keys = [...document.querySelectorAll("[data-tab]")];
  const next = keys[(keys.indexOf(document.activeElement) + step + keys.length) % keys.length];
  openTab(next.dataset.tab);
  next.focus();
});

// Languages, menus, complaints

for (const key of document.querySelectorAll("[data-language]")) {
  key.addEventListener("click", async () => {
    speak(key.dataset.language);
    await drawAll();
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});

function failed(problem, sentence = word("failed", { why: problem.message })) {
  const box = $("#alert");
  box.textContent = sentence;
  box.hidden = false;
  clearTimeout(failed.ends);
  failed.ends = setTimeout(() => (box.hidden = true), 5000);
}

// Changes

async function changed(events) {
  const kinds = new Set(events.map((it) => it.kind));
  const chats = new Set(events.filter((it) => it.kind === "chat" || it.kind === "answer").map((it) => it.chat_id));
  if (kinds.has("reset") || kinds.has("people")) return drawAll();
  const work = [];
  if (person && chats.has(person.telegram_id)) work.push(refreshChat(), news("chat"));
  if (day.follow(chats)) work.push(day.refresh(), news("day"));
  if (chats.has(staff.chat)) work.push(staff.enter(), news("staff"));
  for (const number of new Set(events.filter((it) => it.kind === "sms").map((it) => it.phone))) {
    if (number === phone.phone()) work.push(phone.refresh());
    else phone.rings(number);
    news("phone");
  }
  if (SERVICES.some((it) => kinds.has(it))) work.push(services.refresh());
  if (ASKED.some((it) => kinds.has(it))) work.push(news("services"));
  if (kinds.has("clock")) work.push(readClock());
  if (kinds.has("faults")) work.push(readFaults());
  await Promise.all(work);
}

async function drawAll() {
  paint();
  drawPerson();
  await staff.refresh();
  phone.know((await ask(`/control/people?limit=${EVERYBODY}`)).people);
  await Promise.all([people.refresh(), refreshChat(), phone.refresh(), day.refresh(), readClock(), readFaults(), services.refresh()]);
  drawPerson();
}

function fitClockMenu() {
  $("#clock-menu").open = !narrow.matches;
}

narrow.addEventListener("change", fitClockMenu);
fitClockMenu();
openTab("people");
await drawAll();
if (people.people.length && !narrow.matches) people.pick(people.people[0]);
setInterval(drawClock, 1000);
document.body.dataset.ready = "";
watch(changed);
