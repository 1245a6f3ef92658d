/* The learner's view of a checkpoint: answer step by step, keep what is half done. */
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
  const read = () => ({
    answers: Object.fromEntries(kept.map((form) => [form.dataset.key, typed(form)])),
    self_rating: {},
    files: [],
  });
  /** Forms that the payload knows nothing of stay as they are. */
  const write = (payload) => kept.forEach((form) => {
    const value = payload.answers[form.dataset.key];
    if (value !== undefined) fill(form, value);
  });

  // Messages.

  const near = (box, place) => {
    if (place) place.append(box);
    else root.append(box);
  };

  const panel = (name, message) => {
    // Where they are writing: the top may be far away.
    const here = name && one(root, "[data-bd-form]:focus-within");
    if (here) near(one(root, "[data-bd-alerts]"), here);
    all(root, "[data-bd-panel]").forEach((box) => {
      box.hidden = box.dataset.bdPanel !== name;
      if (message && !box.hidden) say(one(box, "p"), message);
    });
  };

  const problem = (message, offer, place) => {
    const box = one(root, "[data-bd-problem]");
    near(box, place);
    say(one(box, "p"), message);
    all(box, "[data-bd-offer]").forEach((button) => {
      button.hidden = !offer || !button.dataset.bdOffer.includes(offer);
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
    else if (time && one(root, "[data-bd-panel=choice]").hidden) panel("");
  };

  // Is it complete? The server judges; this spares the way there.

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
    on("mine", () => { panel(""); mine(); });
    on("theirs", () => { panel(""); theirs(); });
  };

  const conflict = ({ version, payload, saved_text: time, message }) => {
    if (!payload) panel("refused", message);
    else choose(text("two-drafts", { time }), () => drafts.insist(version), () => {
      write(payload);
      drafts.accept(version, time);
    });
  };

  /** Bring the device's copy to the forms of now: what belongs to an earlier try is no text to go on with. */
  const prune = () => {
    const copy = store.get(key);
    if (!copy) return;
    const now = read().answers;
    Object.keys(now).forEach((name) => { now[name] = copy.payload.answers[name] ?? now[name]; });
    store.set(key, { ...copy, payload: { ...copy.payload, answers: now } });
  };

  const recover = () => {
    const found = drafts.recover();
    if (!found) return;
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

  const exchange = (html) => {
    const { version, payload } = drafts.held();
    const state = { version, held: payload || { answers: {} }, typed: read() };
    drafts.end();
    all(root, "[data-bd-alerts], [data-bd-problem]").forEach((box) => near(box));
    body().outerHTML = html;
    start(runtime, element, state);
  };

  const busy = (form, yes) => {
    const button = one(form, "[data-bd-send]");
    sending = yes;
    button.setAttribute("aria-disabled", String(yes));
    if (yes) button.dataset.label = button.textContent;
    say(button, yes ? text("sending") : button.dataset.label);
  };

  const settle = (answer, form, step) => {
    const html = answer.data && (answer.data.html || answer.error.html);
    if (html) {
      store.remove(`${key}:sent`);
      exchange(html);
      const place = one(root, `[data-bd-step="${step}"]`);
      if (answer.kind === "ok") (one(root, "[data-bd-heading]") || one(place, "summary")).focus();
      else problem(answer.message, "", place);
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
    settle(received, form, step);
  };

  if (!one(root, "[data-bd-alerts]")) return; // nobody who could answer
  if (carried && carried.held) write(carried.held);
  else prune();
  const version = carried && carried.held ? carried.version : Number(draftVersion);
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
  on("download", () => Boidung.download(text("file-name"), [
    one(root, "h2").textContent,
    ...kept.filter(field).map((form) => `${field(form).dataset.title}\n\n${field(form).value}`),
  ].join("\n\n\n")));
  if (carried && carried.held) {
    write(carried.typed);
    if (JSON.stringify(read()) !== JSON.stringify(drafts.held().payload)) drafts.changed();
    else drafts.erase(); // the system has it all
  } else recover();
};
