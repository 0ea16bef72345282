// "Your data" below the modules: what is kept is shown, made into one file, or deleted where it is practice.
// Stands behind common.js and private.js, before start.js, in one module.

/** What these pages keep in this browser; [] where it keeps nothing for anybody. */
const keptHere = () => {
  try { return Object.keys(localStorage).filter((key) => key.startsWith("curriculum:")); } catch { return []; }
};
/** The drafts among them: [{key, item, answer}] of these logs, and of those items whose log was not there yet. */
const draftsHere = (logs, items) => keptHere().flatMap((key) => {
  const [, log, item] = key.split(":");
  if (item === undefined || !(log === "" ? items.includes(item) : logs.includes(log))) return [];
  try { return [{ key, item, answer: JSON.parse(localStorage.getItem(key))?.answer ?? {} }]; } catch { return [{ key, item, answer: {} }]; }
});

/** The part of the start page; `idle()` says whether something can be asked for just now. */
const myData = (model, words, idle) => {
  const { language } = model.get("state");
  const time = (at) => (at && !Number.isNaN(Date.parse(at)) ? Object.values(whenOf(at, language)).join(", ") : at);
  const status = h("p", { class: "cu-start-status", role: "status" }), problem = h("p", { class: "cu-start-problem", role: "alert" });
  const panel = h("div", { class: "cu-data-panel", tabindex: "-1", role: "group", hidden: true,
    on: { keydown: (event) => { if (event.key === "Escape") { event.preventDefault(); close(); } } } });
  let opener = null;
  const ask = (kind) => {
    if (!idle()) return;
    problem.textContent = "";
    status.textContent = words["data-reading"];
    model.send({ kind });
  };
  const button = (label, act, more = "") => h("button", { type: "button", class: `cu-start-button${more}`,
    on: { click: (event) => { if (event.currentTarget.getAttribute("aria-disabled") !== "true") act(); } } }, label);
  const show = button(words["data-show"], () => { opener = show; ask("my-data"); });
  const remove = button(words["data-delete"], () => { opener = remove; ask("practice-goes"); });
  const consent = button(words["consent-open"], () => { opener = consent; ask("consent"); });
  const node = h("section", { class: "cu-data", "aria-label": words["data-title"] },
    h("div", { class: "cu-data-card" }, h("h2", {}, words["data-title"]), h("p", {}, words["data-about"]),
      h("div", { class: "cu-start-actions" }, show, remove, consent), status, problem, panel));
  const dress = () => node.querySelectorAll("button.cu-asks, .cu-start-actions > button").forEach((one) =>
    (idle() ? one.removeAttribute("aria-disabled") : one.setAttribute("aria-disabled", "true")));
  const open = (label, ...children) => {
    panel.replaceChildren(...children.flat().filter(Boolean));
    panel.setAttribute("aria-label", label);
    panel.hidden = false;
    status.textContent = "";
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
    dress();
  };
  const close = () => { panel.hidden = true; panel.replaceChildren(); opener?.focus(); };
  const line = (key, values = {}, more = "") => h("p", { class: more }, fill(words[key], values));
  const list = (entries) => entries.length > 0 && h("ul", {}, entries.map((one) => h("li", {}, one)));

  const log = (one) => h("div", { class: "cu-data-log" },
    h("p", {}, one.told, one.since && ` ${fill(words["data-since"], { time: time(one.since) })}`),
    one.problems.map((sentence) => h("p", { class: "cu-start-problem" }, sentence)),
    one.entries.length > 0 && h("details", {}, h("summary", {}, fill(words["data-entries"], { count: one.entries.length })),
      h("ol", {}, one.entries.map((entry) => h("li", {}, h("p", {}, h("strong", {}, entry.title), ` · ${entry.what} · ${time(entry.at)}`),
        entry.lines.map((text) => h("p", { class: "cu-data-words" }, text)))))));
  /** The lessons of which nothing is kept, in one line. */
  const nothingOf = (lessons) => {
    const empty = lessons.filter((lesson) => !lesson.logs.length);
    if (empty.length === 0) return null;
    return line(empty.length < lessons.length ? "data-nothing-of" : "data-nothing-of-all", { lessons: empty.map((lesson) => lesson.title).join(", ") },
      "cu-start-small");
  };
  const module = (one) => h("div", { class: "cu-data-module", role: "group", "aria-label": one.title },
    h("h3", {}, one.title), one.problem && h("p", { class: "cu-start-problem" }, one.problem),
    one.lessons.filter((lesson) => lesson.logs.length).map((lesson) => [h("h4", {}, lesson.title), lesson.logs.map(log)]).flat(2),
    nothingOf(one.lessons),
    one.receipts.map((it) => line(`data-handed-in-${it.how}`, { ...it, time: time(it.at) })),
    one.feedback > 0 && line("data-came-back", { count: one.feedback }),
    one.pages.length > 0 && line("data-saved-pages", { files: one.pages.join(", ") }));

  const file = h("div", { class: "cu-data-file" });
  const inBrowser = (data) => {
    const here = draftsHere(data.logs, Object.keys(data.titles));
    const places = keptHere().filter((key) => key.startsWith("curriculum:place:")).length;
    const words_of = (answer) => [answer.text, ...(answer.turns ?? []).map((turn) => turn.text)].filter(Boolean).join(" / ");
    return [h("h3", {}, words["data-browser"]),
      line(here.length ? "data-browser-drafts" : "data-browser-none", { count: here.length }),
      list(here.map(({ item, answer }) => [h("strong", {}, data.titles[item] ?? item), ` · ${words_of(answer) || words["data-browser-choice"]}`])),
      line("data-browser-places", { count: places }, "cu-start-small")];
  };
  /** Paths, for those who look for the files themselves. */
  const whereFiles = (data) => h("details", { class: "cu-start-small cu-data-path" }, h("summary", {}, words["data-where-files"]),
    list([fill(words["data-where"], { folder: data.home }), fill(words["data-drafts-folder"], { folder: data.drafts_folder }),
      ...[...data.modules.flatMap((one) => one.lessons).flatMap((one) => one.logs), ...data.again].map((one) => one.file)]));
  const showData = (data) => {
    file.replaceChildren();
    open(words["data-show"],
      data.modules.map(module),
      data.again.length > 0 && [h("h3", {}, words["data-again"]), ...data.again.map(log)],
      h("h3", {}, words["data-drafts"]), line("data-drafts-where", { count: data.drafts.length }),
      list(data.drafts.map((one) => [h("strong", {}, one.title), ...one.lines.map((text) => h("p", { class: "cu-data-words" }, text))])),
      inBrowser(data),
      data.handed_in.length > 0 && line("data-handed-in-files", { files: data.handed_in.join(", ") }),
      whereFiles(data),
      h("div", { class: "cu-start-actions" }, button(words["data-make-file"], () => ask("my-data-file"), " cu-asks cu-primary"),
        button(words["data-hide"], close)), file);
  };
  const showFile = ({ path, left_out }) => {
    const name = path.split("/").pop(), link = h("a", { href: addressOf(path, "files"), download: name }, name);
    file.replaceChildren(h("p", {}, words["data-file-made"], " ", link), ...(left_out ? [line("data-left-out", { files: left_out })] : []));
    status.textContent = "";
    link.focus();
  };

  const showGoing = (data) => {
    const here = draftsHere(data.logs, data.items).length;
    const goes = [
      data.told,
      data.again > 0 && fill(words["data-goes-again"], { count: data.again }),
      data.drafts > 0 && fill(words["data-goes-drafts"], { count: data.drafts }),
      here > 0 && fill(words["data-goes-browser"], { count: here }),
      data.pages.length > 0 && fill(words["data-goes-pages"], { files: data.pages.join(", ") }),
      data.copies.length > 0 && fill(words["data-goes-copies"], { files: data.copies.join(", ") }),
    ].filter(Boolean);
    if (!goes.length && !data.files.length) { open(words["data-delete"], line("data-nothing-to-delete"), h("div", { class: "cu-start-actions" }, button(words["data-hide"], close))); return; }
    const stays = [
      fill(words["data-stays-graded"], { count: data.graded }),
      data.receipts > 0 && fill(words["data-stays-handed-in"], { count: data.receipts }),
      data.handed_in.length > 0 && fill(words["data-stays-files"], { files: data.handed_in.join(", ") }),
      data.feedback > 0 && words["data-stays-feedback"],
      words["data-stays-server"],
    ].filter(Boolean);
    open(words["data-delete"],
      h("h3", {}, words["data-goes"]), list(goes), h("ul", { class: "cu-start-small cu-data-path" }, data.files.map((one) => h("li", {}, one))),
      h("h3", {}, words["data-stays"]), list(stays),
      h("p", {}, h("strong", {}, words["data-no-way-back"])),
      h("div", { class: "cu-start-actions" }, button(words["data-keep"], close, " cu-primary"),
        button(words["data-delete-now"], () => ask("practice-delete"), " cu-asks cu-danger")));
  };
  const showDeleted = (data) => {
    try { draftsHere(data.logs, data.items).forEach((one) => localStorage.removeItem(one.key)); } catch { /* nothing was kept */ }
    tellDeletion(data.logs);
    close();
    if (data.left.length) {
      open(words["data-delete"], line("data-deleted-part", { gone: data.gone.length }, "cu-start-problem"), list(data.left),
        h("div", { class: "cu-start-actions" }, button(words["data-hide"], close)));
    } else status.textContent = words["data-deleted"];
  };

  const showConsent = ({ given }) => open(words["consent-title"], line("consent-question"), line("consent-about", {}, "cu-start-small"),
    given !== null && h("p", {}, h("strong", {}, words[given ? "consent-given" : "consent-refused"])),
    h("div", { class: "cu-start-actions" }, button(words["consent-yes"], () => ask("consent-yes"), " cu-asks"),
      button(words["consent-no"], () => ask("consent-no"), " cu-asks"), button(words["data-hide"], close)));
  const showSaid = ({ given }) => { close(); status.textContent = words[given ? "consent-saved-yes" : "consent-saved-no"]; };

  const answers = { consent: showConsent, "consent-yes": showSaid, "consent-no": showSaid, "my-data": showData, "my-data-file": showFile, "practice-goes": showGoing, "practice-delete": showDeleted };
  const heard = (message) => {
    if (!answers[message?.kind]) return;
    if (message.problem) { status.textContent = ""; problem.textContent = message.problem; return; }
    answers[message.kind](message);
  };
  model.on("msg:custom", heard);
  const unguard = guardKeys(node, () => {});
  return { node, dress, stop: unguard };
};
