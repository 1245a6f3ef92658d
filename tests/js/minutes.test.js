// The form of minutes: reading and filling it, and what the autosave tells it.
"use strict";

const assert = require("node:assert");
const test = require("node:test");

const { live, load, makeForm } = require("./minutes_form.js");

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

// -- the whole form -------------------------------------------------------------------------------------------------
const KEY = "boidung:5:minutes:/m/";
const STORED = { status: 200, body: { version: 3, saved_text: "20:14" } };
/** What the device holds of a form whose autosave did not get through. */
const offline = async (place, version) => {
  const kept = new Map();
  const page = live({ kept, version, answers: [new Error("no network")] });
  await page.type(place);
  return { kept, page };
};

test("what was not saved and stands on the stored version fills the form and is saved", async () => {
  const { kept } = await offline("Của Tâm", 2);
  const again = live({ kept, version: 2, answers: [STORED] });
  assert.deepEqual([again.place.value, again.saved.textContent], ["Của Tâm", "recovered"]);
  assert.equal(again.clash.hidden, true);
  await again.clock.pass(60000);
  assert.deepEqual([again.sent[0].body.version, again.sent[0].body.payload.fields.place], [2, "Của Tâm"]);
});

test("what was written before somebody else saved is asked about, whatever the device's clock says", async () => {
  for (const minutes of [-600, 600]) {
    const { kept, page } = await offline("Của Tâm", 2);
    const savedAt = new Date(page.clock.now + minutes * 60000).toISOString();
    const again = live({ kept, version: 3, stored: "Của Mai", answers: [STORED], dataset: { savedAt } });
    assert.deepEqual([again.place.value, again.clash.hidden], ["Của Tâm", false]);
    assert.equal(again.part("[data-bd-text]").textContent, "older");
    await again.type("Của Tâm, viết thêm");
    assert.equal(again.sent.length, 0);
    assert.equal(again.saved.textContent, "conflict");
    assert.equal(again.hidden.row_version.value, "2"); // by a button the server asks once more
    const third = live({ kept, version: 3, stored: "Của Mai", answers: [STORED] });
    assert.deepEqual([third.place.value, third.clash.hidden], ["Của Tâm, viết thêm", false]);
  }
});

test("of two texts the person keeps their own or takes the other", async () => {
  const { kept } = await offline("Của Tâm", 2);
  const keeps = live({ kept: new Map(kept), version: 3, answers: [STORED] });
  keeps.part("[data-bd-keep]").onclick();
  await keeps.clock.pass(1000);
  assert.deepEqual([keeps.sent[0].body.version, keeps.sent[0].body.payload.fields.place], [3, "Của Tâm"]);
  assert.equal(keeps.clash.hidden, true);
  const takes = live({ kept, version: 3, answers: [STORED] });
  takes.part("[data-bd-take]").onclick();
  assert.deepEqual([takes.left, kept.has(KEY), takes.sent], [["/m/"], false, []]);
});

test("a save of one's own whose answer was lost is nobody else's", async () => {
  const { kept, page } = await offline("Một", 2);
  await page.type("Một, hai", 1000);
  const ownKey = page.sent[0].body.client_key;
  const again = live({ kept, version: 3, stored: "Một", dataset: { ownKey }, answers: [STORED] });
  assert.deepEqual([again.place.value, again.clash.hidden], ["Một, hai", true]);
  await again.clock.pass(60000);
  assert.equal(again.sent[0].body.version, 3);
});

test("a button names the save whose answer was lost, and no other", async () => {
  const { page } = await offline("Một", 2);
  await page.press();
  assert.deepEqual([page.hidden.unsure_key.value, page.left], [page.sent[0].body.client_key, ["submitted"]]);
  const quiet = live({ answers: [STORED] });
  await quiet.type("Một");
  await quiet.press();
  assert.deepEqual([quiet.hidden.unsure_key.value, quiet.hidden.row_version.value], ["", "3"]);
});

test("shown again after a conflict, a text replaces nothing by itself, nor when the page is opened anew", async () => {
  const kept = new Map();
  const page = live({ kept, version: 2, stored: "Của Mai", answers: [STORED], dataset: { posted: "conflict" } });
  await page.type("Của Mai, thêm một chữ");
  assert.equal(page.sent.length, 0);
  const again = live({ kept, version: 3, stored: "Của Tâm", answers: [STORED] });
  assert.deepEqual([again.place.value, again.clash.hidden], ["Của Mai, thêm một chữ", false]);
});

test("who takes what is stored on the page of a conflict is not asked again", async () => {
  const { kept } = await offline("Của Mai", 2);
  const link = { addEventListener: (name, act) => Object.assign(link, { [name]: act }) };
  live({ kept, version: 2, dataset: { posted: "conflict" }, marks: { "[data-bd-forgo]": [link] } });
  link.click();
  assert.equal(kept.has(KEY), false);
});

test("what was refused is not replaced by what the device held before, and is saved once it is right", async () => {
  const { kept } = await offline("Cũ hơn", 2);
  const page = live({ kept, version: 2, stored: "Vừa gõ", answers: [STORED], dataset: { posted: "refused" } });
  assert.equal(page.place.value, "Vừa gõ");
  await page.type("Vừa gõ, đã sửa");
  assert.equal(page.sent[0].body.payload.fields.place, "Vừa gõ, đã sửa");
});

test("names and opinions do not stay on the device once the server has them", async () => {
  const kept = new Map();
  const page = live({ kept, answers: [new Error("no network"), STORED] });
  await page.type("Tên và ý kiến", 12000);
  assert.ok(kept.get(KEY).includes("Tên và ý kiến"));
  await page.clock.pass(600000);
  assert.equal(page.saved.textContent, "server");
  assert.equal(kept.has(KEY), false);
});

test("a copy that holds nothing but what is stored is forgotten when the page opens", async () => {
  const { kept } = await offline("Tên và ý kiến", 2);
  live({ kept, version: 3, stored: "Tên và ý kiến" });
  assert.equal(kept.has(KEY), false);
});

test("the page after a save or a send makes the device forget its copy, and no other", async () => {
  const { kept } = await offline("Tên và ý kiến", 2);
  kept.set("boidung:5:minutes:/other/", "{}");
  load({ kept }, { "[data-bd-forget]": [{ dataset: { bdForget: KEY } }] });
  assert.deepEqual([...kept.keys()], ["boidung:5:minutes:/other/"]);
});
