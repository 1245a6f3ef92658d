/* The editor in Studio: reads a form off its nesting, moves rows about, and shows each message at its field. */
window.BoidungStudio = function start(runtime, element) {
  const { one, all, say } = Boidung;
  const root = one(element.jquery ? element[0] : element, "[data-bd-studio]");
  const text = (name, values) => Boidung.fill(root.getAttribute(`data-t-${name}`), values);
  const { scope: read, field: find, rename } = Boidung.forms;
  const top = one(root, "[data-bd-scope]");
  const live = (list) => Boidung.forms.rows(list);
  const notify = (name, data) => runtime.notify?.(name, data);
  let digest = root.dataset.digest;
  let added = 0;
  let saving = false;

  const listOf = (row) => row.parentElement.closest("[data-bd-kind=list]");
  const nameOf = (row) => one(row, "strong").textContent;

  const renumber = (list) => {
    const rows = live(list);
    rows.forEach((row, index) => {
      say(one(row, "[data-bd-number]"), String(index + 1));
      one(row, ":scope > .bds-tools [data-bd-up]").disabled = index === 0;
      one(row, ":scope > .bds-tools [data-bd-down]").disabled = index === rows.length - 1;
    });
    all(list, ":scope > .bd-row > [data-bd-add]").forEach((button) => {
      button.disabled = Boolean(list.dataset.most) && rows.length >= Number(list.dataset.most);
    });
  };

  const add = (button) => {
    const list = button.closest("[data-bd-kind=list]");
    const blank = one(list, `:scope > template[data-bd-blank="${button.dataset.bdAdd}"]`);
    const row = blank.content.cloneNode(true).firstElementChild;
    rename(row, `-n${(added += 1)}`);
    one(list, ":scope > [data-bd-rows]").append(row);
    all(row, "[data-bd-kind=list]").forEach(renumber);
    renumber(list);
    one(row, "[data-bd-input]").focus();
  };

  const move = (row, back) => {
    const list = listOf(row);
    const rows = live(list);
    const other = rows[rows.indexOf(row) + (back ? -1 : 1)];
    if (!other) return;
    other[back ? "before" : "after"](row);
    renumber(list);
    const button = one(row, `:scope > .bds-tools [data-bd-${back ? "up" : "down"}]`);
    const opposite = one(row, `:scope > .bds-tools [data-bd-${back ? "down" : "up"}]`);
    (button.disabled ? opposite : button).focus();
    say(one(root, "[data-bd-say]"), text("moved", { name: nameOf(row) }));
  };

  // What is removed stays in sight, to be brought back; it goes when the form is saved.
  const remove = (row, gone) => {
    if (gone) say(one(root, "[data-bd-say]"), text("removed", { name: nameOf(row) }));
    row.toggleAttribute("data-bd-removed", gone);
    const tools = one(row, ":scope > .bds-tools");
    all(tools, "button").forEach((button) => { button.hidden = button.hasAttribute("data-bd-undo") !== gone; });
    renumber(listOf(row));
    one(tools, gone ? "[data-bd-undo]" : "[data-bd-remove]").focus();
  };

  const problem = (message, { overwrite = false } = {}) => {
    const box = one(root, "[data-bd-problem]");
    say(one(box, "p"), message);
    one(box, "[data-bd-overwrite]").hidden = !overwrite;
    box.hidden = !message;
    if (message) box.focus();
  };

  const clear = () => {
    all(root, "[data-bd-error]").forEach((place) => say(place, ""));
    all(root, "[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    problem("");
  };

  const showAt = (holder, message) => {
    say(one(holder, "[data-bd-error]"), message);
    const leaf = one(holder, ":scope > [data-bd-input], :scope > label > [data-bd-input]");
    leaf?.setAttribute("aria-invalid", "true");
    let above = holder.closest("details");
    for (; above; above = above.parentElement.closest("details")) above.open = true;
    return leaf || one(holder, "[data-bd-error]");
  };

  const showErrors = (message, fields) => {
    problem(message);
    const places = [];
    const lost = [];
    Object.entries(fields).forEach(([path, why]) => {
      const holder = find(top, path);
      if (holder) places.push(showAt(holder, why));
      else lost.push(`${path}: ${why}`);
    });
    if (lost.length) problem([message, ...lost].join(" "));
    // The first on the page, not in the answer.
    const [first] = places.sort((a, b) => (a.compareDocumentPosition(b) & 4 ? -1 : 1));
    first?.focus();
  };

  const explain = ({ kind, code, message, error }) => {
    const why = message || text(kind === "login" ? "login" : "no-answer");
    notify("error", { title: text("failed"), message: why });
    if (code === "changed") root.dataset.theirs = error.digest;
    if (error.fields) showErrors(why, error.fields);
    else problem(why, { overwrite: code === "changed" });
  };

  const save = async () => {
    if (saving) return;
    saving = true;
    clear();
    notify("save", { state: "start", message: text("saving") });
    const answer = await Boidung.post(runtime.handlerUrl(element, "studio_save"), { digest, values: read(top) });
    saving = false;
    if (answer.kind !== "ok") {
      explain(answer);
      return;
    }
    digest = answer.data.digest;
    notify("save", { state: "end" });
  };

  const acts = {
    save,
    overwrite: () => {
      digest = root.dataset.theirs;
      save();
    },
    cancel: () => notify("cancel", {}),
    add,
    up: (button) => move(button.closest("[data-bd-row]"), true),
    down: (button) => move(button.closest("[data-bd-row]"), false),
    remove: (button) => remove(button.closest("[data-bd-row]"), true),
    undo: (button) => remove(button.closest("[data-bd-row]"), false),
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const name = button && Object.keys(acts).find((act) => button.hasAttribute(`data-bd-${act}`));
    if (name) acts[name](button);
  });
  root.addEventListener("change", ({ target }) => {
    if (!target.hasAttribute("data-bd-switch")) return;
    one(target.closest("[data-bd-kind]"), "[data-bd-scope]").hidden = !target.checked;
  });
  root.addEventListener("input", ({ target }) => {
    const holder = target.closest("[data-bd-name]");
    const row = holder?.closest("[data-bd-row]");
    const title = row && one(row, ":scope > details > summary [data-bd-title]");
    if (title && ["title", "text"].includes(holder.dataset.bdName)) say(title, target.value);
  });
  all(root, "[data-bd-kind=list]").forEach(renumber);
  const wrong = one(root, "[aria-invalid]");
  if (wrong) wrong.focus();
};

/* A form as a tree: a scope holds named fields, a list holds rows, each a scope. */
(() => {
  const within = (scope, selector, border) =>
    Boidung.all(scope, selector).filter((found) => found.parentElement.closest(border) === scope);
  const fields = (scope) => within(scope, "[data-bd-name]", "[data-bd-scope]");
  const inner = (holder) => Boidung.one(holder, "[data-bd-scope]");
  const rows = (list) =>
    within(list, "[data-bd-row]", "[data-bd-kind=list]").filter((row) => !row.hasAttribute("data-bd-removed"));

  const value = (holder) => {
    const kind = holder.dataset.bdKind;
    if (kind === "fixed") return holder.value;
    if (kind === "list") return rows(holder).map(scope);
    if (kind === "group") return scope(inner(holder));
    if (kind === "optional") return Boidung.one(holder, "[data-bd-switch]").checked ? scope(inner(holder)) : null;
    const input = Boidung.one(holder, "[data-bd-input]");
    return kind === "yes_no" ? input.checked : input.value;
  };
  const scope = (place) => Object.fromEntries(fields(place).map((holder) => [holder.dataset.bdName, value(holder)]));

  const field = (place, path) => {
    let found = null;
    let here = place;
    for (const part of path.split(".")) {
      if (/^\d+$/.test(part) && found) here = rows(found)[Number(part)];
      else {
        found = here && fields(here).find((holder) => holder.dataset.bdName === part);
        if (found && found.dataset.bdKind !== "list") here = inner(found);
      }
      if (!found) return null;
    }
    return found;
  };

  const rename = (row, end) => {
    ["id", "for", "aria-describedby", "aria-labelledby"].forEach((name) =>
      Boidung.all(row, `[${name}]`).forEach((part) =>
        part.setAttribute(name, part.getAttribute(name).split(" ").map((id) => id + end).join(" "))));
    // Rows that this one will make in turn.
    Boidung.all(row, "template").forEach((blank) => rename(blank.content, end));
  };

  Boidung.forms = { scope, field, rows, rename };
})();
