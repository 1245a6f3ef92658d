// A page without a browser: clock, storage, network and events that a test directs. Not a test itself.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ROOT = path.join(__dirname, "../..");
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** Timers and time that stand still until `pass(ms)`. */
const makeClock = () => {
  const start = Date.parse("2026-11-23T13:00:00Z");
  const clock = { now: start, timers: new Map(), next: 1 };
  clock.set = (act, delay) => {
    clock.timers.set(clock.next, { act, at: clock.now + Math.max(0, delay || 0) });
    clock.next += 1;
    return clock.next - 1;
  };
  clock.pass = async (ms) => {
    const end = clock.now + ms;
    for (;;) {
      const due = [...clock.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      clock.timers.delete(due[0]);
      clock.now = due[1].at;
      due[1].act();
      await settled();
    }
    clock.now = end;
  };
  clock.Date = class extends Date {
    constructor(...given) {
      super(...(given.length ? given : [clock.now]));
    }

    static now() {
      return clock.now;
    }
  };
  return clock;
};

const makeStorage = (kept) => ({
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, String(value)),
  removeItem: (key) => kept.delete(key),
});

/**
 * Load scripts of static/js into a fresh page. `kept` (a Map) may serve another page again, as a device's storage does.
 * `answers`: what the network gives, in order, the last one for ever: {status, body, headers}, an Error, or a promise.
 */
exports.open = (scripts, { kept = new Map(), answers = [], random = 0.5 } = {}) => {
  const clock = makeClock();
  const sent = [];
  const queue = [...answers];
  const page = new EventTarget();
  Object.assign(page, {
    document: Object.assign(new EventTarget(), { cookie: "", visibilityState: "visible" }),
    navigator: { onLine: true },
    localStorage: makeStorage(kept),
    sessionStorage: makeStorage(new Map()),
    crypto,
    AbortController,
    Date: clock.Date,
    setTimeout: clock.set,
    clearTimeout: (id) => clock.timers.delete(id),
    fetch: async (url, request) => {
      const { keepalive, headers: given, body: text, signal } = request;
      sent.push({ url, at: clock.now, keepalive, headers: given, body: JSON.parse(text) });
      const answer = await (queue.length > 1 ? queue.shift() : queue[0]);
      if (answer instanceof Error) throw answer;
      if (answer === undefined) {
        await new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        });
      }
      const headers = answer.headers || {};
      const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      return { status: answer.status, text: async () => body, headers: { get: (name) => headers[name] ?? null } };
    },
  });
  page.window = page;
  vm.createContext(page);
  vm.runInContext("Math", page).random = () => random;
  scripts.forEach((name) => vm.runInContext(fs.readFileSync(path.join(ROOT, "static/js", name), "utf8"), page));
  return { page, Boidung: page.Boidung, clock, sent, kept, settled };
};

exports.ROOT = ROOT;
