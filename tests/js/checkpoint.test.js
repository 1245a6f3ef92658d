// The page of a checkpoint as files: its weight, and that script and templates speak of the same things.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const zlib = require("node:zlib");
const page = require("./page.js");

const read = (...parts) => fs.readFileSync(path.join(page.ROOT, ...parts), "utf8");
const TEMPLATES = "boidung_xblock/templates/boidung";
const files = fs.readdirSync(path.join(page.ROOT, TEMPLATES, "checkpoint"));
const own = files.map((name) => read(TEMPLATES, "checkpoint", name));
const lent = ["_panels.html", "_problem.html", "_shared.html"].map((name) => read(TEMPLATES, "reflection", name));
const templates = [...own, ...lent, read(TEMPLATES, "_strings.html")].join("\n");
const block = read("boidung_xblock/checkpoint.py");
const loaded = [...block.matchAll(/"((?:css|js)\/[a-z]+\.(?:css|js))"/g)].map(([, name]) => name);
const script = read("static/js/checkpoint.js");

test("all that the page of a checkpoint loads is at most 12 kB, compressed", () => {
  assert.equal(loaded.length, 5);
  const sizes = loaded.map((name) => zlib.gzipSync(read("static", name), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total <= 12000, `${total} bytes: ${loaded.map((name, index) => `${name} ${sizes[index]}`).join(", ")}`);
});

test("every part that the script looks for is in the templates", () => {
  const names = [...script.matchAll(/\[(data-[a-z-]+)/g)].map(([, name]) => name);
  const on = [...script.matchAll(/\bon\("([a-z]+)"/g)].map(([, name]) => `data-bd-${name}`);
  assert.deepEqual([...names, ...on].filter((name) => !templates.includes(name)), []);
  assert.ok(names.length > 12 && on.length > 5);
});

test("every text that the script shows is in the templates, and no other", () => {
  const named = [...script.matchAll(/\btext\("([a-z-]+)"/g)].map(([, name]) => name);
  const states = ["device", "no-device", "waiting", "server", "retry", "offline", "stopped", "low", "fine", "over"];
  const failures = ["offline", "network", "timeout", "busy", "server"].map((code) => `failed-${code}`);
  const used = new Set([...named, ...states, ...failures, "is-missing", "is-low", "is-over", "rate", "choose"]);
  const given = new Set([...templates.matchAll(/data-t-([a-z-]+)=/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), [...given].sort());
});

test("every kind of step has a way to be answered", () => {
  const kinds = [...read("boidung_xblock/authored/checkpoint.py").matchAll(/kind: Literal\["([a-z_]+)"\]/g)];
  assert.equal(kinds.length, 5);
  assert.deepEqual(kinds.map(([, kind]) => kind).filter((kind) => !script.includes(`    ${kind}: () =>`)), []);
});

test("no part of the page is fixed to the screen or measured by it, and no link goes nowhere", () => {
  const styles = read("static/css/checkpoint.css");
  assert.doesNotMatch(styles, /position:\s*(fixed|sticky)|\d(vh|dvh|svh)\b|@import|url\(/);
  assert.doesNotMatch(templates, /href="#|<script|style="| on[a-z]+="/);
});

test("every rule of the style sheet stays within the product", () => {
  const plain = read("static/css/checkpoint.css").replace(/\/\*[^]*?\*\//g, "").replace(/@media[^{]*\{/g, "");
  const open = (selector) => (/\(/.test(selector) ? open(selector.replace(/\([^()]*\)/g, "")) : selector);
  const parts = [...plain.matchAll(/([^{}]+)\{/g)].flatMap(([, selector]) => open(selector).split(","));
  assert.ok(parts.length > 25);
  assert.deepEqual(parts.filter((part) => !part.trim().startsWith(".bd")), []);
});

const unplaced = (payload, ...forms) => {
  const { Boidung } = page.open(["core.js", "checkpoint.js"]);
  const found = Boidung.unplaced({ answers: { "lien-he.0": " Hai trăm từ\n" }, ...payload }, forms);
  return JSON.parse(JSON.stringify(found));
};
const UNSENT = { unsent: { "lien-he.0": "Liên hệ" } };
const TEXT = { key: "lien-he.0", title: "Liên hệ", value: "Hai trăm từ" };
const NOW = { slug: "lien-he", key: "lien-he.1", value: "ngắn gọn" };

test("an unsent text has no place where another try has begun, or no form is left", () => {
  assert.deepEqual(unplaced(UNSENT, NOW), [{ ...TEXT, home: NOW }]);
  assert.deepEqual(unplaced(UNSENT), [TEXT]);
  assert.deepEqual(unplaced({ lost: UNSENT.unsent }, { ...NOW, slug: "lien" }, NOW), [{ ...TEXT, home: NOW }]);
});

test("an unsent text has its place in its own form, and in one that contains it", () => {
  assert.deepEqual(unplaced(UNSENT, { ...NOW, key: "lien-he.0" }), []);
  assert.deepEqual(unplaced(UNSENT, { ...NOW, value: "Hai trăm từ và thêm nữa" }), []);
});

test("what was chosen, answered or left empty is no unsent text", () => {
  assert.deepEqual(unplaced({}), []);
  assert.deepEqual(unplaced({ ...UNSENT, answers: {} }), []);
  assert.deepEqual(unplaced({ ...UNSENT, answers: { "lien-he.0": " \n" } }), []);
});
