// What the desk's pages are made of: asking the kernel, buttons, forms, addresses. Stands behind common.js.
// Plain JavaScript without imports; what people wrote only ever becomes text nodes.

const OFFLINE_WORDS = {
  "safe-answers": "What you saved is kept.",
  "safe-paused": "The desk is paused.",
  "safe-gone": "The program behind it has stopped.",
  "safe-away": "The connection to the server is lost; it is being sought.",
  "safe-silent": "The server does not answer.",
  "safe-signed-out": "The server asks you to sign in again.",
  "safe-trying": "Trying again…",
  "button-carry-on": "Carry on",
  "button-try-now": "Try now",
  "button-sign-in": "Sign in",
  alone: "The program behind this page has stopped. What you saved is kept. Reload the page to go on.",
};

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const inPoints = (value) => (value == null ? "–" : String(Math.round(value * 100) / 100));
const inShare = (value) => (value == null ? "–" : value.toFixed(2));
const onDay = (at) => new Date(at).toLocaleString([], { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** The address of a file below the course's folder, or of a page of the server. */
const serverAddress = (path) => {
  let base = "/";
  try { base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl || "/"; } catch { /* the root */ }
  return base + path.split("/").map(encodeURIComponent).join("/");
};
const fileAddress = (path) => serverAddress(`files/${path}`);

/** Asks the kernel; the promise holds its answer, or fails with its sentence. */
const asker = (model) => {
  const open = new Map(), stamp = newId();
  let asked = 0;
  const heard = (message) => {
    const waiting = open.get(message.id);
    if (!waiting) return;
    open.delete(message.id);
    if (message.problem === undefined) waiting.resolve(message.data);
    else waiting.reject(new Error(message.problem));
  };
  model.on("msg:custom", heard);
  const ask = (verb, fields = {}) => new Promise((resolve, reject) => {
    const id = `${stamp}-${(asked += 1)}`;
    open.set(id, { resolve, reject });
    model.send({ id, verb, fields });
  });
  return { ask, stop: () => model.off("msg:custom", heard) };
};

/** A button that does nothing while `off()` says so; `key` finds it again after the page was drawn anew. */
const deskButton = (label, act, { primary = false, danger = false, quiet = false, key = label, off = () => false, about = null } = {}) =>
  h("button", {
    type: "button", "data-key": key, "aria-disabled": off() ? "true" : null, "aria-label": about,
    class: `cu-desk-button${primary ? " cu-primary" : ""}${danger ? " cu-danger" : ""}${quiet ? " cu-quiet" : ""}`,
    on: { click: (event) => { if (event.currentTarget.getAttribute("aria-disabled") !== "true") act(event); } },
  }, label);

/** One labelled field; `read` gives its value. */
const deskField = ({ name, label, kind = "text", value = "", hint = "", options = [], placeholder = null }) => {
  const id = newId(), hintId = hint ? `${id}-hint` : null, common = { id, name, "aria-describedby": hintId };
  const control = kind === "select"
    ? h("select", common, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)))
    : kind === "area" ? h("textarea", { ...common, rows: 2 })
      : h("input", { ...common, type: kind, placeholder, checked: kind === "checkbox" && value === true, autocomplete: "off" });
  if (kind !== "checkbox" && kind !== "select") control.value = value;
  const text = h("label", { for: id }, label);
  const node = h("div", { class: `cu-desk-field${kind === "checkbox" ? " cu-check" : ""}` },
    ...(kind === "checkbox" ? [control, text] : [text, control]), hint && h("p", { id: hintId, class: "cu-desk-hint" }, hint));
  return { name, node, control, read: () => (kind === "checkbox" ? control.checked : control.value.trim()) };
};

/**
 * A form that is sent once: `send` gets the values by name and gives a promise. What is wrong is said in the form.
 *   before: nodes above the fields; done: what is done once it was sent
 */
const deskForm = ({ title, fields, submit, send, cancel = null, before = [], danger = false, note = "" }) => {
  const problem = h("p", { class: "cu-desk-problem", role: "alert" });
  let sending = false;
  const go = async () => {
    if (sending) return;
    sending = true;
    button.setAttribute("aria-disabled", "true");
    problem.textContent = "";
    try {
      await send(Object.fromEntries(fields.map((field) => [field.name, field.read()])));
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      sending = false;
      button.removeAttribute("aria-disabled");
    }
  };
  const button = h("button", { type: "submit", class: `cu-desk-button cu-primary${danger ? " cu-danger" : ""}` }, submit);
  const heading = newId();
  const node = h("form", { class: "cu-desk-form", "aria-labelledby": heading, on: { submit: (event) => { event.preventDefault(); go(); } } },
    h("h3", { id: heading, class: "cu-desk-small-title" }, title), before, note && h("p", { class: "cu-desk-hint" }, note),
    fields.length > 0 && h("div", { class: "cu-desk-fields" }, fields.map((field) => field.node)),
    problem, h("div", { class: "cu-desk-actions" }, button, cancel && deskButton("Cancel", cancel, { quiet: true })));
  return { node, focus: () => (fields[0]?.control ?? button).focus() };
};

/** A table that a screen reader can walk through; `rows` are arrays of texts or nodes, the first one names its row. */
const deskTable = (caption, heads, rows) =>
  h("div", { class: "cu-desk-scroll", role: "region", "aria-label": caption, tabindex: "0" },
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, at) =>
        h(at ? "td" : "th", { scope: at ? null : "row" }, cell ?? "")))))));

/** Draws anew inside `node` and gives the focus back to the control of the same key, where it was inside. */
const redraw = (node, ...children) => {
  const active = document.activeElement, held = node.contains(active) ? active.dataset.key : null;
  node.replaceChildren(...children.flat().filter((child) => child != null && child !== false && child !== ""));
  if (held) node.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
};
