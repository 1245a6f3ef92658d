/* Uploads, one after the other. The rows of the list are the state. */
Boidung.files = (box, { url, removePrefix, usageKey, userId, text, changed }) => {
  const SILENCE = 60000; // no byte moved for so long: the line is dead
  const { one, all, say } = Boidung;
  const list = one(box, "[data-bd-list]");
  const input = one(box, "input");
  const problem = one(box, "[data-bd-error]");
  let queue = [];
  let sending = false;

  const add = (name) => {
    const row = one(box, "template").content.firstElementChild.cloneNode(true);
    all(row, "[data-bd-name]").forEach((place) => say(place, name));
    list.append(row);
    return row;
  };

  const state = (row, uploading, message, again) => {
    one(row, "progress").hidden = !uploading;
    say(one(row, "[role=status]"), message);
    const button = one(row, "[data-bd-again]");
    button.hidden = !again;
    button.onclick = again;
  };

  const why = (answer, otherwise) => answer.message || text(answer.kind === "login" ? "logged-out" : otherwise);
  const remove = (uid) => Boidung.post(`${removePrefix}${uid}/remove/`, { for_user: userId });

  const upload = ({ row, file, id }, done) => {
    const request = new XMLHttpRequest(); // fetch reports no progress of an upload
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = (event) => {
      alive();
      one(row, "progress").value = event.loaded / event.total;
    };
    request.onloadend = () => {
      clearTimeout(timer);
      done(request.status ? Boidung.judge(request.status, request.responseText) : Boidung.noAnswer("network"));
    };
    const form = new FormData();
    const parts = { usage_key: usageKey, for_user: userId, client_key: id, file };
    Object.entries(parts).forEach(([name, value]) => form.append(name, value));
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", Boidung.csrf());
    alive();
    request.send(form);
  };

  const next = () => {
    const job = sending ? null : queue.shift();
    if (!job) return;
    const { row } = job;
    sending = true;
    upload(job, (answer) => {
      sending = false;
      const file = answer.kind === "ok" && answer.data.file;
      if (!file) state(row, false, why(answer, "file-failed"), answer.kind === "refused" ? null : () => start(job));
      else if (row.isConnected) {
        row.dataset.uid = file.uid;
        one(row, "a").href = file.url;
        state(row, false, "");
        changed();
      } else remove(file.uid); // taken back while it was on its way
      next();
    });
  };

  function start(job) {
    state(job.row, true, "");
    queue.push(job);
    next();
  }

  const wrong = ({ name, size }) => {
    if (!box.dataset.types.split(" ").includes(name.split(".").pop().toLowerCase())) return "file-type";
    if (!size) return "file-empty";
    return size > box.dataset.mb * 1048576 ? "file-size" : "";
  };

  input.onchange = () => {
    say(problem, "");
    Array.from(input.files).forEach((file) => {
      if (list.children.length >= box.dataset.max) {
        say(problem, text("file-many"));
        return;
      }
      const row = add(file.name);
      const bad = wrong(file);
      if (bad) state(row, false, text(bad));
      else start({ row, file, id: Boidung.newKey() });
    });
    input.value = ""; // the same file may be chosen again
  };

  list.onclick = async ({ target }) => {
    if (!target.closest("[data-bd-remove]")) return;
    const row = target.closest("li");
    const answer = row.dataset.uid && (await remove(row.dataset.uid));
    if (answer && answer.kind !== "ok") {
      state(row, false, why(answer, "file-kept"));
      return;
    }
    queue = queue.filter((job) => job.row !== row);
    const beside = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    say(problem, "");
    (beside ? one(beside, "[data-bd-remove]") : input).focus();
    changed();
  };

  const uids = () => all(list, "[data-uid]").map((row) => row.dataset.uid);
  return {
    uids,
    busy: () => sending || queue.length > 0,
    merge: (others) => others.filter((uid) => !uids().includes(uid)).forEach((uid) => {
      add(text("file-other")).dataset.uid = uid;
    }),
  };
};
