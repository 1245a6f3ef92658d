// The editor's form as a tree: what is sent, where a message belongs, and the names of new rows.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { open } = require("./page.js");

/** The least of a document that the tree looks at: attributes, children, and selectors of one attribute. */
class Part {
  constructor(attributes = {}, children = [], { value = "", checked = false } = {}) {
    Object.assign(this, { attributes, children, value, checked, parentElement: null });
    children.forEach((child) => { child.parentElement = this; });
  }

  get dataset() {
    const camel = (name) => name.slice(5).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(this.attributes).map(([name, value]) => [camel(name), value]));
  }

  hasAttribute(name) { return name in this.attributes; }

  getAttribute(name) { return this.attributes[name] ?? null; }

  setAttribute(name, value) { this.attributes[name] = value; }

  matches(selector) {
    const [, name, value] = /^(?:\[([\w-]+)(?:="?([\w-]+)"?)?\]|template)$/.exec(selector);
    if (!name) return Boolean(this.content);
    return this.hasAttribute(name) && (value === undefined || this.attributes[name] === value);
  }

  closest(selector) {
    return this.matches(selector) ? this : this.parentElement && this.parentElement.closest(selector);
  }

  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  querySelector(selector) { return this.querySelectorAll(selector)[0] || null; }
}

const input = (state) => new Part({ "data-bd-input": "" }, [], state);
const field = (name, kind, ...children) => new Part({ "data-bd-name": name, "data-bd-kind": kind }, children);
const text = (name, value) => field(name, "text", input({ value }));
const scope = (...children) => new Part({ "data-bd-scope": "" }, children);
const row = (removed, ...children) =>
  new Part({ "data-bd-scope": "", "data-bd-row": "", ...(removed ? { "data-bd-removed": "" } : {}) }, children);
const kindOf = (value) => Object.assign(field("kind", "fixed"), { value });
const option = (name) => row(false, text("text", name));

const meeting = (on) =>
  field("meeting", "optional", new Part({ "data-bd-switch": "" }, [], { checked: on }), scope(text("number", "3")));
const form = (on = true) => scope(
  text("display_name", "Điểm dừng 1"),
  field("multiple", "yes_no", input({ checked: true })),
  meeting(on),
  field("rubric", "group", scope(text("scale", "10"))),
  field("steps", "list",
    row(false, kindOf("read"), text("title", "Một")),
    row(true, kindOf("rate"), text("title", "Bỏ")),
    row(false, kindOf("choice"), text("title", "Hai"), field("options", "list", option("A"), option("B")))),
);
const forms = () => open(["core.js", "studio.js"]).Boidung.forms;
// From the page's own world into ours.
const plain = (data) => JSON.parse(JSON.stringify(data));

test("a form is sent in the shape of its model, without what was removed", () => {
  assert.deepEqual(plain(forms().scope(form())), {
    display_name: "Điểm dừng 1",
    multiple: true,
    meeting: { number: "3" },
    rubric: { scale: "10" },
    steps: [
      { kind: "read", title: "Một" },
      { kind: "choice", title: "Hai", options: [{ text: "A" }, { text: "B" }] },
    ],
  });
});

test("a group that is switched off is sent as nothing, whatever it holds", () => {
  assert.equal(forms().scope(form(false)).meeting, null);
});

test("a message finds its field by path, counting the rows that were sent", () => {
  const { field: find } = forms();
  const page = form();
  const at = (path) => find(page, path);
  assert.equal(at("display_name").querySelector("[data-bd-input]").value, "Điểm dừng 1");
  assert.equal(at("steps.1.options.1.text").querySelector("[data-bd-input]").value, "B");
  assert.equal(at("meeting.number").querySelector("[data-bd-input]").value, "3");
  assert.equal(at("rubric.scale").querySelector("[data-bd-input]").value, "10");
  assert.equal(at("steps.1.options").dataset.bdKind, "list");
});

test("a path that leads nowhere finds nothing", () => {
  const { field: find } = forms();
  ["", "nope", "steps.7.title", "steps.0.options.0.text", "display_name.x"].forEach((path) =>
    assert.equal(find(form(), path), null, path));
});

test("the rows of a list are its own, not those of lists inside", () => {
  const page = form();
  assert.equal(forms().rows(page.querySelector("[data-bd-name=steps]")).length, 2);
});

test("a new row and the rows it will make in turn get ids of their own", () => {
  const blank = new Part();
  const inner = new Part({ id: "x-text", "aria-describedby": "x-help x-error" });
  blank.content = new Part({}, [inner]);
  const label = new Part({ for: "x" });
  const made = new Part({}, [label, new Part({ id: "x" }), blank]);
  forms().rename(made, "-n1");
  forms().rename(made, "-n2");
  assert.equal(label.getAttribute("for"), "x-n1-n2");
  assert.equal(made.children[1].getAttribute("id"), "x-n1-n2");
  assert.equal(inner.getAttribute("aria-describedby"), "x-help-n1-n2 x-error-n1-n2");
});
