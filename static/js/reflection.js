/* The learner's view of a reflection: form, autosave, files, submit, withdraw. */

/**
 * Called by the platform. @param {{handlerUrl: (element: any, handler: string) => string}} runtime
 * @param {any} element the block's wrapper, plain or jQuery
 */
function BoidungReflection(runtime, element) { // eslint-disable-line no-unused-vars
  const { one, all, say } = Boidung;
  const root = one(element.jquery ? element[0] : element, "[data-bd-reflection]");
  const { usageKey, draftUrl, uploadUrl, removePrefix } = root.dataset;
  const userId = Number(root.dataset.user);
  const key = `boidung:${userId}:${usageKey}`;
  const text = (/** @type {string} */ name, /** @type {any} */ values) =>
    Boidung.fill(root.dataset[`t${name[0].toUpperCase()}${name.slice(1)}`], values);
  const answers = () => all(root, "[data-bd-answer]");
  const valueOf = (/** @type {any} */ field) => ("value" in field ? field.value : field.textContent);
  const base = () => Number(one(root, "[data-bd-body]").dataset.baseVersion);
  /** @type {ReturnType<typeof Boidung.drafts> | null} */
  let drafts = null;
  /** @type {ReturnType<typeof Boidung.files> | null} */
  let files = null;
  let sending = false;

  const panel = (/** @type {string} */ name, /** @type {string} */ message = "") => {
    all(root, "[data-bd-panel]").forEach((box) => {
      if (box.dataset.bdPanel === name && message) say(one(box, "[data-bd-text]"), message);
      box.hidden = box.dataset.bdPanel !== name;
    });
  };

  const download = () => {
    const parts = answers().map((field) => `${field.dataset.title}\n\n${valueOf(field)}`);
    Boidung.download(text("fileName"), [one(root, "h3").textContent, ...parts].join("\n\n\n"));
  };

  // -- what is wrong ------------------------------------------------------------------------------------------

  const problem = (/** @type {string} */ message, /** @type {string} */ offer) => {
    const box = one(root, "[data-bd-problem]");
    say(one(box, "[data-bd-text]"), message);
    ["retry", "login", "reload"].forEach((name) => {
      one(box, `[data-bd-${name}]`).hidden = name !== offer && !(name === "retry" && offer === "login");
    });
    box.hidden = false;
    box.focus();
  };

  const problemOf = (/** @type {Answer} */ answer) => {
    if (answer.kind === "login") return problem(text("login"), "login");
    if (answer.code === "other_login") {
      panel("other");
      return problem(answer.message, "reload");
    }
    const known = { offline: "failedOffline", timeout: "failedNetwork", network: "failedNetwork", busy: "failedBusy" };
    const name = known[/** @type {keyof typeof known} */ (answer.code)] || "failedOther";
    return problem(answer.message || text(name), answer.status === 409 ? "reload" : "retry");
  };

  const fieldOf = (/** @type {string} */ name) => {
    if (name === "files") return one(root, "[data-bd-files] input");
    const rating = name.split("self_rating.")[1];
    return all(root, "[data-bd-rating]").find((box) => box.dataset.bdRating === rating) || answers().find((box) => box.dataset.bdAnswer === name);
  };

  /** Show messages at their fields and a summary that leads there. @param {Record<string, string>} fields */
  const mark = (fields) => {
    const summary = one(root, "[data-bd-summary]");
    const items = one(summary, "ul");
    items.textContent = "";
    all(root, "[data-bd-error]").forEach((place) => say(place, fields[place.dataset.bdError] || ""));
    all(root, "[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    Object.keys(fields).forEach((name) => {
      const field = fieldOf(name);
      const line = document.createElement(field ? "button" : "span");
      const title = field && (field.dataset.title || (field.querySelector("legend") || {}).textContent);
      line.textContent = title ? `${title}: ${fields[name]}` : fields[name];
      if (field) {
        line.className = "bd-link";
        line.setAttribute("type", "button");
        line.onclick = () => field.focus();
        if (field.dataset.bdAnswer) field.setAttribute("aria-invalid", "true");
      }
      items.append(document.createElement("li"));
      items.lastElementChild.append(line);
    });
    summary.hidden = !items.children.length;
    if (!summary.hidden) summary.focus();
  };

  const judgeLength = (/** @type {any} */ field) => {
    const count = Boidung.words(field.value);
    const { min, max } = field.dataset;
    if (!count) return { count, state: "", message: field.required || field.ariaRequired ? text("missing") : "" };
    if (count < min) return { count, state: "low", message: text("short", { n: min, count }) };
    if (Number(max) && count > max) return { count, state: "over", message: text("long", { n: max, count }) };
    return { count, state: Number(min) ? "fine" : "", message: "" };
  };

  const counted = (/** @type {any} */ field) => {
    const place = field.parentNode.querySelector("[data-pattern]");
    const { count, state } = judgeLength(field);
    const word = state && text(state);
    say(place, Boidung.fill(place.dataset.pattern, { n: count }) + (word && ` · ${word}`));
    // Announced when it changes, not at every word.
    if (place.dataset.state !== undefined) say(place.nextElementSibling, word);
    place.dataset.state = state;
  };

  // -- the form -----------------------------------------------------------------------------------------------

  const read = () => {
    /** @type {Record<string, string>} */
    const written = {};
    /** @type {Record<string, number>} */
    const rated = {};
    answers().forEach((field) => {
      written[field.dataset.bdAnswer] = field.value.normalize();
    });
    all(root, "[data-bd-rating]").forEach((box) => {
      const chosen = one(box, ":checked");
      if (chosen) rated[box.dataset.bdRating] = Number(chosen.value);
    });
    return { answers: written, self_rating: rated, files: files ? files.uids() : [] };
  };

  const write = (/** @type {any} */ payload) => {
    answers().forEach((field) => {
      field.value = payload.answers[field.dataset.bdAnswer] || "";
      counted(field);
    });
    all(root, "[data-bd-rating] input").forEach((radio) => {
      const rated = (payload.self_rating || {})[radio.closest("[data-bd-rating]").dataset.bdRating];
      radio.checked = Number(radio.value) === rated;
    });
    if (files) files.merge(payload.files || []);
  };

  const show = (/** @type {string} */ state, /** @type {any} */ detail) => {
    const known = ["waiting", "server", "retry", "offline"].includes(state);
    const line = known ? text(state, detail) : text("stopped");
    const device = detail.device && text(detail.device === "device" ? "device" : "noDevice");
    say(one(root, "[data-bd-server]"), line);
    say(one(root, "[data-bd-device-state]"), device);
    one(root, ".bd-saved").dataset.state = state;
    all(root, "[data-bd-echo]").forEach((place) => say(place, state === "waiting" ? device : line));
    // Only turns for the worse, and the end of them, are announced.
    const live = one(root, "[data-bd-say]");
    if (state === "retry" || state === "offline" || (live.textContent && state === "server")) say(live, line);
    if (state === "login" || state === "other") panel(state);
    else if (detail.message) panel("refused", detail.message);
    else if (state === "server") panel("");
  };

  // -- two texts ----------------------------------------------------------------------------------------------

  const choose = (/** @type {string} */ message, /** @type {() => void} */ mine, /** @type {() => void} */ theirs) => {
    const box = one(root, "[data-bd-panel=choice]");
    panel("choice", message);
    one(box, "[data-bd-mine]").onclick = () => { panel(""); mine(); };
    one(box, "[data-bd-theirs]").onclick = () => { panel(""); theirs(); };
  };
}
