// The learner page as files: its weight, and that scripts and templates speak of the same things.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const zlib = require("node:zlib");
const { ROOT } = require("./page.js");

const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), "utf8");
const TEMPLATES = "boidung_xblock/templates/boidung/reflection";
const templates = fs.readdirSync(path.join(ROOT, TEMPLATES)).map((name) => read(TEMPLATES, name))
  .concat(read(TEMPLATES, "../_strings.html")).join("\n");
const block = read("boidung_xblock/reflection.py");
const loaded = [...block.matchAll(/"((?:css|js)\/[a-z]+\.(?:css|js))"/g)].map(([, name]) => name);
const scripts = loaded.filter((name) => name.endsWith(".js")).map((name) => read("static", name)).join("\n");

test("all that a learner page loads is at most 12 kB, compressed", () => {
  assert.equal(loaded.length, 6);
  const sizes = loaded.map((name) => zlib.gzipSync(read("static", name), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total <= 12000, `${total} bytes: ${loaded.map((name, index) => `${name} ${sizes[index]}`).join(", ")}`);
});

test("every part that the scripts look for is in the templates", () => {
  const names = [...scripts.matchAll(/\[(data-[a-z-]+)/g)].map(([, name]) => name);
  const on = [...scripts.matchAll(/\bon\("([a-z]+)"/g)].map(([, name]) => `data-bd-${name}`);
  // Set by the scripts themselves on an uploaded row.
  const missing = [...names, ...on].filter((name) => name !== "data-uid" && !templates.includes(name));
  assert.deepEqual(missing, []);
  assert.ok(names.length > 15 && on.length > 8);
});

test("every text that the scripts show is in the templates", () => {
  const named = [...scripts.matchAll(/\btext\("([a-z-]+)"/g)].map(([, name]) => name);
  const states = ["device", "no-device", "waiting", "server", "retry", "offline", "stopped", "low", "fine", "over"];
  const made = ["is-missing", "is-low", "is-over", "failed-offline", "failed-network", "failed-timeout", "failed-busy"];
  const files = ["file-failed", "file-kept", "file-type", "file-empty", "file-size"];
  const missing = [...named, ...states, ...made, ...files].filter((name) => !templates.includes(`data-t-${name}=`));
  assert.deepEqual(missing, []);
  const given = [...templates.matchAll(/data-t-([a-z-]+)=/g)].map(([, name]) => name);
  const used = new Set([...named, ...states, ...made, ...files]);
  assert.deepEqual(given.filter((name) => !used.has(name)), []);
});

test("no part of the learner page is fixed to the screen or measured by it, and no link goes nowhere", () => {
  const styles = loaded.filter((name) => name.endsWith(".css")).map((name) => read("static", name)).join("\n");
  assert.doesNotMatch(styles, /position:\s*(fixed|sticky)|\d(vh|dvh|svh)\b|@import|url\(/);
  assert.doesNotMatch(templates, /href="#|<script|style="| on[a-z]+="/);
});

test("every rule of a style sheet stays within the product", () => {
  const styles = loaded.filter((name) => name.endsWith(".css")).map((name) => read("static", name)).join("\n");
  const plain = styles.replace(/\/\*[^]*?\*\//g, "").replace(/@media[^{]*\{/g, "");
  const open = (selector) => (/\(/.test(selector) ? open(selector.replace(/\([^()]*\)/g, "")) : selector);
  const parts = [...plain.matchAll(/([^{}]+)\{/g)].flatMap(([, selector]) => open(selector).split(","));
  assert.ok(parts.length > 80);
  assert.deepEqual(parts.filter((part) => !part.trim().startsWith(".bd")), []);
});
