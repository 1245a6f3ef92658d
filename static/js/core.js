/* What all our scripts share. Promises: types.d.ts. */
window.Boidung = window.Boidung || /** @type {any} */ ({});

Boidung.one = (root, selector) => root.querySelector(selector);
Boidung.all = (root, selector) => Array.from(root.querySelectorAll(selector));

Boidung.fill = (text, values = {}) => (text || "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

Boidung.say = (element, text) => {
  if (element && element.textContent !== text) element.textContent = text;
};

// Not crypto.randomUUID: without https it is missing.
Boidung.newKey = () => crypto.getRandomValues(new Uint32Array(5)).join("-");

Boidung.csrf = () => (/\bcsrftoken=([^;]*)/.exec(document.cookie) || [])[1] || "";

Boidung.words = (text) => text.split(/\s+/).filter(Boolean).length;

Boidung.clock = (time) =>
  new Date(time).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" }).split(", ").reverse().join(" ");

Boidung.attempt = (act, otherwise) => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};

Boidung.store = {
  get: (key) => Boidung.attempt(() => JSON.parse(localStorage.getItem(key) || "null"), null),
  set: (key, value) => Boidung.attempt(() => {
    if (sessionStorage.getItem("boidung:shared")) return false;
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  }, false),
  remove: (key) => Boidung.attempt(() => localStorage.removeItem(key)),
  share: () => Boidung.attempt(() => sessionStorage.setItem("boidung:shared", "1")),
};

Boidung.judge = (status, body, wait) => {
  const data = Boidung.attempt(() => JSON.parse(body), null); // a login page, a proxy
  const { error = {}, message = "" } = data || {};
  let code = error.code || "";
  let kind = /** @type {BoidungAnswer["kind"]} */ ("refused");
  if (data && status >= 200 && status < 300) kind = "ok";
  else if (status < 400 || status === 401 || (status === 403 && !code) || code === "not_logged_in") kind = "login";
  else if (status >= 500 || status === 429 || status === 408) {
    kind = "retry";
    code = status === 500 ? "server" : "busy";
  }
  return { kind, status, code, message: error.message || message, data, error, wait: Number(wait) || 0 };
};

Boidung.noAnswer = (code) => ({ kind: "retry", status: 0, code, message: "", data: null, error: {}, wait: 0 });

Boidung.post = async (url, data, { keepalive = false, timeout = 20000 } = {}) => {
  if (navigator.onLine === false) return Boidung.noAnswer("offline");
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), timeout);
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      keepalive,
      signal: control.signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": Boidung.csrf() },
      body: JSON.stringify(data),
    });
    return Boidung.judge(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch {
    return Boidung.noAnswer(control.signal.aborted ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
  }
};

Boidung.download = (name, text) => {
  const link = document.createElement("a");
  // Mark and CRLF: for the Notepad of old computers.
  link.href = URL.createObjectURL(new Blob([`\uFEFF${text.replace(/\n/g, "\r\n")}`]));
  link.download = name;
  link.click();
};
