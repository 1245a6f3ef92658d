/* The marking desk (promises: types-desk.d.ts). The sheet works without this file; with it: a live total, levels and
   points that follow each other, text kept on the device until the server has it, sending that survives a bad line. */

// In whole steps and hundredths of weights, so that nothing is lost to floating point.
Boidung.rubric = {
  points(text, scale, step) {
    if (!/^\d+([.,]\d+)?$/.test(text.trim())) return null;
    const value = Number(text.trim().replace(",", "."));
    const steps = value / step;
    return value <= scale && Math.abs(steps - Math.round(steps)) < 1e-9 ? value : null;
  },

  level: (value, lows) => Math.max(0, lows.filter((low) => low <= value).length - 1),

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

  text: (value, sign) => String(Math.round(value * 10000) / 10000).replace(".", sign),
};

Boidung.sheets = {
  key: (user, work) => `boidung:${user}:sheet:${work}`,

  confirmed(key, kind) {
    const copy = Boidung.store.get(key);
    const texts = copy && kind === "return" ? { ...copy.fields, reason: "" } : {};
    const rest = Object.keys(texts).some((name) => !name.startsWith("points.") && texts[name].trim());
    if (rest) Boidung.store.set(key, { ...copy, fields: texts });
    else Boidung.store.remove(key);
  },

  tidy(now) {
    try {
      Object.keys(localStorage).filter((key) => /^boidung:\d+:sheet:/.test(key)).forEach((key) => {
        const copy = Boidung.store.get(key);
        if (!copy || now - copy.at > 30 * 86400000) Boidung.store.remove(key);
      });
    } catch { /* storage is forbidden: nothing is there */ }
  },
};

Boidung.sendForm = async (url, form) => {
  if (navigator.onLine === false) return Boidung.noAnswer("offline");
  // The field goes before the header, and a login in another tab has made the page's token worthless.
  const token = form.elements.csrfmiddlewaretoken;
  token.value = Boidung.csrf() || token.value;
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 30000);
  try {
    const response = await fetch(url, {
      method: "POST",
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

Boidung.sheet = (form) => {
  const { one, all, say, fill, store, rubric } = Boidung;
  const { dataset } = form;
  const key = Boidung.sheets.key(dataset.user, dataset.work);
  const rule = {
    scale: Number(dataset.scale),
    step: Number(dataset.step),
    pass: Number(dataset.pass),
    lowestFails: dataset.lowestFails !== "",
  };
  const criteria = all(form, "[data-bd-criterion]").map((box) => {
    const levels = all(box, "[type=radio]");
    const lows = levels.map((level) => Number(level.dataset.low));
    return { box, levels, lows, weight: Number(box.dataset.weight), input: one(box, "[data-bd-points]") };
  });
  const trouble = one(form, "[data-bd-trouble]");
  const kept = one(form, "[data-bd-kept]");
  let sending = false;

  // -- levels, points, total ----------------------------------------------------------------------------------

  /** @param {any} criterion @returns {number | null} */
  const valueOf = (criterion) => rubric.points(criterion.input.value, rule.scale, rule.step);

  /** Index of the level its points light up, -1 while they are no points. @param {any} criterion */
  const reached = (criterion) => {
    const value = valueOf(criterion);
    return value === null ? -1 : rubric.level(value, criterion.lows);
  };

  /** @param {any} criterion */
  const light = (criterion) => {
    const lit = reached(criterion);
    criterion.levels.forEach((/** @type {any} */ level, /** @type {number} */ index) => {
      level.checked = index === lit;
    });
  };

  /** @param {any} criterion */
  const judge = (criterion) => {
    const wrong = criterion.input.value.trim() !== "" && valueOf(criterion) === null;
    say(one(criterion.box, ".bd-points .bd-error"), wrong ? dataset.tPoints : "");
    if (wrong) criterion.input.setAttribute("aria-invalid", "true");
    else criterion.input.removeAttribute("aria-invalid");
  };

  const total = () => {
    const place = one(form, "[data-bd-total]");
    const rows = criteria.map((criterion) => {
      const value = valueOf(criterion);
      return { weight: criterion.weight, value: value || 0, level: reached(criterion) };
    });
    const open = rows.filter((row) => row.level < 0).length;
    const { mark, passed } = rubric.total(rows, rule);
    const counted = { mark: rubric.text(mark, dataset.sign), verdict: passed ? dataset.tPass : dataset.tNot };
    place.dataset.state = passed ? "pass" : "not";
    if (open) place.dataset.state = "open";
    say(place, open ? fill(dataset.tOpen, { n: open }) : fill(dataset.tTotal, counted));
  };

  /** A level was chosen: points already within it stay. @param {any} criterion @param {any} radio */
  const choose = (criterion, radio) => {
    const within = reached(criterion) === criterion.levels.indexOf(radio);
    if (!within) criterion.input.value = radio.value.replace(".", dataset.sign);
    judge(criterion);
  };

  const refresh = () => {
    criteria.forEach(light);
    total();
  };

  // -- kept on the device -------------------------------------------------------------------------------------

  const fields = () => all(form, "textarea, [data-bd-points]");

  const keep = () => {
    const at = Date.now();
    const texts = Object.fromEntries(fields().map((field) => [field.name, field.value]));
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const done = store.set(key, { at, row: dataset.row, fields: texts });
    say(kept, done ? fill(dataset.tKept, { time }) : dataset.tNotKept);
  };

  const restore = () => {
    const copy = store.get(key);
    if (!copy || !copy.fields || "posted" in dataset) return;
    const changed = fields().filter((field) => field.name in copy.fields && copy.fields[field.name] !== field.value);
    if (!changed.length) return;
    changed.forEach((field) => {
      field.value = copy.fields[field.name];
    });
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

  /** As a plain form, so that the server shows its page: what is wrong, or what changed. @param {any} button */
  const plainly = (button) => {
    form.action = address(button);
    form.submit();
  };

  /** @param {any} button */
  const send = async (button) => {
    if (sending) return;
    fail("");
    show(button, true);
    const answer = await Boidung.sendForm(address(button), form);
    if (answer.kind === "ok") {
      Boidung.sheets.confirmed(key, "bdReturn" in button.dataset ? "return" : "mark");
      window.location.assign(answer.data.next);
      return;
    }
    show(button, false);
    if (answer.kind === "login") fail(dataset.tLogin);
    else if (answer.kind === "refused") plainly(button);
    else fail(answer.code === "offline" ? dataset.tOffline : dataset.tFailed);
  };

  // -- listening ----------------------------------------------------------------------------------------------

  /** @param {any} target @returns {any} */
  const criterionOf = (target) => criteria.find((criterion) => criterion.box.contains(target));

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
    const { target, key: pressed } = event;
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    if (pressed === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(one(form, target.name === "reason" ? "[data-bd-return]" : "[data-bd-mark]"));
    } else if (pressed === "Enter" && target.matches("[data-bd-points]")) {
      event.preventDefault(); // no half-filled sheet goes off by a slip
      one(criterionOf(target).box, "textarea").focus();
    } else if (/^[1-9]$/.test(pressed) && target.type === "radio" && !chord) {
      const radio = criterionOf(target).levels[Number(pressed) - 1];
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
    const lines = all(form, "[data-bd-comment]").filter((field) => field.value.trim()).map((field) => {
      const title = field.dataset.bdComment;
      return title ? `${title}: ${field.value.trim()}` : field.value.trim();
    });
    const fresh = lines.filter((line) => !reason.value.includes(line));
    reason.value = [reason.value.trim(), ...fresh].filter(Boolean).join("\n");
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
  // Told by a POST, once somebody really looks: a prefetched page must not end the author's right to withdraw.
  if (dataset.openedUrl && document.visibilityState === "visible") void Boidung.sendForm(dataset.openedUrl, form);
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
