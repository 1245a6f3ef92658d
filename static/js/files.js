/* Uploads: one after the other, with progress, and a repeat that counts once. The rows of the list are the state. */

/**
 * @param {any} box the section with the list, the file input and the row template
 * @param {{url: string, removePrefix: string, usageKey: string, userId: number, text: (key: string, values?: any) => string,
 *   changed: () => void}} options
 */
Boidung.files = (box, options) => {
  const SILENCE = 60000; // no byte moved for so long: the line is dead
  const { one, all, say } = Boidung;
  const list = one(box, "[data-bd-list]");
  const input = one(box, "input[type=file]");
  const problem = one(box, "[data-bd-error=files]");
  /** @type {{row: any, file: File, key: string}[]} */
  const queue = [];
  let sending = false;

  const size = (/** @type {number} */ bytes) => {
    const mb = bytes > 999999;
    const number = (bytes / (mb ? 1000000 : 1000)).toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: mb ? 1 : 0 });
    return `${number} ${mb ? "MB" : "kB"}`;
  };

  const row = (/** @type {string} */ name, /** @type {string} */ sizeText) => {
    const made = one(box, "template").content.firstElementChild.cloneNode(true);
    all(made, "[data-bd-name], [data-bd-called]").forEach((place) => say(place, name));
    say(one(made, "[data-bd-size]"), sizeText);
    list.append(made);
    return made;
  };

  const fail = (/** @type {any} */ made, /** @type {string} */ message, /** @type {(() => void) | null} */ again) => {
    say(one(made, "[role=status]"), message);
    one(made, "progress").hidden = true;
    const button = one(made, "[data-bd-again]");
    button.hidden = !again;
    button.onclick = again;
  };

  const arrived = (/** @type {any} */ made, /** @type {any} */ file) => {
    made.dataset.uid = file.uid;
    one(made, "progress").hidden = true;
    all(made, "[data-bd-name], [data-bd-called]").forEach((place) => say(place, file.name));
    one(made, "[data-bd-name]").href = file.url;
    options.changed();
  };

  /** @param {Answer} answer @param {string} otherwise */
  const why = (answer, otherwise) => answer.message || (answer.kind === "login" ? options.text("login") : options.text(otherwise));

  function next() {
    const job = sending ? undefined : queue.shift();
    if (!job) return;
    if (!job.row.isConnected) {
      next(); // removed while it waited
      return;
    }
    sending = true;
    send(job, (answer) => {
      sending = false;
      const file = answer.kind === "ok" && answer.data.file;
      if (!job.row.isConnected) {
        if (file) remove(file.uid);
      } else if (file) arrived(job.row, file);
      else fail(job.row, why(answer, "fileFailed"), answer.kind === "refused" ? null : () => start(job));
      next();
    });
  }

  function start(/** @type {typeof queue[0]} */ job) {
    fail(job.row, "", null);
    one(job.row, "progress").hidden = false;
    queue.push(job);
    next();
  }

  /** @param {typeof queue[0]} job @param {(answer: Answer) => void} done */
  function send(job, done) {
    const request = new XMLHttpRequest(); // fetch does not report upload progress
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => request.abort(), SILENCE);
    };
    const over = (/** @type {Answer} */ answer) => {
      clearTimeout(timer);
      done(answer);
    };
    request.upload.onprogress = (event) => {
      alive();
      one(job.row, "progress").value = (100 * event.loaded) / event.total;
    };
    request.onload = () => over(Boidung.judge(request.status, request.responseText));
    request.onerror = request.onabort = () => over(Boidung.noAnswer("network"));
    const form = new FormData();
    form.append("usage_key", options.usageKey);
    form.append("for_user", String(options.userId));
    form.append("client_key", job.key);
    form.append("file", job.file);
    request.open("POST", options.url);
    request.setRequestHeader("X-CSRFToken", Boidung.csrf());
    request.setRequestHeader("Accept", "application/json");
    alive();
    request.send(form);
  }

  /** What is wrong with a file before a byte is sent: a key of the texts, or "". @param {File} file */
  const wrong = (file) => {
    const ending = file.name.includes(".") ? file.name.split(".").pop() : "";
    if (!box.dataset.types.toLowerCase().split(" ").includes(String(ending).toLowerCase())) return "fileType";
    if (!file.size) return "fileEmpty";
    return file.size > box.dataset.mb * 1048576 ? "fileSize" : "";
  };

  input.onchange = () => {
    say(problem, "");
    for (const file of Array.from(input.files || [])) {
      if (list.children.length >= Number(box.dataset.max)) {
        say(problem, options.text("fileMany"));
        break;
      }
      const made = row(file.name, size(file.size));
      const bad = wrong(file);
      if (bad) fail(made, options.text(bad), null);
      else start({ row: made, file, key: Boidung.uuid() });
    }
    input.value = ""; // the same file may be chosen again
  };

  const remove = (/** @type {string} */ uid) => Boidung.post(`${options.removePrefix}${uid}/remove/`, { for_user: options.userId });

  list.onclick = async (/** @type {any} */ event) => {
    const button = event.target.closest("[data-bd-remove]");
    if (!button) return;
    const made = button.closest("li");
    if (made.dataset.uid) {
      const answer = await remove(made.dataset.uid);
      if (answer.kind !== "ok") {
        fail(made, why(answer, "fileKept"), null);
        return;
      }
    }
    const beside = made.nextElementSibling || made.previousElementSibling;
    made.remove();
    say(problem, "");
    (beside ? one(beside, "[data-bd-remove]") : input).focus();
    options.changed();
  };

  return {
    /** Files that have arrived. @returns {string[]} */
    uids: () => all(list, "[data-uid]").map((made) => made.dataset.uid),
    busy: () => sending || queue.length > 0,
    /** Add files attached on another device: nothing of either side is lost. @param {string[]} uids */
    merge(uids) {
      const known = this.uids();
      uids.filter((uid) => !known.includes(uid)).forEach((uid) => {
        row(options.text("fileOther"), "").dataset.uid = uid;
      });
    },
  };
};
