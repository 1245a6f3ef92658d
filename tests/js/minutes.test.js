// The form of minutes: reading and filling it, and what the autosave tells it.
"use strict";

const assert = require("node:assert");
const test = require("node:test");

const { open } = require("./page.js");

/** As much of a document as the form needs: fields, radios and rows that are made from a template. */
const makeForm = (rows) => {
  const field = (name, value, more = {}) => ({ name, value, ...more });
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
    querySelectorAll: (selector) => (selector === "[type=radio]" ? radios : texts),
    querySelector: (selector) => {
      const [, kind, name] = /data-bd-(lines|blank)="(\w+)"/.exec(selector);
      return kind === "lines" ? lists[name] : template(name);
    },
  };
};

const load = (options = {}) => {
  const opened = open(["core.js", "drafts.js"], options);
  opened.page.document.querySelectorAll = () => [];
  const { page } = opened;
  require("node:vm").runInContext(
    require("node:fs").readFileSync(require("node:path").join(__dirname, "../../static/js/minutes.js"), "utf8"), page);
  return opened;
};

const ROWS = {
  opinions: [{ who: "Ân", what: "Nên chia nhóm" }, { who: " ", what: "" }],
  tasks: [{ what: "", who: "", when: "" }],
};
/** Objects of the page's realm as ours. */
const plain = (value) => JSON.parse(JSON.stringify(value));

test("texts, rows and the roll call are read, empty rows are not", () => {
  const form = makeForm(ROWS);
  assert.deepEqual(plain(load().Boidung.minutesForm(form).read()), {
    fields: { place: "Phòng hội đồng", conclusion: "Thử ở lớp 6A" },
    opinions: [{ who: "Ân", what: "Nên chia nhóm" }],
    tasks: [],
    roll: { 12: "present", 13: "present" },
  });
});

test("what was kept on the device fills the form, with one empty row to go on", () => {
  const form = makeForm(ROWS);
  const minutes = load().Boidung.minutesForm(form);
  const kept = {
    fields: { place: "Phòng 2" },
    opinions: [{ who: "Tâm", what: "Một" }, { who: "Mai", what: "Hai" }],
    tasks: [{ what: "Soạn phiếu", who: "Tâm", when: "27/11" }],
    roll: { 12: "excused" },
  };
  minutes.fill(kept);
  assert.equal(form.lists.opinions.lines.length, 3);
  assert.deepEqual(plain(minutes.read()), {
    fields: { place: "Phòng 2", conclusion: "Thử ở lớp 6A" },
    opinions: kept.opinions,
    tasks: kept.tasks,
    roll: { 12: "excused", 13: "present" },
  });
});

test("a row that is added can be removed", () => {
  const form = makeForm(ROWS);
  const line = load().Boidung.minutesForm(form).add("opinions");
  assert.equal(line.drop.hidden, false);
  assert.equal(form.lists.opinions.lines.length, 3);
});

/** An autosave of minutes with a text that the test types. */
const saving = (answers, kept = new Map()) => {
  const opened = load({ answers, kept });
  const text = { fields: { place: "" }, opinions: [], tasks: [], roll: {} };
  const shown = [];
  const clashes = [];
  const drafts = opened.Boidung.drafts({
    key: "boidung:5:minutes", url: "/save/", usageKey: "", userId: 5, base: 0, version: 2, savedAt: 0,
    read: () => text,
    words: (minutes) => JSON.stringify(minutes),
    show: (state, detail) => shown.push({ state, ...detail }),
    conflict: (error) => clashes.push(error),
  });
  const type = async (place) => {
    text.fields.place = place;
    drafts.changed();
    await opened.clock.pass(60000);
  };
  return { ...opened, text, shown, clashes, drafts, type };
};

test("the form learns the version that was saved, and which field was refused", async () => {
  const fields = { day: "Ghi ngày" };
  const { shown, type } = saving([
    { status: 200, body: { version: 3, saved_text: "20:14" } },
    { status: 400, body: { error: { code: "bad_minutes", message: "Chưa lưu", fields } } },
  ]);
  await type("Phòng 2");
  assert.deepEqual([shown.at(-1).state, shown.at(-1).version, shown.at(-1).time], ["server", 3, "20:14"]);
  await type("Phòng 3");
  assert.equal(shown.at(-1).state, "refused");
  assert.deepEqual(plain(shown.at(-1).fields), fields);
});

test("after a conflict nothing is sent until somebody decides to replace what is stored", async () => {
  const error = { code: "stale", message: "…", version: 7, saved_by: "Tâm", saved_text: "20:15" };
  const { clashes, drafts, sent, type, clock } = saving([
    { status: 409, body: { error } },
    { status: 200, body: { version: 8, saved_text: "20:16" } },
  ]);
  await type("Của Mai");
  await type("Của Mai nữa");
  assert.equal(sent.length, 1);
  assert.equal(clashes[0].saved_by, "Tâm");
  drafts.insist(clashes[0].version);
  await clock.pass(1000);
  assert.deepEqual([sent[1].body.version, sent[1].body.payload.fields.place], [7, "Của Mai nữa"]);
});

test("text of minutes that was not saved is found again on the device", async () => {
  const kept = new Map();
  const before = saving([new Error("no network")], kept);
  await before.type("Chưa lưu");
  const after = saving([], kept);
  assert.deepEqual(plain(after.drafts.recover().payload), plain(before.text));
  after.text.fields.place = "Chưa lưu";
  assert.equal(after.drafts.recover(), null);
});
