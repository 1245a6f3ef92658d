/* The learner's view of a reflection: form, autosave, files, submit, withdraw. */
window.BoidungReflection = function start(runtime, element) {
  const { one, all, say, store } = Boidung;
  const root = one(element.jquery ? element[0] : element, "[data-bd-reflection]");
  const { usageKey, draftUrl, uploadUrl, removePrefix } = root.dataset;
  const userId = Number(root.dataset.user);
  const key = `boidung:${userId}:${usageKey}`;
  const base = Number(one(root, "[data-bd-body]").dataset.baseVersion);
  const form = one(root, "[data-bd-form]");
  const fields = all(root, "[data-bd-answer]");
  const ratings = all(root, "[data-bd-rating]");
  const text = (name, values) => Boidung.fill(root.getAttribute(`data-t-${name}`), values);
  const on = (name, act) => all(root, `[data-bd-${name}]`).forEach((button) => { button.onclick = act; });
  const post = (handler, body) =>
    Boidung.post(runtime.handlerUrl(element, handler), { for_user: userId, base_version: base, ...body });
  const changed = () => drafts.changed();
  let drafts = /** @type {any} */ (null);
  /** @type {BoidungFiles | undefined} */
  let files;
  let sending = false;

  const panel = (name, message) => {
    // Where they are writing: the top may be far away.
    const here = name && one(root, ".bd-prompt:focus-within");
    if (here) here.after(one(root, "[data-bd-alerts]"));
    all(root, "[data-bd-panel]").forEach((box) => {
      box.hidden = box.dataset.bdPanel !== name;
      if (message && !box.hidden) say(one(box, "p"), message);
    });
  };

  const problem = (message, offer) => {
    const box = one(root, "[data-bd-problem]");
    say(one(box, "p"), message);
    all(box, "[data-bd-offer]").forEach((button) => { button.hidden = !button.dataset.bdOffer.includes(offer); });
    box.hidden = false;
    box.focus();
  };

  const explain = ({ kind, status, code, message }) => {
    const other = code === "other_login";
    if (other) panel("other");
    const why = kind === "login" ? text("logged-out") : message || text(`failed-${code}`) || text("failed-server");
    problem(why, kind === "login" ? kind : other || status === 409 ? "reload" : "retry");
  };

  const show = (state, { device, time, message }) => {
    const line = text(state, { time }) || text("stopped");
    const kept = device && text(device);
    const live = one(root, "[data-bd-say]");
    one(root, "[data-bd-saved]").dataset.bdSaved = state;
    say(one(root, "[data-bd-server]"), line);
    say(one(root, "[data-bd-kept]"), kept);
    all(root, "[data-bd-echo]").forEach((place) => say(place, state === "waiting" ? kept : line));
    // Spoken when it goes wrong and when it is right again, not at every save.
    if (state !== "waiting" && (state !== "server" || live.textContent)) say(live, line);
    if (state === "login" || state === "other") panel(state);
    else if (message) panel("refused", message);
    else if (time && one(root, "[data-bd-panel=choice]").hidden) panel("");
  };

  const download = (values) => {
    const own = (field) => `${field.dataset.title}\n\n${form ? field.value : field.textContent}`;
    const parts = values || fields.map(own);
    Boidung.download(text("file-name"), [one(root, "h2").textContent, ...parts].join("\n\n\n"));
  };

  // The form.

  const length = ({ value, required, dataset: { min, max } }) => {
    const count = Boidung.words(value);
    const found = (state, n) => ({ count, state, message: text(`is-${state}`, { n, count }) });
    if (!count) return found(required ? "missing" : "");
    if (count < min) return found("low", min);
    return max > 0 && count > max ? found("over", max) : found(min > 0 ? "fine" : "");
  };

  const counted = (field) => {
    const place = one(field.parentNode, "[data-pattern]");
    const { count, state } = length(field);
    const word = text(state);
    say(place, Boidung.fill(place.dataset.pattern, { n: count }) + (word && ` · ${word}`));
    // Spoken when it turns, not at every word.
    if ("state" in place.dataset) say(place.nextElementSibling, word);
    place.dataset.state = state;
  };

  const read = () => {
    const payload = { answers: {}, self_rating: {}, files: files ? files.uids() : [] };
    fields.forEach((field) => { payload.answers[field.dataset.bdAnswer] = field.value.normalize(); });
    ratings.forEach((box) => {
      const chosen = one(box, ":checked");
      if (chosen) payload.self_rating[box.dataset.bdRating] = Number(chosen.value);
    });
    return payload;
  };

  const write = (payload) => {
    fields.forEach((field) => {
      field.value = payload.answers[field.dataset.bdAnswer] || "";
      counted(field);
    });
    ratings.forEach((box) => all(box, "input").forEach((radio) => {
      radio.checked = Number(radio.value) === payload.self_rating[box.dataset.bdRating];
    }));
    if (files) files.merge(payload.files);
  };

  // Two texts: the person chooses, neither is lost before.

  const choose = (message, mine, theirs) => {
    panel("choice", message);
    on("mine", () => { panel(""); mine(); });
    on("theirs", () => { panel(""); theirs(); });
  };

  const conflict = ({ version, payload, saved_text: time, message }) => {
    if (!payload) panel("refused", message); // submitted elsewhere: there is no draft any more
    else choose(text("two-drafts", { time }), () => {
      if (files) files.merge(payload.files);
      drafts.insist(version);
    }, () => {
      write(payload);
      drafts.accept(version, time);
    });
  };

  const recover = () => {
    const found = drafts.recover();
    if (!found) return;
    const time = Boidung.clock(found.at);
    const use = (payload) => () => {
      write(payload);
      changed();
    };
    if (!found.newer) choose(text("copy-older", { time }), use(found.payload), changed);
    else {
      choose(text("copy-newer", { time }), () => {}, use(read()));
      use(found.payload)();
    }
  };

  // Submit and withdraw.

  /** Messages at their fields and in a summary that leads there; true if there are any. */
  const mark = (messages) => {
    const summary = one(root, "[data-bd-summary]");
    summary.hidden = true;
    all(root, "[data-bd-error]").forEach((place) => {
      const message = messages[place.dataset.bdError] || "";
      const item = place.closest("[data-bd-go]");
      say(place, message);
      if (item) {
        const field = one(root, `#${item.dataset.bdGo}`);
        item.parentNode.hidden = !message;
        item.onclick = () => field.focus();
        field.setAttribute("aria-invalid", String(!!message));
        if (message) summary.hidden = false;
      }
    });
    summary.focus();
    return !summary.hidden;
  };

  const busy = (button, yes) => {
    sending = yes;
    button.setAttribute("aria-disabled", String(yes));
    if (yes) button.dataset.label = button.textContent;
    say(button, yes ? text("sending") : button.dataset.label);
  };

  /** Call a handler that answers with the new inside of the block, and go there. */
  const act = async (handler, body) => {
    const answer = await post(handler, body);
    if (answer.kind === "ok" && answer.data.html) {
      if (drafts) {
        drafts.end();
        drafts.erase();
      }
      root.innerHTML = answer.data.html;
      start(runtime, element);
      one(root, "[data-bd-heading]")?.focus();
    } else {
      if (drafts) drafts.unpause();
      if (!answer.error.fields || !mark(answer.error.fields)) explain(answer);
    }
  };

  const submit = async () => {
    if (sending) return;
    one(root, "[data-bd-problem]").hidden = true;
    if (mark(Object.fromEntries(fields.map((field) => [field.dataset.bdAnswer, length(field).message])))) return;
    if (files && files.busy()) {
      problem(text("busy-files"), "retry");
      return;
    }
    const button = one(root, "[data-bd-submit]");
    busy(button, true);
    await drafts.pause();
    const choice = one(root, "[data-bd-panel=choice]");
    if (choice.hidden) await act("submit", { client_key: drafts.attemptKey(), ...read() });
    else {
      drafts.unpause();
      one(choice, "button").focus(); // a submit erases the other text: first the choice
    }
    busy(button, false);
  };

  const withdrawal = { client_key: Boidung.newKey() };
  const withdraw = async () => {
    if (sending) return;
    const button = one(root, "[data-bd-withdraw]");
    busy(button, true);
    await act("withdraw", withdrawal);
    busy(button, false);
  };

  /** A submitted work: does this device still hold other words? */
  const leftover = () => {
    const copy = store.get(key);
    if (!copy || !fields.length) return;
    const shown = fields.map((field) => field.textContent.trim());
    const texts = Object.values(copy.payload.answers).map((answer) => answer.trim());
    const forget = () => {
      store.remove(key);
      panel("");
    };
    if (!copy.dirty || texts.every((answer) => !answer || shown.includes(answer))) forget();
    else panel("leftover");
    on("forget", forget);
    on("leftover", () => download(texts));
  };

  on("download", () => download());
  on("reload", () => location.reload());
  on("retry", form ? submit : withdraw);
  on("withdraw", withdraw);
  on("history", async ({ target }) => {
    const into = target.nextElementSibling;
    if (target.parentNode.open || into.children.length) return;
    const { data, message } = await post("history");
    if (data && data.html) into.innerHTML = data.html;
    else say(into, message || text("failed-server"));
  });
  if (!form) {
    leftover();
    return;
  }
  const filesBox = one(root, "[data-bd-files]");
  if (filesBox) files = Boidung.files(filesBox, { url: uploadUrl, removePrefix, usageKey, userId, text, changed });
  const { draftVersion, draftSavedAt } = form.dataset;
  const savedAt = Date.parse(draftSavedAt) || 0;
  const version = Number(draftVersion);
  drafts = Boidung.drafts({ key, url: draftUrl, usageKey, userId, base, version, savedAt, read, show, conflict });
  fields.forEach(counted);
  form.oninput = ({ target }) => {
    if (target.dataset.bdAnswer) counted(target);
    if (target.type !== "file") changed();
  };
  form.onsubmit = (event) => event.preventDefault();
  on("submit", submit);
  on("resume", () => drafts.resume());
  on("shared", ({ target }) => {
    target.closest("details").open = false;
    store.share();
    drafts.erase();
    say(one(root, "[data-bd-kept]"), text("no-device"));
    changed();
  });
  recover();
};
