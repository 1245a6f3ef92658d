/* Minutes of a meeting (promises: types-minutes.d.ts). The form works without this file; with it: autosave, rows that
   come and go, and a choice when somebody else has saved in between. */

Boidung.minutesForm = (form) => {
  const { one, all } = Boidung;
  const ROWS = ["opinions", "tasks"];
  /** @param {string} name */
  const list = (name) => one(form, `[data-bd-lines="${name}"]`);
  /** @param {any} line */
  const cells = (line) => all(line, "[name]");
  /** "opinions.who" → "who" @param {any} cell */
  const column = (cell) => cell.name.split(".")[1];
  const texts = () => all(form, "[data-bd-field]");
  /** "roll.12" → "12" @param {any} radio */
  const person = (radio) => radio.name.slice(5);
  const radios = () => all(form, "[type=radio]");

  /** @param {string} name */
  const rows = (name) => all(list(name), "[data-bd-line]")
    .map((line) => Object.fromEntries(cells(line).map((cell) => [column(cell), cell.value])))
    .filter((row) => Object.values(row).some((text) => text.trim()));

  /** @param {string} name */
  const add = (name) => {
    const line = one(form, `[data-bd-blank="${name}"]`).content.firstElementChild.cloneNode(true);
    one(line, "[data-bd-drop]").hidden = false;
    list(name).append(line);
    return line;
  };

  return {
    add,
    read: () => ({
      fields: Object.fromEntries(texts().map((field) => [field.name, field.value])),
      opinions: rows("opinions"),
      tasks: rows("tasks"),
      roll: Object.fromEntries(radios().filter((radio) => radio.checked).map((radio) => [person(radio), radio.value])),
    }),
    fill(minutes) {
      texts().forEach((field) => {
        if (field.name in minutes.fields) field.value = minutes.fields[field.name];
      });
      radios().forEach((radio) => {
        if (person(radio) in minutes.roll) radio.checked = minutes.roll[person(radio)] === radio.value;
      });
      ROWS.forEach((name) => {
        list(name).replaceChildren();
        const typed = name === "opinions" ? minutes.opinions : minutes.tasks;
        typed.forEach((row) => cells(add(name)).forEach((cell) => {
          cell.value = row[column(cell)] || "";
        }));
        add(name);
      });
    },
  };
};

Boidung.minutes = (form) => {
  const { one, all, say, fill } = Boidung;
  const { dataset } = form;
  const { read, fill: refill, add } = Boidung.minutesForm(form);
  const saved = one(form, "[data-bd-saved]");
  const clash = one(form, "[data-bd-clash]");
  const version = form.elements.row_version;
  let stored = 0; // the version that somebody else has saved
  let leaving = false;

  // -- saving by and by ---------------------------------------------------------------------------------------

  const texts = () => all(form, "[data-bd-field]");

  /** @param {Record<string, string>} errors */
  const blame = (errors) => texts().forEach((field) => {
    const message = errors[field.name] || "";
    say(one(form, `#bd-${field.name}-error`), message);
    if (message) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });

  /** @type {Record<string, string>} */
  const words = {
    waiting: dataset.tWaiting,
    server: dataset.tServer,
    retry: dataset.tRetry,
    offline: dataset.tOffline,
    login: dataset.tLogin,
    other: dataset.tOther,
    conflict: dataset.tConflict,
    refused: dataset.tRefused,
  };

  const drafts = Boidung.drafts({
    key: `boidung:${dataset.user}:${dataset.key}`,
    url: dataset.url,
    usageKey: "",
    userId: Number(dataset.user),
    base: 0,
    version: Number(dataset.version),
    savedAt: Date.parse(dataset.savedAt) || 0,
    read,
    words: (minutes) => JSON.stringify(minutes),
    show(state, detail) {
      if (detail.version) version.value = String(detail.version);
      if (state === "server") {
        blame({});
        drafts.erase(); // names and opinions: the computer may be shared, and the server has them now
      }
      if (state === "refused") blame(detail.fields || {});
      saved.dataset.state = state;
      const why = state === "refused" && detail.message ? detail.message : words[state] || "";
      say(saved, fill(why, { time: detail.time || "" }));
    },
    conflict(error) {
      const stale = error.code === "stale";
      if (stale) stored = error.version;
      ask(stale ? fill(dataset.tConflictBy, { name: error.saved_by, time: error.saved_text }) : error.message, stale);
    },
  });

  /** Two texts: the person decides. @param {string} text @param {boolean} mayKeep */
  function ask(text, mayKeep) {
    say(one(clash, "[data-bd-text]"), text);
    one(clash, "[data-bd-keep]").hidden = !mayKeep;
    clash.hidden = false;
    clash.scrollIntoView({ block: "center" });
  }

  /** @param {number} seen */
  function hold(seen) {
    drafts.hold(seen);
    saved.dataset.state = "conflict";
    say(saved, words.conflict);
  }

  one(clash, "[data-bd-keep]").onclick = () => {
    clash.hidden = true;
    version.value = String(stored);
    drafts.insist(stored);
  };
  one(clash, "[data-bd-take]").onclick = () => {
    leaving = true;
    drafts.end();
    drafts.erase();
    window.location.assign(dataset.page);
  };

  // -- rows ---------------------------------------------------------------------------------------------------

  all(form, "[data-bd-add]").forEach((button) => {
    // The server's empty rows are for those without scripts: one to begin with is enough.
    const empty = all(form, `[data-bd-lines="${button.dataset.bdAdd}"] [data-bd-line]`)
      .filter((line) => !all(line, "[name]").some((cell) => cell.value.trim()));
    empty.slice(1).forEach((line) => line.remove());
    button.hidden = false;
    button.onclick = () => one(add(button.dataset.bdAdd), "[name]").focus();
  });
  all(form, "[data-bd-drop]").forEach((button) => {
    button.hidden = false;
  });
  form.addEventListener("click", (/** @type {any} */ event) => {
    const drop = event.target.closest("[data-bd-drop]");
    if (!drop) return;
    const list = drop.closest("[data-bd-lines]");
    drop.closest("[data-bd-line]").remove();
    one(form, `[data-bd-add="${list.dataset.bdLines}"]`).focus();
    drafts.changed();
  });

  // -- sending ------------------------------------------------------------------------------------------------

  form.addEventListener("input", () => drafts.changed());
  form.addEventListener("submit", async (/** @type {any} */ event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const address = (event.submitter && event.submitter.getAttribute("formaction")) || form.getAttribute("action");
    await drafts.pause(); // so that our own autosave is not taken for somebody else's
    form.elements.unsure_key.value = drafts.unsureKey(); // nor one whose answer was lost
    const token = form.elements.csrfmiddlewaretoken;
    token.value = Boidung.csrf() || token.value;
    form.action = address;
    form.submit();
  });
  window.addEventListener("pageshow", (/** @type {any} */ event) => {
    if (event.persisted) window.location.reload(); // back from the next page: the version has moved on
  });

  // -- what this device still holds ---------------------------------------------------------------------------

  // After a conflict the page shows both texts: nothing replaces the stored one but a button.
  if (dataset.posted === "conflict") hold(Number(dataset.version));
  all(document, "[data-bd-forgo]").forEach((link) => link.addEventListener("click", () => drafts.erase()));
  if ("posted" in dataset) return;
  const copy = drafts.recover();
  if (!copy) {
    drafts.erase(); // nothing in it that is not stored
    return;
  }
  refill(copy.payload);
  if (copy.version >= Number(dataset.version) || (copy.unsure && copy.unsure === dataset.ownKey)) {
    drafts.changed();
    say(saved, dataset.tRecovered);
  } else {
    // Somebody else has saved since: no clock decides between two people.
    stored = Number(dataset.version);
    version.value = String(copy.version);
    hold(copy.version);
    ask(dataset.tOlder, true);
  }
};

Boidung.all(document, "[data-bd-forget]").forEach((mark) => Boidung.store.remove(mark.dataset.bdForget));
Boidung.all(document, "[data-bd-minutes]").forEach(Boidung.minutes);
