// The marking desk: counting as the server does, and what the device keeps of a sheet.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const vm = require("node:vm");

/** core.js and desk.js in a page without sheets. */
const load = () => {
  const kept = new Map();
  // Object.keys(localStorage) lists what is kept, as in a browser.
  const storage = new Proxy({}, {
    ownKeys: () => [...kept.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (target, name) => ({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    })[name],
  });
  const page = {
    document: { querySelectorAll: () => [], querySelector: () => null },
    localStorage: storage,
    sessionStorage: { getItem: () => null },
  };
  page.window = page;
  vm.createContext(page);
  for (const name of ["core.js", "desk.js"]) {
    vm.runInContext(fs.readFileSync(path.join(__dirname, "../../static/js", name), "utf8"), page);
  }
  return { Boidung: page.Boidung, kept };
};

const RULE = { scale: 10, step: 0.25, pass: 5, lowestFails: true };
const LOWS = [0, 5, 7, 9];
const rows = (...pairs) => pairs.map(([weight, value]) => ({
  weight, value, level: Math.max(0, LOWS.filter((low) => low <= value).length - 1),
}));

test("points are taken with a comma and with a point", () => {
  const { points } = load().Boidung.rubric;
  assert.equal(points("7,5", 10, 0.25), 7.5);
  assert.equal(points(" 7.25 ", 10, 0.25), 7.25);
  assert.equal(points("10", 10, 0.25), 10);
  assert.equal(points("0", 10, 0.25), 0);
  assert.equal(points("0,3", 10, 0.1), 0.3);
});

test("what the server would refuse is no points", () => {
  const { points } = load().Boidung.rubric;
  for (const text of ["", " ", "bảy", "7,1", "10,25", "-1", "7,", ",5", "7,5,0", "NaN", "1e1"]) {
    assert.equal(points(text, 10, 0.25), null, text);
  }
});

test("points between two ranges belong to the lower level", () => {
  const { level } = load().Boidung.rubric;
  assert.equal(level(8.75, LOWS), 2);
  assert.equal(level(9, LOWS), 3);
  assert.equal(level(4.75, LOWS), 0);
  assert.equal(level(1, [2, 5]), 0);
});

test("the total is rounded half up to a step", () => {
  const { total } = load().Boidung.rubric;
  assert.equal(total(rows([30, 8], [30, 7.5], [25, 7], [15, 7]), RULE).mark, 7.5);
  assert.equal(total(rows([1, 7.5], [1, 7.75]), RULE).mark, 7.75); // 7.625
  assert.equal(total(rows([33.33, 7], [66.67, 7.25]), RULE).mark, 7.25);
  assert.equal(total(rows([1, 10]), RULE).mark, 10);
});

test("the total fails below the pass mark and with one criterion at the lowest level", () => {
  const { total } = load().Boidung.rubric;
  assert.equal(total(rows([1, 5], [1, 5]), RULE).passed, true);
  assert.equal(total(rows([1, 9], [1, 4.75]), RULE).passed, false);
  assert.equal(total(rows([1, 9], [1, 4.75]), { ...RULE, lowestFails: false }).passed, true);
  assert.equal(total(rows([1, 5], [1, 5]), { ...RULE, pass: 5.25 }).passed, false);
});

test("a mark is written with the sign of the language", () => {
  const { text } = load().Boidung.rubric;
  assert.equal(text(7.5, ","), "7,5");
  assert.equal(text(0.1 + 0.2, "."), "0.3");
  assert.equal(text(10, ","), "10");
});

test("a stored mark erases the sheet from the device", () => {
  const { Boidung, kept } = load();
  const key = Boidung.sheets.key("5", "7");
  Boidung.store.set(key, { at: 1, fields: { comment: "Rõ ràng" } });
  Boidung.sheets.confirmed(key, "mark");
  assert.equal(kept.size, 0);
});

test("after a return comments stay for the next version, the reason does not", () => {
  const { Boidung, kept } = load();
  const key = Boidung.sheets.key("5", "7");
  Boidung.store.set(key, { at: 1, fields: { "points.a": "7", "comments.a": "Rõ ràng", reason: "Bổ sung" } });
  Boidung.sheets.confirmed(key, "return");
  assert.equal(Boidung.store.get(key).fields.reason, "");
  assert.equal(Boidung.store.get(key).fields["comments.a"], "Rõ ràng");
  Boidung.store.set(key, { at: 1, fields: { "points.a": "7", "comments.a": " ", reason: "Bổ sung" } });
  Boidung.sheets.confirmed(key, "return");
  assert.equal(kept.size, 0);
});

test("copies nobody came back to go after thirty days, and nothing else does", () => {
  const { Boidung, kept } = load();
  const day = 86400000;
  Boidung.store.set("boidung:5:sheet:1", { at: 0 });
  Boidung.store.set("boidung:5:sheet:2", { at: 20 * day });
  Boidung.store.set("boidung:5:block-v1:a", { at: 0 });
  Boidung.sheets.tidy(31 * day);
  assert.deepEqual([...kept.keys()], ["boidung:5:sheet:2", "boidung:5:block-v1:a"]);
});
