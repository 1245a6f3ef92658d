/* Autosave: on the device at once, on the server by and by. One engine per form. */

/**
 * @typedef {{answers: Record<string, string>, self_rating: Record<string, number>, files: string[]}} Payload
 * @typedef {{base: number, version: number, at: number, dirty: boolean, payload: Payload, attempt?: string}} Copy
 *   what the device holds: the version submitted before, the server's draft version it goes on from, when, whether the
 *   server lacks it, and the key of a submit whose answer has not come
 * @typedef {object} DraftOptions
 * @property {string} key where the device keeps it
 * @property {string} url
 * @property {string} usageKey
 * @property {number} userId for whom the page was made
 * @property {number} base
 * @property {number} version of the server's draft, 0 for none
 * @property {number} savedAt ms, 0 for never
 * @property {() => Payload} read the form as it is
 * @property {(state: string, detail: {time?: string, message?: string, device: string}) => void} show states: waiting,
 *   server, retry, offline, login, other, refused, conflict, preview; device: "", device or no-device
 * @property {(stored: any) => void} conflict 409: the server's draft is another one
 */

/** @param {DraftOptions} options */
Boidung.drafts = (options) => {
  const PAUSE = 10000; // after typing stops
  const GAP = 30000; // between two saves
  const LONGEST = 60000; // unsaved while somebody types without a pause
  const SLOWEST = 300000;

  let { version } = options;
  let clean = JSON.stringify(options.read()); // what the server holds
  let since = 0; // when the oldest unsaved change was made
  let last = 0; // when we last sent
  let tries = 0;
  let stopped = ""; // why nothing is sent: login, other, conflict, preview, pause, end
  let timer = 0;
  /** @type {{key: string, text: string, version: number} | null} */
  let unsure = null; // sent, answer unknown: repeated as it was, so that it counts once
  /** @type {Promise<void> | null} */
  let flying = null;
  let attempt = "";
  let kept = "";

  const text = () => JSON.stringify(options.read());
  const show = (/** @type {string} */ state, detail = {}) => options.show(state, { device: kept, ...detail });

  const keep = (/** @type {boolean} */ dirty) => {
    /** @type {Copy} */
    const copy = { base: options.base, version, at: Date.now(), dirty, payload: options.read(), attempt };
    kept = Boidung.store.set(options.key, copy) ? "device" : "no-device";
  };

  const later = (/** @type {number} */ delay) => {
    clearTimeout(timer);
    timer = window.setTimeout(send, delay);
  };

  const plan = () => {
    if (stopped || flying || tries) return;
    const now = Date.now();
    const due = Math.max(Math.min(now + PAUSE, since + LONGEST), last + GAP);
    later(due - now + Math.random() * 3000);
  };

  /** @param {boolean} [leaving] the page may be gone before the answer */
  function send(leaving) {
    clearTimeout(timer);
    if (stopped || flying) return;
    const now = text();
    if (!unsure && now === clean) return;
    unsure = unsure || { key: Boidung.uuid(), text: now, version };
    last = Date.now();
    const body = {
      usage_key: options.usageKey,
      slot: "own",
      for_user: options.userId,
      client_key: unsure.key,
      version: unsure.version,
      payload: JSON.parse(unsure.text),
    };
    flying = Boidung.post(options.url, body, { keepalive: leaving === true }).then(settle);
  }

  function settle(/** @type {Answer} */ answer) {
    flying = null;
    if (stopped === "end") return;
    if (answer.kind === "retry") return again(answer);
    tries = 0;
    if (answer.kind === "ok") return saved(answer.data);
    if (answer.kind === "login") return stop("login");
    unsure = null;
    if (answer.code === "stale_draft") {
      stop("conflict");
      options.conflict(answer.error);
    } else if (answer.code === "other_login") stop("other");
    else {
      since = 0; // the next change is tried again, this text is not
      show("refused", { message: answer.message });
    }
  }

  function saved(/** @type {any} */ data) {
    if (data.stored === false) {
      stop("preview", data.message);
      return;
    }
    version = data.version;
    clean = unsure ? unsure.text : clean;
    unsure = null;
    const dirty = text() !== clean;
    keep(dirty);
    since = dirty ? Date.now() : 0;
    show(dirty ? "waiting" : "server", { time: data.saved_text });
    if (dirty) plan();
  }

  function again(/** @type {Answer} */ answer) {
    const backoff = Math.min(SLOWEST, 15000 * 2 ** tries) * (0.75 + Math.random() / 2);
    tries += 1;
    show(answer.code === "offline" ? "offline" : "retry");
    if (!stopped) later(Math.max(backoff, answer.wait * 1000));
  }

  function stop(/** @type {string} */ why, /** @type {string} */ message = "") {
    if (stopped !== "pause") stopped = why;
    clearTimeout(timer);
    show(why, { message });
  }

  /** Something was typed or chosen. */
  function changed() {
    if (stopped === "end") return;
    attempt = "";
    const dirty = text() !== clean;
    keep(dirty || !!unsure);
    if (!dirty && !unsure) return;
    since = since || Date.now();
    if (!stopped && !tries) show("waiting");
    else show(stopped || (navigator.onLine === false ? "offline" : "retry"));
    plan();
  }

  /** Try again now, whatever stopped it. */
  function resume() {
    if (stopped === "end") return;
    stopped = "";
    tries = 0;
    send();
  }

  /** The form now shows the server's text. @param {number} serverVersion @param {string} time */
  function accept(serverVersion, time) {
    version = serverVersion;
    unsure = null;
    clean = text();
    since = 0;
    stopped = "";
    keep(false);
    show("server", { time });
  }

  /** Go on with the form's text, on top of the version that is stored now. @param {number} serverVersion */
  function insist(serverVersion) {
    version = serverVersion;
    clean = "";
    resume();
  }

  /** Nothing more is sent; resolves when nothing is under way. Before a submit. */
  async function pause() {
    stopped = stopped || "pause";
    clearTimeout(timer);
    await flying;
  }

  function unpause() {
    if (stopped === "pause") stopped = "";
    if (text() !== clean) plan();
  }

  /** The key of this submit: the same for the same text until the answer came, even over a reload. */
  function attemptKey() {
    if (!attempt) {
      const copy = Boidung.store.get(options.key);
      const same = copy && copy.attempt && copy.base === options.base && JSON.stringify(copy.payload) === text();
      attempt = same ? copy.attempt : Boidung.uuid();
      keep(true);
    }
    return attempt;
  }

  /**
   * What the device holds and the server lacks, or null. newer: it should be shown rather than the server's.
   * @returns {{payload: Payload, at: number, newer: boolean} | null}
   */
  function recover() {
    /** @type {Copy | null} */
    const copy = Boidung.store.get(options.key);
    if (!copy || !copy.dirty || !copy.payload) return null;
    const now = options.read();
    const same = (/** @type {"answers" | "self_rating"} */ part) => JSON.stringify(copy.payload[part]) === JSON.stringify(now[part]);
    if (same("answers") && same("self_rating")) return null;
    const newer = copy.base === options.base && (copy.version >= version || copy.at > options.savedAt);
    return { payload: copy.payload, at: copy.at, newer };
  }

  const erase = () => Boidung.store.remove(options.key);
  const online = () => {
    tries = 0;
    if (!stopped && text() !== clean) later(Math.random() * 3000);
  };
  const offline = () => {
    if (!stopped && text() !== clean) show("offline");
  };
  const leave = () => {
    if (document.visibilityState === "hidden") send(true);
    else if (stopped === "login") resume(); // back from the tab where they logged in
  };
  const hide = () => send(true);
  /** @type {[EventTarget, string, () => void][]} */
  const ears = [[window, "online", online], [window, "offline", offline], [document, "visibilitychange", leave], [window, "pagehide", hide]];
  ears.forEach(([target, name, listener]) => target.addEventListener(name, listener));

  /** For good: the form is gone. */
  function end() {
    stopped = "end";
    clearTimeout(timer);
    ears.forEach(([target, name, listener]) => target.removeEventListener(name, listener));
  }

  return { changed, resume, accept, insist, pause, unpause, attemptKey, recover, erase, end };
};
