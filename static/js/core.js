/* What every script of ours uses: one global, no text for people (it comes from data-t-… of the page). */
// eslint-disable-next-line no-var, no-use-before-define
var Boidung = Boidung || {};

/**
 * What became of a request. kind: "ok"; "retry" (may succeed later; code offline, timeout, network, busy or server);
 * "login" (not logged in, or CSRF); "refused" (will not succeed as it is; code and message from the server).
 * @typedef {{kind: string, code: string, message: string, data: any, error: any, wait: number}} Answer
 */

/** First match below root; any element, so that callers need no casts. @param {any} root @param {string} selector @returns {any} */
Boidung.one = (root, selector) => root.querySelector(selector);

/** All matches below root. @param {any} root @param {string} selector @returns {any[]} */
Boidung.all = (root, selector) => Array.from(root.querySelectorAll(selector));

/** Fill {name} in a text. @param {string | undefined} text @param {Record<string, any>} [values] */
Boidung.fill = (text, values) => (text || "").replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));

/** Set a text only if it differs: screen readers stay quiet. @param {any} element @param {string} text */
Boidung.say = (element, text) => {
  if (element && element.textContent !== text) element.textContent = text;
};

/** A random UUID, also where the page is not served over https. */
Boidung.uuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

/** The CSRF token, read when sending: another tab may have changed it. */
Boidung.csrf = () => {
  const found = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
  return found ? decodeURIComponent(found[1]) : "";
};

/** Words as the server counts them. @param {string} text */
Boidung.words = (text) => (text.trim() ? text.trim().split(/\s+/).length : 0);

/** "20:14", with the day before it unless it is today. @param {number} time milliseconds */
Boidung.clock = (time) => {
  const at = new Date(time);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const day = at.toDateString() === new Date().toDateString() ? "" : `${two(at.getDate())}/${two(at.getMonth() + 1)} `;
  return `${day}${two(at.getHours())}:${two(at.getMinutes())}`;
};

/** The device's storage. On a computer declared shared nothing is written until the tab is closed. */
Boidung.store = {
  /** @param {string} key @returns {any} */
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  },
  /** False if nothing was stored: storage full or forbidden, or a shared computer. @param {string} key @param {any} value */
  set(key, value) {
    try {
      if (sessionStorage.getItem("boidung:shared")) return false;
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  /** @param {string} key */
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch { /* nothing was stored either */ }
  },
  share() {
    try {
      sessionStorage.setItem("boidung:shared", "1");
    } catch { /* then nothing is stored at all */ }
  },
};

/**
 * Judge an answer. status 0 is a redirect, which our addresses never make: the login page.
 * @param {number} status @param {string} body @param {string | null} [wait] Retry-After @returns {Answer}
 */
Boidung.judge = (status, body, wait) => {
  let data = null;
  try {
    data = JSON.parse(body);
  } catch { /* HTML: a login page, a proxy, a CSRF refusal */ }
  const error = (data && data.error) || {};
  const code = error.code || "";
  const answer = { kind: "refused", code, message: error.message || "", data, error, wait: Number(wait) || 0 };
  if (status >= 200 && status < 300 && data) answer.kind = "ok";
  else if (status < 400 || status === 401 || (status === 403 && !code) || code === "not_logged_in") answer.kind = "login";
  else if (status >= 500 || status === 429 || status === 408) {
    answer.kind = "retry";
    answer.code = status === 500 ? "server" : "busy";
  }
  return answer;
};

/** An answer for when none came. @param {string} code @returns {Answer} */
Boidung.noAnswer = (code) => ({ kind: "retry", code, message: "", data: null, error: {}, wait: 0 });

/**
 * Send JSON; never throws. @param {string} url @param {any} data
 * @param {{keepalive?: boolean, timeout?: number}} [options] timeout in ms @returns {Promise<Answer>}
 */
Boidung.post = async (url, data, options = {}) => {
  if (navigator.onLine === false) return Boidung.noAnswer("offline");
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), options.timeout || 20000);
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      keepalive: !!options.keepalive,
      signal: control.signal,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": Boidung.csrf() },
      body: JSON.stringify(data),
    });
    return Boidung.judge(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch {
    return Boidung.noAnswer(control.signal.aborted ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
  }
};

/** Offer a text as a file, made here from what the page already has. @param {string} name @param {string} text */
Boidung.download = (name, text) => {
  const link = document.createElement("a");
  // With a byte order mark and CRLF: Notepad on an old school computer shows it right.
  link.href = URL.createObjectURL(new Blob([`\uFEFF${text.replace(/\r?\n/g, "\r\n")}`], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/** A button that asks once more in its place instead of a dialog. @param {any} box @param {() => void} yes */
Boidung.twoStep = (box, yes) => {
  const ask = Boidung.one(box, "[data-bd-ask]");
  const confirm = Boidung.one(box, "[data-bd-confirm]");
  const open = (/** @type {boolean} */ asking) => {
    confirm.hidden = !asking;
    ask.hidden = asking;
    (asking ? Boidung.one(box, "[data-bd-no]") : ask).focus();
  };
  ask.onclick = () => open(true);
  Boidung.one(box, "[data-bd-no]").onclick = () => open(false);
  Boidung.one(box, "[data-bd-yes]").onclick = () => {
    open(false);
    yes();
  };
};
