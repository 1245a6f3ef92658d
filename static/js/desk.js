/* The marking desk. The sheet works without this file; with it: a live total, levels and points that follow each
   other, text kept on the device until the server has it, sending that survives a bad line. */

/** Counting as the server does (authored/rubric.py), in whole steps so that nothing is lost to floating point. */
Boidung.rubric = {
  /**
   * "7,5" or "7.5" → 7.5; null where the server would refuse it.
   * @param {string} text @param {number} scale @param {number} step
   */
  points(text, scale, step) {
    if (!/^\d+([.,]\d+)?$/.test(text.trim())) return null;
    const value = Number(text.trim().replace(",", "."));
    const steps = value / step;
    return value <= scale && Math.abs(steps - Math.round(steps)) < 1e-9 ? value : null;
  },

  /** Index of the level that points reach; the lowest if none. @param {number} value @param {number[]} lows ascending */
  level: (value, lows) => Math.max(0, lows.filter((low) => low <= value).length - 1),

  /**
   * The weighted mean, half up to a step. @param {{weight: number, value: number, level: number}[]} rows
   * @param {{scale: number, step: number, pass: number, lowestFails: boolean}} rule
   */
  total(rows, rule) {
    let sum = 0;
    let weights = 0;
    rows.forEach((row) => {
      const weight = Math.round(row.weight * 100);
      sum += weight * Math.round(row.value / rule.step);
      weights += weight;
    });
    const mark = Math.min(Math.floor((2 * sum + weights) / (2 * weights)) * rule.step, rule.scale);
    const lowest = rule.lowestFails && rows.some((row) => row.level === 0);
    return { mark, passed: mark >= rule.pass - 1e-9 && !lowest };
  },

  /** 7.5 → "7,5". @param {number} value @param {string} sign */
  text: (value, sign) => String(Math.round(value * 10000) / 10000).replace(".", sign),
};

/** Where the device keeps the text of one sheet; 30 days at most. */
Boidung.sheets = {
  DAYS: 30,
  /** @param {string} user @param {string} work */
  key: (user, work) => `boidung:${user}:sheet:${work}`,

  /** The server has it. A return stores only the reason: comments stay for the next version. @param {string} key @param {string} kind */
  confirmed(key, kind) {
    const copy = Boidung.store.get(key);
    if (!copy || kind === "mark") return Boidung.store.remove(key);
    copy.fields.reason = "";
    const rest = Object.keys(copy.fields).some((name) => !name.startsWith("points.") && copy.fields[name].trim());
    return rest ? Boidung.store.set(key, copy) : Boidung.store.remove(key);
  },

  /** Copies that nobody came back to. @param {number} now */
  tidy(now) {
    try {
      Object.keys(localStorage).filter((key) => /^boidung:\d+:sheet:/.test(key)).forEach((key) => {
        const copy = Boidung.store.get(key);
        if (!copy || now - copy.at > Boidung.sheets.DAYS * 86400000) Boidung.store.remove(key);
      });
    } catch { /* storage is forbidden: nothing is there */ }
  },
};

/** @param {any} form */
Boidung.sheet = (form) => {
  const { one, all, say, fill, store, rubric } = Boidung;
  const { dataset } = form;
  const key = Boidung.sheets.key(dataset.user, dataset.work);
  const rule = { scale: Number(dataset.scale), step: Number(dataset.step), pass: Number(dataset.pass), lowestFails: !!dataset.lowestFails };
  const criteria = all(form, "[data-bd-criterion]").map((box) => ({
    box, weight: Number(box.dataset.weight), input: one(box, "[data-bd-points]"), levels: all(box, "[type=radio]"),
  }));
  const trouble = one(form, "[data-bd-trouble]");
  const kept = one(form, "[data-bd-kept]");
  let sending = false;

  // -- levels, points, total ----------------------------------------------------------------------------------

  const valueOf = (/** @type {any} */ criterion) => rubric.points(criterion.input.value, rule.scale, rule.step);
  const lows = (/** @type {any} */ criterion) => criterion.levels.map((/** @type {any} */ level) => Number(level.dataset.low));

  const light = (/** @type {any} */ criterion) => {
    const value = valueOf(criterion);
    const reached = value === null ? -1 : rubric.level(value, lows(criterion));
    criterion.levels.forEach((/** @type {any} */ level, /** @type {number} */ index) => { level.checked = index === reached; });
  };

  const judge = (/** @type {any} */ criterion) => {
    const wrong = criterion.input.value.trim() !== "" && valueOf(criterion) === null;
    say(one(criterion.box, ".bd-points .bd-error"), wrong ? dataset.tPoints : "");
    if (wrong) criterion.input.setAttribute("aria-invalid", "true");
    else criterion.input.removeAttribute("aria-invalid");
  };

  const total = () => {
    const place = one(form, "[data-bd-total]");
    const rows = criteria.map((criterion) => ({ weight: criterion.weight, value: valueOf(criterion), criterion }));
    const open = rows.filter((row) => row.value === null).length;
    if (open) {
      place.dataset.state = "open";
      return say(place, fill(dataset.tOpen, { n: open }));
    }
    const counted = rubric.total(rows.map((row) => ({ ...row, value: Number(row.value), level: rubric.level(Number(row.value), lows(row.criterion)) })), rule);
    place.dataset.state = counted.passed ? "pass" : "not";
    return say(place, fill(dataset.tTotal, { mark: rubric.text(counted.mark, dataset.sign), verdict: counted.passed ? dataset.tPass : dataset.tNot }));
  };

  /** A level was chosen: points already within it stay. @param {any} criterion @param {any} radio */
  const choose = (criterion, radio) => {
    const value = valueOf(criterion);
    const same = value !== null && rubric.level(value, lows(criterion)) === criterion.levels.indexOf(radio);
    if (!same) criterion.input.value = radio.value.replace(".", dataset.sign);
    judge(criterion);
  };

  // -- kept on the device -------------------------------------------------------------------------------------

  const fields = () => all(form, "textarea, [data-bd-points]");
  const read = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));
  const keep = () => {
    const at = Date.now();
    const done = store.set(key, { at, row: dataset.row, fields: read() });
    say(kept, done ? fill(dataset.tKept, { time: Boidung.clock(at) }) : dataset.tNotKept);
  };
  const refresh = () => {
    criteria.forEach(light);
    total();
  };

  const restore = () => {
    const copy = store.get(key);
    if (!copy || !copy.fields || dataset.posted !== undefined) return;
    const changed = fields().filter((field) => field.name in copy.fields && copy.fields[field.name] !== field.value);
    if (!changed.length) return;
    changed.forEach((field) => { field.value = copy.fields[field.name]; });
    const notice = one(form, "[data-bd-restored]");
    const older = copy.row === dataset.row ? "" : ` ${dataset.tOlder}`;
    say(one(notice, "[data-bd-text]"), fill(dataset.tRestored, { time: Boidung.clock(copy.at) }) + older);
    notice.hidden = false;
    one(notice, "[data-bd-discard]").onclick = () => {
      store.remove(key);
      form.reset();
      notice.hidden = true;
      say(kept, "");
      refresh();
      criteria[0].input.focus();
    };
  };

  // -- sending ------------------------------------------------------------------------------------------------

  const fail = (/** @type {string} */ message) => {
    say(trouble, message);
    trouble.hidden = !message;
  };

  /** @param {any} button @param {boolean} busy */
  const show = (button, busy) => {
    sending = busy;
    all(form, "[type=submit]").forEach((each) => each.setAttribute("aria-disabled", String(busy)));
    if (busy) button.dataset.label = button.textContent;
    say(button, busy ? dataset.tSending : button.dataset.label);
  };

  /** Not button.formAction: without the attribute that is the page's own address. @param {any} button */
  const address = (button) => button.getAttribute("formaction") || form.getAttribute("action");

  /** As a form, so that the server can show its page: what is wrong, or what changed. @param {any} button */
  const plainly = (button) => {
    form.elements.csrfmiddlewaretoken.value = Boidung.csrf() || form.elements.csrfmiddlewaretoken.value;
    form.action = address(button);
    form.submit();
  };

  const send = async (/** @type {any} */ button) => {
    if (sending) return;
    fail("");
    show(button, true);
    const answer = await Boidung.sendForm(address(button), form);
    if (answer.kind === "ok") {
      Boidung.sheets.confirmed(key, button.dataset.bdReturn === undefined ? "mark" : "return");
      window.location.assign(answer.data.next);
      return;
    }
    show(button, false);
    if (answer.kind === "login") fail(dataset.tLogin);
    else if (answer.kind === "refused") plainly(button);
    else fail(answer.code === "offline" ? dataset.tOffline : dataset.tFailed);
  };

  // -- listening ----------------------------------------------------------------------------------------------

  const criterionOf = (/** @type {any} */ target) => criteria.find((criterion) => criterion.box.contains(target));

  form.addEventListener("input", (/** @type {any} */ event) => {
    const criterion = criterionOf(event.target);
    if (criterion && event.target.type === "radio") choose(criterion, event.target);
    else if (criterion && event.target === criterion.input) {
      light(criterion);
      if (event.target.getAttribute("aria-invalid")) judge(criterion);
    }
    total();
    keep();
  });
  form.addEventListener("change", (/** @type {any} */ event) => {
    const criterion = criterionOf(event.target);
    if (criterion && event.target === criterion.input) judge(criterion);
  });
  form.addEventListener("keydown", (/** @type {any} */ event) => {
    const { target } = event;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(one(form, target.name === "reason" ? "[data-bd-return]" : "[data-bd-mark]"));
    } else if (event.key === "Enter" && target.matches("[data-bd-points]")) {
      event.preventDefault(); // no half-filled sheet goes off by a slip
      one(target.closest("[data-bd-criterion]"), "textarea").focus();
    } else if (/^[1-9]$/.test(event.key) && target.type === "radio" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const radio = criterionOf(target).levels[Number(event.key) - 1];
      if (!radio) return;
      event.preventDefault();
      radio.focus();
      radio.click();
    }
  });
  form.addEventListener("submit", (/** @type {any} */ event) => {
    event.preventDefault();
    send(event.submitter || one(form, "[data-bd-mark]"));
  });

  const gather = one(form, "[data-bd-gather]");
  gather.hidden = false;
  gather.onclick = () => {
    const reason = one(form, "[name=reason]");
    const lines = all(form, "[data-bd-comment]").filter((field) => field.value.trim())
      .map((field) => (field.dataset.bdComment ? `${field.dataset.bdComment}: ${field.value.trim()}` : field.value.trim()))
      .filter((line) => !reason.value.includes(line));
    reason.value = [reason.value.trim(), ...lines].filter(Boolean).join("\n");
    reason.focus();
    keep();
  };
  one(form, "[data-bd-share]").onclick = () => {
    store.share();
    store.remove(key);
    say(kept, dataset.tNotKept);
  };

  restore();
  refresh();
};

/** Send a form's fields and ask for JSON; never throws. @param {string} url @param {any} form @returns {Promise<Answer>} */
Boidung.sendForm = async (url, form) => {
  if (navigator.onLine === false) return Boidung.noAnswer("offline");
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 30000);
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      signal: control.signal,
      headers: { Accept: "application/json", "X-CSRFToken": Boidung.csrf() },
      body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
    });
    return Boidung.judge(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch {
    return Boidung.noAnswer(control.signal.aborted ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
  }
};

(() => {
  const { one, all } = Boidung;
  Boidung.sheets.tidy(Date.now());
  all(document, "[data-bd-done]").forEach((notice) => {
    const { user, bdWork, bdDone } = notice.dataset;
    Boidung.sheets.confirmed(Boidung.sheets.key(user, bdWork), bdDone);
    // A reload or a bookmark tells no old news.
    const url = new URL(window.location.href);
    url.searchParams.delete("done");
    url.searchParams.delete("id");
    window.history.replaceState(null, "", url);
  });
  all(document, "[data-bd-sheet]").forEach(Boidung.sheet);
  const problem = one(document, "[data-bd-problem]");
  if (problem) problem.focus();
})();
