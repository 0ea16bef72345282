// The review queue: the list, the answer beside it, and the keys. Stands behind desk_parts.js and desk_decide.js.

const KEYS = [
  ["↑ ↓", "from label to label"], ["A", "accept what the scorer found"], ["O or space", "overturn it"], ["S", "save and go on"],
  ["N, P", "next, previous answer"], ["R", "write a remark (Esc leaves it)"], ["U", "undo the decision"], ["?", "these keys"],
];

const reviewPage = (desk) => {
  const node = h("div", { class: "cu-desk-review" });
  const list = h("ol", { class: "cu-desk-queue", "aria-label": "Answers" }), place = h("div", { class: "cu-desk-place" });
  const keys = h("details", { class: "cu-desk-keys" }, h("summary", {}, "Keys (?)"), h("dl", {}, KEYS.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))));
  const bar = h("div", { class: "cu-desk-bar" });
  const filter = { module: "", which: "waiting", names: false };
  let queue = null, at = 0, open = null, known = {}, asked = 0, cohort = "";
  const snippets = (now) => (now ? (known = now) : known);
  const by = () => node.querySelector('[name="by"]')?.value.trim() ?? desk.account;
  const ask = (verb, fields) => desk.ask(verb, { names: filter.names, ...fields });

  const line = (one, index) => h("li", {}, h("button", {
    type: "button", class: `cu-desk-line${one.saved ? " cu-saved" : ""}`, "aria-current": index === at ? "true" : null, "data-key": one.handle,
    on: { click: () => show(index) },
  }, h("span", { class: "cu-desk-lead" }, h("strong", {}, one.title), h("span", {}, one.score == null ? "no points" : `${inPoints(one.score)}/${inPoints(one.maximum)}`)),
    h("span", { class: "cu-desk-hint" }, one.who, one.saved ? " · ✓ decided" : "", one.contested ? " · contested" : "", one.urgent ? " · ! urgent" : "")));
  const drawList = () => {
    redraw(list, (queue ?? []).map(line));
    const current = list.querySelector('[aria-current="true"]');
    if (current) list.scrollTop = Math.max(0, current.offsetTop - list.offsetTop - list.clientHeight / 3);
  };

  /** Shows the answer at that place; `focus` brings the keyboard to its first label. */
  const show = async (index, focus = true) => {
    at = index;
    drawList();
    const number = (asked += 1), one = queue[index];
    if (!one) { open = null; redraw(place, empty()); return; }
    try {
      const entry = await ask("entry", { handle: one.handle });
      if (number === asked) draw(entry, focus);
    } catch (error) { if (number === asked) { open = null; redraw(place, h("p", { class: "cu-desk-problem", role: "alert" }, error.message)); } }
  };
  const draw = (entry, focus) => {
    open = decision({ ...desk, ask }, entry, { saved, undone, snippets, by });
    place.replaceChildren(open.node);
    if (focus) { open.focus(); open.node.scrollIntoView({ block: "nearest" }); }
  };
  const empty = () => h("p", { class: "cu-desk-empty" }, filter.which === "waiting" ? "✓ Nothing waits for a person here." : "Nobody has decided anything here yet.");

  const saved = ({ entry, score, also }) => {
    for (const one of queue) if (one.handle === entry.handle || also.includes(one.handle)) Object.assign(one, { saved: true, decided: true, score });
    const left = queue.filter((one) => !one.saved).length;
    desk.say(`Saved: ${inPoints(score)} of ${inPoints(entry.maximum)} points for “${entry.title}”${also.length ? `, and ${counted(also.length, "answer")} alike` : ""}. ${filter.which === "waiting" ? `${left} left.` : ""}`);
    desk.changed();
    const next = [...queue.keys()].map((step) => (at + 1 + step) % queue.length).find((index) => !queue[index].saved);
    if (filter.which === "waiting" && next !== undefined) show(next);
    else { drawList(); draw(entry, true); }
  };
  const undone = ({ entry, score, waits }) => {
    Object.assign(queue[at], { saved: false, decided: false, score });
    desk.say(`Taken back: ${score == null ? "no points" : counted(Math.round(score * 100) / 100, "point")} again${waits ? ", and it waits for a person" : ""}.`);
    desk.changed();
    drawList();
    draw(entry, true);
  };

  const load = async (focus = false) => {
    if (!desk.cohort) return;
    const number = (asked += 1);
    cohort = desk.cohort;
    queue = null;
    open = null;
    redraw(list);
    redraw(place, h("p", { role: "status" }, "Reading the answers…"));
    try {
      const [found, kept] = await Promise.all([ask("queue", filter), ask("snippets")]);
      if (number !== asked) return;
      queue = found;
      known = kept;
      await show(0, focus);
    } catch (error) { if (number === asked) redraw(place, h("p", { class: "cu-desk-problem", role: "alert" }, error.message)); }
  };

  const drawBar = () => {
    const choose = (name, label, options) => {
      const field = deskField({ name, label, kind: "select", value: filter[name], options });
      field.control.addEventListener("change", () => { filter[name] = field.control.value; load(); });
      return field.node;
    };
    const names = deskField({ name: "names", label: "Show learners’ names", kind: "checkbox", value: filter.names });
    names.control.addEventListener("change", () => { filter.names = names.control.checked; load(); });
    const modules = (desk.data?.modules ?? []).map((one) => [one.slug, one.title]);
    redraw(bar, choose("which", "Answers", [["waiting", "that wait for a person"], ["decided", "that a person decided"]]),
      choose("module", "Module", [["", "all"], ...modules]),
      deskField({ name: "by", label: "Who decides", value: by() }).node, names.node, keys);
  };

  const step = (by) => { if (queue?.length) show(Math.max(0, Math.min(queue.length - 1, at + by))); };
  const onKey = (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape" && typing) { open?.focus(); event.preventDefault(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".cu-desk-form")) return;
    if (open?.onKey(event)) return;
    const acts = {
      n: () => step(1), p: () => step(-1), s: () => open?.save(), u: () => open?.undo(), r: () => open?.remark(),
      "?": () => { keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); },
    };
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  };
  node.addEventListener("keydown", onKey);
  drawBar();
  node.append(bar, h("div", { class: "cu-desk-two" }, list, place));
  return {
    node, save: () => open?.save(),
    draw: () => { drawBar(); if (cohort !== desk.cohort || queue === null) load(); },
    show: ({ module = "" } = {}) => { Object.assign(filter, { module, which: "waiting" }); drawBar(); load(true); },
    forget: () => { queue = null; open = null; asked += 1; },
  };
};
