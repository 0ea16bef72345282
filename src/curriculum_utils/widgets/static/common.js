// What every exercise shares: drawing, keeping drafts, saving, and saying when nobody is listening.
// Plain JavaScript without imports or build step. Text from people only ever becomes text nodes.

/** An element. Props: `on` maps events to handlers; true sets an attribute, false and null leave it out. */
const h = (name, props = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false && child !== ""));
  return node;
};

/** A sentence with its places filled; of one with plural forms, the form that its number takes. */
const fill = (sentence, values) => {
  const form = typeof sentence === "string" ? sentence
    : sentence[new Intl.PluralRules(sentence.language).select(Number(values[sentence.by]))] ?? sentence.other;
  return form.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
};

/** Whether two answers say the same: keys in any order, null as good as missing. */
const plain = (value) => {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value).filter((name) => value[name] != null).sort();
  return names.map((name) => [name, plain(value[name])]);
};
const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

let drawn = 0;
const newId = () => `cu-${(drawn += 1)}-${Math.random().toString(36).slice(2, 8)}`;

/** A small sign before a line; the line itself says the same in words. */
const SIGNS = { right: "✓", met: "✓", wrong: "✕", trap: "!", missing: "○", partly: "◐", unscored: "·", note: "" };
const sign = (kind) => h("span", { class: `cu-sign cu-is-${kind}`, "aria-hidden": "true" }, SIGNS[kind] ?? "");

/** Goes on an element that holds the course's own words: they may be in another language than the interface. */
const course = (content) => ({ lang: content.course_language, dir: "auto" });

/** A criterion or trap by its name; what the sign before it shows is said as well. */
const labelLine = (content, words, label) =>
  h("li", { class: `cu-label cu-is-${label.kind}` }, sign(label.kind),
    h("span", {}, h("span", { class: "cu-unseen" }, words[`access-label-${label.kind}`], " "),
      h("span", course(content), label.name), label.number && h("sup", { class: "cu-number" }, String(label.number))));

/** The client, the scene and what was said; `say` draws one turn's words. */
const conversation = (content, say = (turn) => turn.text) => {
  const { vignette } = content;
  return h("div", { class: "cu-vignette" },
    h("p", { class: "cu-client" }, h("strong", {}, vignette.client), " · ", h("span", course(content), vignette.setting)),
    vignette.scene && h("p", { class: "cu-scene", ...course(content) }, vignette.scene),
    h("ol", { class: "cu-turns", "aria-label": vignette.title },
      vignette.turns.map((turn) =>
        h("li", { class: `cu-turn cu-from-${turn.who}` },
          h("span", { class: "cu-who" }, turn.name), h("div", { class: "cu-said", ...course(content) }, say(turn))))));
};

/**
 * Radio buttons that look like cards; `options` are [{id, text}]. `unseen`: the prompt says what the legend says;
 * `marks`: what goes on each option's words.
 */
const choices = ({ legend, options, changed, speech = false, inline = false, unseen = false, marks = {} }) => {
  const name = newId();
  const inputs = options.map((option) =>
    h("input", { type: "radio", name, id: `${name}-${option.id}`, value: option.id, on: { change: changed } }));
  const node = h("fieldset", { class: `cu-choices${inline ? " cu-inline" : ""}` }, h("legend", { class: unseen && "cu-unseen" }, legend),
    h("div", { class: "cu-options" }, options.map((option, index) =>
      h("label", { class: `cu-option${speech ? " cu-speech" : ""}`, for: inputs[index].id },
        inputs[index], h("span", marks, option.text)))));
  return {
    node,
    read: () => inputs.find((input) => input.checked)?.value ?? null,
    write: (value) => inputs.forEach((input) => { input.checked = input.value === String(value ?? ""); }),
    focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus(),
  };
};

// Jupyter acts on keys pressed inside an output: arrows change the cell, `a` and `b` add one, `m` turns it into text
// and `d d` deletes it. JupyterLab listens in the bubble phase, so keys stop at our root; Notebook 7 listens in the
// capture phase, so every control is marked itself.
const guardKeys = (root, save) => {
  const mark = () => root.querySelectorAll("button,input,textarea,select,summary,a,[tabindex]").forEach((control) =>
    control.setAttribute("data-lm-suppress-shortcuts", "true"));
  mark();
  const observer = new MutationObserver(mark);
  observer.observe(root, { subtree: true, childList: true });
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  });
  // Jupyter's menu would hide the browser's own, which corrects spelling; Shift+click would select cells.
  root.addEventListener("contextmenu", (event) => { if (event.target.matches("textarea")) event.stopPropagation(); });
  root.addEventListener("mousedown", (event) => { if (event.shiftKey) event.stopPropagation(); });
  return () => observer.disconnect();
};

/**
 * Calls `tell` with "gone" when the kernel stops, with "away" and "here" when the connection to it breaks and comes back.
 * On a lesson page our JupyterLab extension knows more, and says also "silent", "signed-out", "unheard" and "trying".
 */
const watchKernel = (model, el, tell) => {
  const check = () => { if (el.closest(".jupyter-widgets-disconnected")) tell("gone"); };
  const observer = new MutationObserver(check);
  observer.observe(el, { attributes: true, attributeFilter: ["class"] });
  const late = setTimeout(check, 400);
  const gone = () => tell("gone");
  model.on("comm_live_update", gone);
  model.on("comm:close", gone);
  const kernel = model.widget_manager?.kernel;
  const status = (_, now) => { if (/restarting|dead|terminating/.test(now)) gone(); };
  const helped = () => Boolean(el.closest(".cu-lesson"));
  const connection = (_, now) => { if (!helped()) tell(now === "connected" ? "here" : "away"); };
  const page = (event) => { if (event.target.contains(el)) tell(event.detail); };
  document.addEventListener("cu-connection", page);
  kernel?.statusChanged?.connect?.(status);
  kernel?.connectionStatusChanged?.connect?.(connection);
  return () => {
    observer.disconnect();
    clearTimeout(late);
    document.removeEventListener("cu-connection", page);
    kernel?.statusChanged?.disconnect?.(status);
    kernel?.connectionStatusChanged?.disconnect?.(connection);
  };
};

/** The half-made answer in this browser, for words typed after the kernel heard from us last. */
const mirrorOf = (content) => {
  const key = (state) => `curriculum:${state.log}:${content.id}`;
  const quietly = (act) => { try { return act(); } catch { return null; } };
  return {
    /** Whether it was kept. */
    keep: (state, draft) => quietly(() => { localStorage.setItem(key(state), JSON.stringify(draft)); return true; }) ?? false,
    load: (state) => quietly(() => JSON.parse(localStorage.getItem(key(state)) ?? "null")),
    forget: (state) => quietly(() => localStorage.removeItem(key(state))),
    /** Hears what another window of this browser keeps of the same answer, until the function returned is called. */
    elsewhere: (state, heard) => {
      const changed = (event) => { if (event.key === key(state()) && event.newValue) quietly(() => heard(JSON.parse(event.newValue))); };
      addEventListener("storage", changed);
      return () => removeEventListener("storage", changed);
    },
  };
};

/**
 * Where the page says that nobody listens, with the one button that brings it back, where there is one.
 *   safe(): the key of the sentence on what happened to the learner's work; alone: of the one where nothing can be done
 * `tell` takes what `watchKernel` says; `gone` is whether the program behind the page is no more, which stays so.
 */
const offlinePart = (el, words, { name, button, alone, safe = () => "safe-answers" }) => {
  const node = h("div", { class: name, role: "alert" });
  const part = { node, gone: false };
  let told = "";
  const draw = (what) => {
    if (what === "here" || what === "unheard") return [];
    const helped = el.closest(".cu-lesson");
    if (!helped && what === "gone") return [h("p", {}, words[alone])];
    if (what === "trying") return [h("p", {}, words["safe-trying"])];
    const sentences = [what === "gone" && words["safe-paused"], words[safe()], words[`safe-${what}`]];
    const label = { gone: "button-carry-on", "signed-out": "button-sign-in" }[what] ?? "button-try-now";
    return [h("p", {}, sentences.filter(Boolean).join(" ")), helped && h("button", { type: "button", class: button, on: { click: () =>
      el.dispatchEvent(new CustomEvent("cu-carry-on", { bubbles: true, detail: { dead: part.gone } })) } }, words[label])].filter(Boolean);
  };
  part.tell = (what) => {
    part.gone ||= what === "gone";
    if (part.gone && /away|here|unheard/.test(what)) what = "gone";
    // The same is told every few seconds, and a button that is drawn anew loses its focus and its click.
    const now = [what, part.gone, safe()].join();
    if (now !== told) node.replaceChildren(...draw(what));
    told = now;
  };
  return part;
};

/** How dates are written: as the learner's own browser does where it speaks the page's language. */
const locale = (language) => navigator.languages.find((one) => one.split("-")[0] === language) ?? language;

/** When something was saved: the time, with the day where that was not today. */
const clock = (at, language) => {
  const then = new Date(at), time = { hour: "2-digit", minute: "2-digit" };
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(locale(language), today ? time : { day: "numeric", month: "long", ...time });
};
