// What all scripts share: texts, keys, storage, and what becomes of a request.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { open } = require("./page.js");

const core = (options) => open(["core.js"], options);
const judged = (...given) => {
  const { kind, code } = core().Boidung.judge(...given);
  return [kind, code].filter(Boolean).join(" ");
};

test("texts are filled by name, and what has no value stays", () => {
  const { fill } = core().Boidung;
  assert.equal(fill("{n}/120–300 từ, {n} {rest}", { n: 0 }), "0/120–300 từ, 0 {rest}");
  assert.equal(fill(null), "");
});

test("words are counted as the server counts them", () => {
  const { words } = core().Boidung;
  assert.equal(words(""), 0);
  assert.equal(words(" \n\t "), 0);
  assert.equal(words("Điều  tôi\u00a0học\nđược."), 4);
});

test("a key fits the server's form and never comes twice", () => {
  const { newKey } = core().Boidung;
  const keys = Array.from({ length: 1000 }, newKey);
  assert.ok(keys.every((key) => /^[A-Za-z0-9_-]{8,64}$/.test(key)));
  assert.equal(new Set(keys).size, 1000);
});

test("a moment reads as clock and date", () => {
  const { Boidung } = core();
  assert.match(Boidung.clock(Date.parse("2026-11-23T13:14:00Z")), /^\d\d:14 2[34]\/11\/2026$/);
});

test("the CSRF token is the one of the moment", async () => {
  const { page, Boidung, sent } = core({ answers: [{ status: 200, body: {} }] });
  page.document.cookie = "sessionid=x; csrftoken=first; lang=vi";
  await Boidung.post("/a", {});
  page.document.cookie = "csrftoken=second";
  await Boidung.post("/a", {});
  assert.deepEqual(sent.map(({ headers }) => headers["X-CSRFToken"]), ["first", "second"]);
});

test("an answer is judged by whether it can succeed later, after a login, or not at all", () => {
  const error = (code, more = {}) => JSON.stringify({ error: { code, message: "m", ...more } });
  assert.equal(judged(200, "{}"), "ok");
  assert.equal(judged(200, "<html>log in"), "login");
  assert.equal(judged(0, ""), "login"); // a redirect
  assert.equal(judged(401, ""), "login");
  assert.equal(judged(403, "<h1>CSRF verification failed"), "login");
  assert.equal(judged(403, error("not_logged_in")), "login not_logged_in");
  assert.equal(judged(403, error("other_login")), "refused other_login");
  assert.equal(judged(400, error("bad_input")), "refused bad_input");
  assert.equal(judged(404, "<html>"), "refused");
  assert.equal(judged(409, error("stale_draft")), "refused stale_draft");
  assert.equal(judged(429, ""), "retry busy");
  assert.equal(judged(500, "<html>"), "retry server");
  assert.equal(judged(503, ""), "retry busy");
});

test("an answer carries message, fields and how long to wait", () => {
  const { judge } = core().Boidung;
  const refused = judge(400, JSON.stringify({ error: { code: "bad_input", message: "Chưa đủ", fields: { a: "b" } } }));
  assert.equal(refused.message, "Chưa đủ");
  assert.equal(refused.error.fields.a, "b");
  assert.equal(judge(503, "", "40").wait, 40);
  assert.equal(judge(503, "", "soon").wait, 0);
  assert.equal(judge(200, '{"stored": false, "message": "Xem trước"}').message, "Xem trước");
});

test("without a line nothing is sent, and no answer is no exception", async () => {
  const { page, Boidung, sent } = core({ answers: [new TypeError("failed to fetch")] });
  assert.equal((await Boidung.post("/a", {})).code, "network");
  page.navigator.onLine = false;
  assert.equal((await Boidung.post("/a", {})).code, "offline");
  assert.equal(sent.length, 1);
});

test("a request that nobody answers ends after 20 seconds", async () => {
  const { Boidung, clock } = core();
  let answer;
  Boidung.post("/a", {}).then((given) => { answer = given; });
  await clock.pass(19999);
  assert.equal(answer, undefined);
  await clock.pass(2);
  assert.deepEqual([answer.kind, answer.code], ["retry", "timeout"]);
});

test("storage that is full, forbidden or of a shared computer says so and never throws", () => {
  const { page, Boidung, kept } = core();
  const { store } = Boidung;
  assert.equal(store.get("none"), null);
  assert.equal(store.set("a", { b: 1 }), true);
  assert.equal(store.get("a").b, 1);
  kept.set("broken", "{");
  assert.equal(store.get("broken"), null);
  store.share();
  assert.equal(store.set("c", 1), false);
  assert.equal(kept.has("c"), false);
  store.remove("a");
  assert.equal(kept.has("a"), false);
  Object.defineProperty(page, "localStorage", { get() { throw new Error("forbidden"); } });
  assert.equal(store.get("a"), null);
  assert.equal(store.set("a", 1), false);
  store.remove("a");
});
