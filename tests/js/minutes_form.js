// As much of the page of minutes as its script needs. Not a test itself.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const { open, ROOT } = require("./page.js");

const field = (name, value, more = {}) => ({ name, value, setAttribute() {}, removeAttribute() {}, ...more });

/** Fields, radios and rows that are made from a template. */
exports.makeForm = (rows) => {
  const makeLine = (name, values) => {
    const cells = Object.entries(values).map(([column, value]) => field(`${name}.${column}`, value));
    const drop = { hidden: true };
    return { cells, drop, querySelectorAll: () => cells, querySelector: () => drop };
  };
  const makeList = (name, values) => {
    const list = { lines: values.map((one) => makeLine(name, one)) };
    list.querySelectorAll = () => list.lines;
    list.append = (line) => list.lines.push(line);
    list.replaceChildren = () => list.lines.splice(0);
    return list;
  };
  const blank = { opinions: { who: "", what: "" }, tasks: { what: "", who: "", when: "" } };
  const lists = { opinions: makeList("opinions", rows.opinions), tasks: makeList("tasks", rows.tasks) };
  const texts = [field("place", "Phòng hội đồng"), field("conclusion", "Thử ở lớp 6A")];
  const radios = [
    field("roll.12", "present", { checked: true }),
    field("roll.12", "excused", { checked: false }),
    field("roll.13", "present", { checked: true }),
  ];
  const template = (name) => ({ content: { firstElementChild: { cloneNode: () => makeLine(name, blank[name]) } } });
  return {
    lists,
    texts,
    radios,
    querySelectorAll: (selector) => ({ "[type=radio]": radios, "[data-bd-field]": texts })[selector] || [],
    querySelector: (selector) => {
      const [, kind, name] = /data-bd-(lines|blank)="(\w+)"/.exec(selector);
      return kind === "lines" ? lists[name] : template(name);
    },
  };
};

/** The scripts, in a page whose document has nothing but what `marks` say: {selector: elements}. */
exports.load = (options = {}, marks = {}) => {
  const opened = open(["core.js", "drafts.js"], options);
  opened.page.document.querySelectorAll = (selector) => marks[selector] || [];
  vm.runInContext(fs.readFileSync(path.join(ROOT, "static/js/minutes.js"), "utf8"), opened.page);
  return opened;
};

/**
 * The whole form, alive: `stored` is the place and `version` its version, `dataset` what else the page tells it. With
 * the clash box, the line that tells what is saved, the hidden fields; `press` sends the form by a button.
 */
exports.live = ({ stored = "", version = 2, dataset = {}, marks = {}, ...options } = {}) => {
  const opened = exports.load(options, marks);
  const form = exports.makeForm({ opinions: [], tasks: [] });
  const [place] = form.texts;
  place.value = stored;
  const parts = {};
  const part = (selector) => {
    parts[selector] ||= { hidden: false, textContent: "", dataset: {}, scrollIntoView() {}, querySelector: part };
    return parts[selector];
  };
  part("[data-bd-clash]").hidden = true;
  const { querySelector } = form;
  const heard = {};
  const left = [];
  const hidden = { row_version: { value: String(version) }, unsure_key: { value: "" }, csrfmiddlewaretoken: {} };
  opened.page.location = { assign: (address) => left.push(address) };
  Object.assign(form, {
    dataset: {
      user: "5", key: "minutes:/m/", url: "/save/", page: "/m/", version: String(version), ownKey: "",
      tOlder: "older", tRecovered: "recovered", tConflict: "conflict", tServer: "server", ...dataset,
    },
    elements: hidden,
    querySelector: (selector) => (/lines|blank/.test(selector) ? querySelector(selector) : part(selector)),
    addEventListener: (name, act) => {
      heard[name] = act;
    },
    getAttribute: () => "/m/",
    submit: () => left.push("submitted"),
  });
  opened.Boidung.minutes(form);
  const type = async (text, pause = 60000) => {
    place.value = text;
    heard.input();
    await opened.clock.pass(pause);
  };
  const press = () => heard.submit({ preventDefault() {}, submitter: null });
  const saved = part("[data-bd-saved]");
  return { ...opened, form, place, hidden, left, type, press, saved, clash: part("[data-bd-clash]"), part };
};
