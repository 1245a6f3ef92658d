/* Autosave: on the device at once, on the server by and by. Promises: types.d.ts. */
Boidung.drafts = (options) => {
  const PAUSE = 10000; // after typing stops
  const GAP = 30000; // between two saves
  const LONGEST = 60000; // unsaved while somebody types without a pause
  const SLOWEST = 300000;
  const { key, base, read } = options;
  const text = () => JSON.stringify(read());

  let { version } = options;
  let clean = text(); // what the server holds
  let since = 0; // when the oldest unsaved change was made
  let last = 0; // when we last sent
  let tries = 0;
  let timer = 0;
  let device = "";
  let stopped = ""; // why nothing is sent: login, other, conflict, preview, pause, end
  let unsure = null; // sent, answer unknown: repeated as it was, so that it counts once
  let flying = null;
  const found = Boidung.store.get(key);
  const attempt = { id: "", text: "" };
  if (found && found.base === base) Object.assign(attempt, { id: found.attempt, text: JSON.stringify(found.payload) });

  const unsaved = () => since > 0 || !!unsure || text() !== clean;
  const open = () => (navigator.onLine === false ? "offline" : tries ? "retry" : "waiting");
  const show = (state, detail) => options.show(state === "pause" ? open() : state, { device, ...detail });

  const keep = (dirty) => {
    const id = attempt.text === text() ? attempt.id : "";
    const copy = { base, version, at: Date.now(), dirty, payload: read(), attempt: id, unsure: api.unsureKey() };
    const stored = Boidung.store.set(key, copy);
    device = stored ? "device" : "no-device";
  };

  const later = (delay) => {
    clearTimeout(timer);
    timer = window.setTimeout(send, delay);
  };

  const plan = () => {
    if (stopped || flying || tries) return;
    const now = Date.now();
    later(Math.max(Math.min(now + PAUSE, since + LONGEST), last + GAP) - now + Math.random() * 3000);
  };

  const stop = (why, message) => {
    if (stopped !== "pause") stopped = why;
    show(why, { message });
  };

  const saved = (data) => {
    version = data.version;
    clean = unsure.text;
    unsure = null;
    const more = text() !== clean;
    since = more ? Date.now() : 0;
    keep(more);
    show(more ? open() : "server", { time: data.saved_text, version });
    if (more) plan();
  };

  const settle = (answer) => {
    flying = null;
    if (stopped === "end") return;
    if (answer.kind === "retry") {
      const backoff = Math.min(SLOWEST, 15000 * 2 ** tries) * (0.75 + Math.random() / 2);
      tries += 1;
      show(open());
      if (!stopped) later(Math.max(backoff, answer.wait * 1000));
      return;
    }
    tries = 0;
    if (answer.kind === "login") stop("login");
    else if (answer.kind === "ok" && answer.data.stored === false) stop("preview", answer.data.message);
    else if (answer.kind === "ok") saved(answer.data);
    else {
      unsure = null;
      since = 0; // this text is not tried again, the next change is
      if (answer.status === 409) {
        stop("conflict");
        options.conflict(answer.error);
      } else if (answer.code === "other_login") stop("other");
      else show("refused", { message: answer.message, fields: answer.error.fields });
    }
  };

  function send(keepalive = false) {
    clearTimeout(timer);
    if (stopped || flying || !unsaved()) return;
    unsure = unsure || { id: Boidung.newKey(), text: text(), version };
    last = Date.now();
    flying = Boidung.post(options.url, {
      usage_key: options.usageKey,
      slot: "own",
      for_user: options.userId,
      client_key: unsure.id,
      version: unsure.version,
      payload: JSON.parse(unsure.text),
    }, { keepalive }).then(settle);
  }

  /** @type {BoidungDrafts} */
  const api = {
    changed() {
      since = since || Date.now();
      keep(true);
      show(stopped || open());
      plan();
    },
    resume() {
      stopped = "";
      tries = 0;
      send();
    },
    accept(stored, time) {
      version = stored;
      clean = text();
      since = 0;
      stopped = "";
      keep(false);
      show("server", { time });
    },
    insist(stored) {
      version = stored;
      clean = "";
      api.resume();
    },
    hold(seen) {
      stopped = "conflict";
      version = seen;
      clearTimeout(timer);
    },
    async pause() {
      stopped = stopped || "pause";
      clearTimeout(timer);
      await flying;
    },
    unpause() {
      if (stopped === "pause") stopped = "";
      if (unsaved()) plan();
    },
    attemptKey() {
      if (!attempt.id || attempt.text !== text()) Object.assign(attempt, { id: Boidung.newKey(), text: text() });
      keep(true);
      return attempt.id;
    },
    recover() {
      const copy = Boidung.store.get(key);
      const words = options.words || ((payload) => JSON.stringify([payload.answers, payload.self_rating]));
      if (!copy || !copy.dirty || words(copy.payload) === words(read())) return null;
      const newer = copy.base === base && (copy.version >= version || copy.at > options.savedAt);
      return { payload: copy.payload, at: copy.at, version: copy.version, unsure: copy.unsure || "", newer };
    },
    unsureKey: () => (unsure ? unsure.id : ""),
    held: () => ({ version, payload: Boidung.attempt(() => JSON.parse(clean), null) }),
    erase: () => Boidung.store.remove(key),
    end() {
      stopped = "end";
      clearTimeout(timer);
      ears.abort();
    },
  };

  const ears = new AbortController();
  const hear = (target, name, act) => target.addEventListener(name, act, { signal: ears.signal });
  hear(window, "online", () => {
    tries = 0;
    if (unsaved()) later(Math.random() * 3000); // not everybody in the same second
  });
  hear(window, "offline", () => {
    if (!stopped && unsaved()) show("offline");
  });
  hear(window, "pagehide", () => send(true));
  hear(document, "visibilitychange", () => {
    if (document.visibilityState === "hidden") send(true);
    else if (stopped === "login") api.resume(); // back from the tab where they logged in
  });
  return api;
};
