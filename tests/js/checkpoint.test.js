// The page of a checkpoint as files: its weight, and that script and templates speak of the same things.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const zlib = require("node:zlib");
const { ROOT } = require("./page.js");

const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), "utf8");
const TEMPLATES = "boidung_xblock/templates/boidung";
const own = fs.readdirSync(path.join(ROOT, TEMPLATES, "checkpoint")).map((name) => read(TEMPLATES, "checkpoint", name));
const lent = ["_panels.html", "_problem.html"].map((name) => read(TEMPLATES, "reflection", name));
const templates = [...own, ...lent].join("\n");
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
