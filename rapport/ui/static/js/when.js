/** The times of a meeting: when its beginning is moved, its end moves along and it stays as long as it was. Times are
 *  what the clocks on the wall show, so they are reckoned as if there were no zones. */
import { on, one } from "./dom.js";

const DAY = 86_400_000; // milliseconds
const began = new WeakMap(); // when the meeting began before it was moved

const field = (box, name) => one(`[name=${name}]`, box);
const start = (box, of) => Date.parse(`${field(box, "day")[of]}T${field(box, "time")[of]}Z`);
const parts = (moment) => new Date(moment).toISOString().split(/T|:\d\d\.\d+Z/);

on("input", "[data-when] :is([name=day], [name=time])", (input) => {
  const box = input.closest("[data-when]");
  const now = start(box, "value");
  if (Number.isNaN(now)) return; // half typed
  const before = began.get(box) ?? start(box, "defaultValue");
  began.set(box, now);
  const [toDay, toTime] = [field(box, "to_day"), field(box, "to_time")];
  if (Number.isNaN(before)) return;
  let end = Date.parse(`${toDay.value || parts(before)[0]}T${toTime.value}Z`);
  if (Number.isNaN(end)) return;
  if (end < before) end += DAY; // it ends on the next day
  const [day, time] = parts(end + now - before);
  toTime.value = time;
  if (toDay.value) toDay.value = day;
});
