/* The learner's view of a checkpoint: answer step by step, keep what is half done. */
Boidung.unplaced = ({ answers, unsent, lost }, forms) => Object.entries({ ...unsent, ...lost })
  .map(([key, title]) => {
    const slug = key.replace(/\.\d+$/, "");
    return { key, title, value: (answers[key] || "").trim(), home: forms.find((form) => form.slug === slug) };
  })
  .filter(({ key, value, home }) => value && !(home && (home.key === key || home.value.includes(value))));

window.BoidungCheckpoint = function start(runtime, element, carried) {
  const { one, all, say, store } = Boidung;
  const root = one(element.jquery ? element[0] : element, "[data-bd-checkpoint]");
  const { usageKey, draftUrl, draftVersion, draftSavedAt } = root.dataset;
  const userId = Number(root.dataset.user);
  const key = `boidung:${userId}:${usageKey}`;
  const body = () => one(root, "[data-bd-body]");
  const text = (name, values) => Boidung.fill(root.getAttribute(`data-t-${name}`), values);
  const on = (name, act) => all(root, `[data-bd-${name}]`).forEach((button) => { button.onclick = act; });
  const forms = all(root, "[data-bd-form]");
  let sending = false;
  /** Texts of forms that are no more, until the person decides. @type {BoidungUnplaced[]} */
  let lost = [];
  /** @type {(() => void)} */
  let again = () => {};

  // What is filled in: typed() as drafts keep it, given() as the server takes an answer.

  const field = (form) => one(form, "textarea");
  const chosen = (form) => all(form, ":checked").map(({ value }) => value);
  const typed = (form) => (field(form) ? field(form).value.normalize() : chosen(form).join("\n"));
  const fill = (form, value) => {
    if (field(form)) field(form).value = value;
    const lines = value.split("\n");
    all(form, "input").forEach((input) => { input.checked = lines.includes(input.value); });
    counted(form);
  };
  const given = (form) => ({
    read: () => ({}),
    choice: () => ({ options: chosen(form) }),
    true_false: () => ({ value: { true: true, false: false }[chosen(form)[0]] ?? null }),
    short_answer: () => ({ text: typed(form) }),
    rate: () => ({
      ratings: Object.fromEntries(chosen(form).map((value) => value.split(":")).map(([slug, n]) => [slug, Number(n)])),
    }),
  })[form.dataset.kind]();

  const kept = forms.filter((form) => form.dataset.kind !== "read");
  const written = () => kept.filter(field).map((form) => (
    { form, key: form.dataset.key, slug: form.dataset.bdForm, title: field(form).dataset.title, value: typed(form) }
  ));
  /** Another text than the answer that the system has. */
  const unsent = ({ form, value }) =>
    value.trim() && ("unsent" in field(form).dataset || value !== field(form).defaultValue.normalize());
  const titles = (list) => Object.fromEntries(list.map(({ key: name, title }) => [name, title]));
  const read = () => ({
    answers: Object.fromEntries([
      ...kept.map((form) => [form.dataset.key, typed(form)]),
      ...lost.map(({ key: name, value }) => [name, value]),
    ]),
    self_rating: {},
    files: [],
    unsent: titles(written().filter(unsent)),
    lost: titles(lost),
  });
  /** Forms that the payload knows nothing of stay as they are. */
  const write = (payload) => kept.forEach((form) => {
    const value = payload.answers[form.dataset.key];
    if (value !== undefined) fill(form, value);
  });

  // Messages.

  const near = (box, place) => (place || root).append(box);

  const panel = (name, message) => {
    // Where they are writing.
    const here = name && one(root, "[data-bd-form]:focus-within");
    if (here) near(one(root, "[data-bd-alerts]"), here);
    all(root, "[data-bd-panel]").forEach((box) => {
      box.hidden = box.dataset.bdPanel !== name;
      if (message && !box.hidden) say(one(box, "p"), message);
    });
  };

  const problem = (message, help, place) => {
    const box = one(root, "[data-bd-problem]");
    near(box, place);
    say(one(box, "p"), message);
    all(box, "[data-bd-offer]").forEach((button) => {
      button.hidden = !help || !button.dataset.bdOffer.includes(help);
    });
    box.hidden = false;
    box.focus();
  };

  const explain = ({ kind, status, code, message }, form) => {
    const other = code === "other_login";
    if (other) panel("other");
    const why = kind === "login" ? text("logged-out") : message || text(`failed-${code}`) || text("failed-server");
    problem(why, kind === "login" ? kind : other || status === 409 || status === 404 ? "reload" : "retry", form);
  };

  const show = (state, { device, time, message }) => {
    const line = text(state, { time }) || text("stopped");
    all(root, "[data-bd-echo]").forEach((place) => say(place, state === "waiting" ? text(device) : line));
    const live = one(root, "[data-bd-say]");
    // Spoken when it goes wrong and when it is right again, not at every save.
    if (state !== "waiting" && (state !== "server" || live.textContent)) say(live, line);
    if (state === "login" || state === "other") panel(state);
    else if (message) panel("refused", message);
    else if (time && one(root, "[data-bd-panel=choice]").hidden) {
      panel("");
      offer();
    }
  };

  // Is it complete? Spares the way to the server.

  const length = ({ value, dataset: { min, max } }) => {
    const count = Boidung.words(value);
    const found = (state, n) => ({ count, state, message: text(`is-${state}`, { n, count }) });
    if (!count) return found("missing");
    if (count < min) return found("low", min);
    return max > 0 && count > max ? found("over", max) : found(min > 0 ? "fine" : "");
  };

  function counted(form) {
    const area = field(form);
    if (!area) return;
    const place = one(form, "[data-pattern]");
    const { count, state } = length(area);
    const word = state === "missing" ? "" : text(state);
    say(place, Boidung.fill(place.dataset.pattern, { n: count }) + (word && ` · ${word}`));
    place.dataset.state = state;
  }

  const complaint = (form) => {
    if (field(form)) return length(field(form)).message;
    const open = all(form, "fieldset").some((set) => !one(set, ":checked"));
    return open ? text(form.dataset.kind === "rate" ? "rate" : "choose") : "";
  };

  const fail = (form, message) => {
    say(one(form, "[data-bd-error]"), message);
    all(form, "[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    if (!message) return;
    const empty = all(form, "fieldset").find((set) => !one(set, ":checked"));
    const place = field(form) || one(empty || form, "input");
    if (!place) return;
    place.setAttribute("aria-invalid", "true");
    place.focus();
  };

  // Drafts. Two texts: the person chooses, neither is lost before.

  const choose = (message, mine, theirs) => {
    panel("choice", message);
    const then = (act) => () => {
      panel("");
      act();
      offer();
    };
    on("mine", then(mine));
    on("theirs", then(theirs));
  };

  const conflict = ({ version, payload, saved_text: time, message }) => {
    if (!payload) panel("refused", message);
    else choose(text("two-drafts", { time }), () => drafts.insist(version), () => {
      write(payload);
      drafts.accept(version, time);
    });
  };

  const forget = (...gone) => {
    lost = lost.filter((each) => !gone.includes(each));
    leftover();
    drafts.changed();
  };

  const unfold = (form) => {
    for (let at = form.closest("details"); at; at = at.parentNode.closest("details")) at.open = true;
  };

  /** Into the form of now, besides what else was written there. */
  const restore = (found) => {
    const { form } = found.home;
    const value = typed(form);
    fill(form, unsent({ form, value }) ? `${value}\n\n${found.value}` : found.value);
    forget(found);
  };

  /** Where the step has another form, the person chooses. */
  function offer() {
    const next = lost.find(({ home }) => home);
    if (!next) return;
    const { title, value, home: { form } } = next;
    const n = Boidung.words(value);
    const begin = value.split(/\s+/, 16).join(" ") + (n > 16 ? "…" : "");
    const choice = (act) => () => {
      act(next);
      unfold(form);
      field(form).focus();
    };
    choose(text("answered-elsewhere", { title, begin, n }), choice(restore), choice(forget));
    near(one(root, "[data-bd-alerts]"), form.closest("[data-bd-step]"));
  }

  const asText = (list) => list.map(({ title, value }) => `${title}\n\n${value}`).join("\n\n\n");

  /** Where it has none: a box to copy from. */
  function leftover() {
    const homeless = lost.filter(({ home }) => !home);
    const box = one(root, "[data-bd-lost]");
    box.hidden = !homeless.length;
    say(one(box, ".bd-pre"), asText(homeless));
    on("leftover", () => Boidung.download(text("file-name"), asText(homeless)));
    on("forget", () => forget(...homeless));
  }

  /** Bring the device's copy to the forms of now. */
  const prune = () => {
    const copy = store.get(key);
    if (!copy) return;
    const { payload } = copy;
    // Saved, and another device went on from it.
    const seen = !copy.dirty && copy.version < Number(draftVersion);
    lost = Boidung.unplaced({ ...payload, unsent: seen ? {} : payload.unsent }, written());
    const now = read();
    kept.forEach(({ dataset: { key: name } }) => { now.answers[name] = payload.answers[name] ?? now.answers[name]; });
    store.set(key, { ...copy, payload: { ...now, unsent: { ...payload.unsent, ...now.unsent } } });
  };

  const recover = () => {
    const found = drafts.recover();
    if (!found) {
      offer();
      return;
    }
    const time = Boidung.clock(found.at);
    const use = (payload) => () => {
      write(payload);
      drafts.changed();
    };
    if (!found.newer) choose(text("copy-older", { time }), use(found.payload), drafts.changed);
    else {
      choose(text("copy-newer", { time }), () => {}, use(read()));
      use(found.payload)();
    }
  };

  // Answers.

  /** The same answer has the same key until it was received, even over a reload. */
  const keyOf = (answer) => {
    const same = JSON.stringify(answer);
    const before = store.get(`${key}:sent`) || root.boidungSent;
    const sent = before && before.same === same ? before : { id: Boidung.newKey(), same };
    root.boidungSent = sent;
    store.set(`${key}:sent`, sent);
    return sent.id;
  };

  /** sent: key of a form; done: the system has its text. */
  const exchange = (html, sent, done) => {
    const { version, payload } = drafts.held();
    const state = { version, held: payload || { answers: {} }, typed: read(), sent, note: "" };
    if (done) delete state.typed.unsent[sent];
    drafts.end();
    panel("");
    all(root, "[data-bd-alerts], [data-bd-problem], [data-bd-lost]").forEach((box) => near(box));
    body().outerHTML = html;
    start(runtime, element, state);
    return state.note;
  };

  /** What were added meanwhile would be in no answer. */
  const busy = (form, yes) => {
    const button = one(form, "[data-bd-send]");
    sending = yes;
    if (field(form)) field(form).readOnly = yes;
    all(form, "fieldset").forEach((set) => { set.disabled = yes; });
    button.setAttribute("aria-disabled", String(yes));
    if (yes) button.dataset.label = button.textContent;
    say(button, yes ? text("sending") : button.dataset.label);
  };

  const settle = (answer, form, step, sent) => {
    const html = answer.data && (answer.data.html || answer.error.html);
    if (html) {
      const ok = answer.kind === "ok";
      store.remove(`${key}:sent`);
      const note = exchange(html, form.dataset.key, ok && given(form).text === sent.text);
      const place = one(root, `[data-bd-step="${step}"]`);
      if (ok) (one(root, "[data-bd-heading]") || one(place, "summary")).focus();
      else {
        all(root, `[data-bd-form="${step}"]`).forEach(unfold);
        problem(`${answer.message} ${note}`, "", place);
        near(one(root, "[data-bd-lost]"), place);
      }
      return;
    }
    drafts.unpause();
    const { fields } = answer.error;
    if (answer.kind === "ok") problem(answer.message, "", form); // a preview: nothing was stored
    else if (fields && fields[step]) fail(form, fields[step]);
    else explain(answer, form);
  };

  const send = async (form) => {
    if (sending) return;
    one(root, "[data-bd-problem]").hidden = true;
    const wrong = complaint(form);
    fail(form, wrong);
    if (wrong) return;
    again = () => send(form);
    const step = form.dataset.bdForm;
    const answer = { row_version: Number(body().dataset.rowVersion), step, answer: given(form) };
    busy(form, true);
    await drafts.pause();
    const received = await Boidung.post(runtime.handlerUrl(element, "answer"), {
      for_user: userId, client_key: keyOf(answer), ...answer,
    });
    busy(form, false);
    settle(received, form, step, answer.answer);
  };

  if (!one(root, "[data-bd-alerts]")) return; // nobody who could answer
  const going = carried && carried.held;
  if (going) write(going);
  else prune();
  const version = going ? carried.version : Number(draftVersion);
  const savedAt = Date.parse(draftSavedAt) || 0;
  const drafts = Boidung.drafts({
    key, url: draftUrl, usageKey, userId, base: 0, version, savedAt, read, show, conflict,
  });
  kept.forEach(counted);
  forms.forEach((form) => {
    form.oninput = () => {
      fail(form, "");
      counted(form);
      drafts.changed();
    };
    form.onsubmit = (event) => event.preventDefault();
    one(form, "[data-bd-send]").onclick = () => send(form);
  });
  on("retry", () => again());
  on("reload", () => location.reload());
  on("resume", () => drafts.resume());
  on("download", () => Boidung.download(
    text("file-name"),
    `${one(root, "h2").textContent}\n\n\n${asText([...written(), ...lost])}`,
  ));
  on("shared", ({ target }) => {
    const box = target.closest("details");
    one(box, "summary").focus();
    box.open = false;
    store.share();
    drafts.erase();
    store.remove(`${key}:sent`);
    say(one(root, "[data-bd-kept]"), text("no-device"));
    drafts.changed();
  });
  if (going) {
    write(carried.typed);
    lost = Boidung.unplaced(carried.typed, written());
    const refused = lost.find(({ key: name, home }) => name === carried.sent && home && !unsent(home));
    if (refused) {
      restore(refused);
      carried.note = text("both", refused);
    }
    if (JSON.stringify(read()) !== JSON.stringify(drafts.held().payload)) drafts.changed();
    else drafts.erase(); // the system has it all
    offer();
  } else recover();
  leftover();
  written().filter(unsent).forEach(({ form }) => unfold(form));
};
