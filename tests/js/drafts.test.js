// Autosave: what is kept where, when something is sent, and what is never lost.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { open } = require("./page.js");

const KEY = "boidung:7:block";
const ok = (version, more = {}) => ({ status: 200, body: { version, saved_text: "20:14", ...more } });
const refusal = (status, code, more = {}) => ({ status, body: { error: { code, message: "m", ...more } } });
const stale = (payload) => refusal(409, "stale_draft", { version: 9, payload, saved_text: "19:55" });
const words = (text) => ({ answers: { one: text }, self_rating: {}, files: [] });

/** A form with one field on a device; `type` is a person at it. */
const write = (settings = {}) => {
  const { form = "", base = 0, version = 0, savedAt = 0, ...rest } = settings;
  const opened = open(["core.js", "drafts.js"], rest);
  const seen = { states: [], conflicts: [], text: form };
  const drafts = opened.Boidung.drafts({
    key: KEY,
    url: "/draft/",
    usageKey: "block",
    userId: 7,
    base,
    version,
    savedAt,
    read: () => words(seen.text),
    show: (state, detail) => seen.states.push({ state, ...detail }),
    conflict: (stored) => seen.conflicts.push(stored),
  });
  const type = (text) => {
    seen.text = text;
    drafts.changed();
  };
  const copy = () => JSON.parse(opened.kept.get(KEY) || "null");
  const state = () => seen.states.at(-1).state;
  return { ...opened, drafts, seen, type, copy, state };
};
const OTHERS = { version: 3, answers: [stale(words("kia")), ok(10)] };
const texts = (sent) => sent.map(({ body }) => body.payload.answers.one);

test("the device has it at once, the server ten seconds after typing stops", async () => {
  const { type, copy, clock, sent, seen, state } = write({ answers: [ok(1)] });
  type("Xin");
  assert.deepEqual(copy().payload, words("Xin"));
  assert.equal(copy().dirty, true);
  await clock.pass(9000);
  type("Xin chào");
  await clock.pass(9900);
  assert.equal(sent.length, 0);
  await clock.pass(3200);
  assert.deepEqual(sent[0].body, {
    usage_key: "block",
    slot: "own",
    for_user: 7,
    client_key: sent[0].body.client_key,
    version: 0,
    payload: words("Xin chào"),
  });
  assert.deepEqual(seen.states.at(-1), { state: "server", device: "device", time: "20:14", version: 1 });
  assert.equal(state(), "server");
  assert.equal(copy().dirty, false);
  assert.equal(copy().version, 1);
  await clock.pass(600000);
  assert.equal(sent.length, 1);
});

test("no more often than every thirty seconds, each save on top of the one before", async () => {
  const { type, clock, sent } = write({ answers: [ok(1), ok(2), ok(3)] });
  for (let second = 0; second < 100; second += 1) {
    if (second % 20 < 5) type(`chữ ${second}`);
    await clock.pass(1000);
  }
  sent.slice(1).forEach((each, index) => assert.ok(each.at - sent[index].at >= 30000));
  assert.ok(sent.length >= 2);
  assert.deepEqual(sent.map(({ body }) => body.version), sent.map((each, index) => index));
});

test("somebody who never pauses is saved within about a minute", async () => {
  const { type, clock, sent } = write({ answers: [ok(1)] });
  for (let second = 0; second < 64; second += 1) {
    type(`chữ ${second}`);
    await clock.pass(1000);
  }
  assert.equal(sent.length, 1);
});

test("a busy server is left alone for as long as it asks, then gets the same write, then the newer text", async () => {
  const busy = { status: 503, body: "busy", headers: { "Retry-After": "50" } };
  const { type, clock, sent, state } = write({ answers: [busy, ok(1), ok(2)] });
  type("một");
  await clock.pass(12000);
  assert.equal(state(), "retry");
  type("một hai");
  await clock.pass(45000);
  assert.equal(sent.length, 1);
  await clock.pass(10000);
  assert.equal(sent[1].body.client_key, sent[0].body.client_key);
  assert.deepEqual(sent[1].body.payload, words("một"));
  assert.equal(state(), "waiting");
  await clock.pass(40000);
  assert.deepEqual(texts(sent), ["một", "một", "một hai"]);
  assert.equal(sent[2].body.version, 1);
  assert.equal(state(), "server");
});

test("retries come ever more slowly, never slower than about seven minutes", async () => {
  const { type, clock, sent } = write({ answers: [new TypeError("network")] });
  type("một");
  await clock.pass(3 * 3600 * 1000);
  const gaps = sent.slice(1).map((each, index) => each.at - sent[index].at);
  assert.ok(gaps.length > 20 && gaps.length < 60, String(gaps.length));
  assert.ok(gaps[0] < gaps[1] && gaps[1] < gaps[2]);
  assert.ok(Math.max(...gaps) <= 375000);
});

test("offline is said at once, and the line's return sends soon", async () => {
  const { page, type, clock, sent, state } = write({ answers: [ok(1)] });
  page.navigator.onLine = false;
  type("một");
  assert.equal(state(), "offline");
  await clock.pass(120000);
  assert.equal(sent.length, 0);
  page.navigator.onLine = true;
  page.dispatchEvent(new Event("online"));
  await clock.pass(3000);
  assert.deepEqual(texts(sent), ["một"]);
});

test("leaving the page sends what is unsaved with keepalive, once", async () => {
  const { page, type, sent, settled } = write({ answers: [ok(1)] });
  page.document.visibilityState = "hidden";
  page.document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sent.length, 0);
  type("một");
  page.document.dispatchEvent(new Event("visibilitychange"));
  page.dispatchEvent(new Event("pagehide"));
  await settled();
  assert.equal(sent.length, 1);
  assert.equal(sent[0].keepalive, true);
});

test("another device's draft stops the saving until the person has chosen: keep mine", async () => {
  const { type, clock, sent, seen, drafts, state, copy } = write(OTHERS);
  type("này");
  await clock.pass(13000);
  assert.equal(seen.conflicts[0].version, 9);
  assert.equal(state(), "conflict");
  type("này nữa");
  await clock.pass(300000);
  assert.equal(sent.length, 1);
  assert.deepEqual(copy().payload, words("này nữa"));
  drafts.insist(9);
  await clock.pass(1);
  assert.equal(sent[1].body.version, 9);
  assert.deepEqual(texts(sent), ["này", "này nữa"]);
  assert.notEqual(sent[1].body.client_key, sent[0].body.client_key);
});

test("another device's draft: take theirs", async () => {
  const { type, clock, sent, seen, drafts, state } = write({ version: 3, answers: [stale(words("kia")), ok(10)] });
  type("này");
  await clock.pass(13000);
  seen.text = "kia";
  drafts.accept(9, "19:55");
  assert.equal(state(), "server");
  await clock.pass(300000);
  assert.equal(sent.length, 1);
  type("kia nữa");
  await clock.pass(40000);
  assert.equal(sent[1].body.version, 9);
});

test("submitted elsewhere stops the saving too", async () => {
  const { type, clock, seen, state } = write({ answers: [refusal(409, "already_submitted")] });
  type("này");
  await clock.pass(13000);
  assert.equal(state(), "conflict");
  assert.equal(seen.conflicts[0].payload, undefined);
});

test("an expired login stops the saving, coming back from the login resumes it", async () => {
  const { page, type, clock, sent, state, copy } = write({ answers: [{ status: 403, body: "<html>" }, ok(1)] });
  type("một");
  await clock.pass(13000);
  assert.equal(state(), "login");
  type("một hai");
  await clock.pass(300000);
  assert.equal(sent.length, 1);
  assert.deepEqual(copy().payload, words("một hai"));
  page.document.dispatchEvent(new Event("visibilitychange"));
  await clock.pass(40000);
  assert.deepEqual(texts(sent), ["một", "một", "một hai"].slice(0, sent.length));
  assert.equal(sent[1].body.client_key, sent[0].body.client_key);
});

test("under another login nothing more is sent, and the text waits for its owner", async () => {
  const { page, type, clock, sent, state, copy } = write({ answers: [refusal(403, "other_login")] });
  type("một");
  await clock.pass(13000);
  assert.equal(state(), "other");
  type("một hai");
  page.document.dispatchEvent(new Event("visibilitychange"));
  page.dispatchEvent(new Event("pagehide"));
  await clock.pass(300000);
  assert.equal(sent.length, 1);
  assert.deepEqual(copy().payload, words("một hai"));
});

test("a refused text is not sent again, the next one is", async () => {
  const { type, clock, sent, seen } = write({ answers: [refusal(413, "too_large"), ok(1)] });
  type("quá dài");
  await clock.pass(200000);
  assert.equal(sent.length, 1);
  assert.deepEqual(seen.states.at(-1), { state: "refused", device: "device", message: "m", fields: undefined });
  type("ngắn");
  await clock.pass(13000);
  assert.deepEqual(texts(sent), ["quá dài", "ngắn"]);
});

test("a preview that stores nothing is asked once", async () => {
  const preview = { status: 200, body: { stored: false, message: "Xem trước" } };
  const { type, clock, sent, state } = write({ answers: [preview] });
  type("một");
  await clock.pass(13000);
  type("hai");
  await clock.pass(300000);
  assert.equal(state(), "preview");
  assert.equal(sent.length, 1);
});

test("a device that keeps nothing does not claim to", async () => {
  const { Boidung, type, copy, seen, drafts } = write({ answers: [ok(1)] });
  type("một");
  Boidung.store.share();
  drafts.erase();
  type("một hai");
  assert.equal(copy(), null);
  assert.equal(seen.states.at(-1).device, "no-device");
});

test("the key of a submit stays with its text, even over a reload, and only with it", () => {
  const first = write();
  first.type("bài của tôi");
  const key = first.drafts.attemptKey();
  assert.equal(first.drafts.attemptKey(), key);
  const again = write({ kept: first.kept, form: "bài của tôi" });
  assert.equal(again.drafts.attemptKey(), key);
  again.type("bài đã sửa");
  assert.notEqual(again.drafts.attemptKey(), key);
  const later = write({ kept: first.kept, form: "bài của tôi", base: 1 });
  assert.notEqual(later.drafts.attemptKey(), key);
});

test("text the server lacks comes back, and is shown first unless the server's is later", () => {
  const { kept, type, clock } = write({ version: 2 });
  type("chưa gửi");
  assert.equal(write({ kept, version: 2, form: "trên hệ thống" }).drafts.recover().newer, true);
  assert.equal(write({ kept, version: 3, savedAt: clock.now - 1, form: "khác" }).drafts.recover().newer, true);
  assert.equal(write({ kept, version: 3, savedAt: clock.now + 1, form: "khác" }).drafts.recover().newer, false);
  assert.equal(write({ kept, version: 2, base: 1, form: "khác" }).drafts.recover().newer, false);
  assert.deepEqual(write({ kept, version: 2 }).drafts.recover().payload, words("chưa gửi"));
});

test("nothing is offered that the server has", async () => {
  const { kept, type, clock } = write({ answers: [ok(1)] });
  type("đã gửi");
  assert.equal(write({ kept, form: "đã gửi" }).drafts.recover(), null);
  await clock.pass(13000);
  assert.equal(write({ kept, form: "khác", version: 1 }).drafts.recover(), null);
  assert.equal(write().drafts.recover(), null);
});

test("a submit waits for the save under way and none follows", async () => {
  let answer;
  const later = new Promise((resolve) => { answer = resolve; });
  const { type, clock, drafts, sent, settled, state } = write({ answers: [later] });
  type("một");
  await clock.pass(13000);
  let paused = false;
  drafts.pause().then(() => { paused = true; });
  await settled();
  assert.equal(paused, false);
  answer(ok(1));
  await settled();
  assert.equal(paused, true);
  type("một hai");
  assert.equal(state(), "waiting"); // not "stopped": what is typed goes out afterwards
  await clock.pass(300000);
  assert.equal(sent.length, 1);
  drafts.unpause();
  await clock.pass(13000);
  assert.equal(sent.length, 2);
});

test("once the form is gone nothing is sent or said", async () => {
  const { page, type, clock, drafts, sent, seen } = write({ answers: [ok(1)] });
  type("một");
  drafts.end();
  const said = seen.states.length;
  page.dispatchEvent(new Event("pagehide"));
  page.dispatchEvent(new Event("offline"));
  await clock.pass(300000);
  assert.equal(sent.length, 0);
  assert.equal(seen.states.length, said);
});
