// Instants shown as Almaty shows them: UTC+5 all the year, whatever the browser's own tables say.

import { word } from "./words.js";

const AHEAD = 5 * 3600 * 1000;
const two = (n) => String(n).padStart(2, "0");

export function almaty(instant) {
  const shifted = new Date(new Date(instant).getTime() + AHEAD);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    time: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
    local: shifted.toISOString().slice(0, 16),
  };
}

export function longDate(instant) {
  const { year, month, day, weekday } = almaty(instant);
  return word("date", { year, day, month: word("months")[month], weekday: word("weekdays")[weekday] });
}
