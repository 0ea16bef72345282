// The page to practise again: what stands above the exercises, and below them. Text only ever becomes text nodes.
// Stands behind common.js and pages.js in one module.

const dayOf = (at, language) => new Date(at).toLocaleDateString(locale(language), { weekday: "long", day: "numeric", month: "long" });
const isToday = (at) => new Date(at).toDateString() === new Date().toDateString();

/** A sentence about a time to come: by the hour where that is today, else by the day. */
const when = (words, key, at, language) => at
  ? fill(words[isToday(at) ? `${key}-today` : key], { ...whenOf(at, language), date: dayOf(at, language) }) : "";

/** Why a task comes back; once it is answered, what it was about and when that returns. */
const task = (words, one, language) => h("li", { class: one.done ? "cu-done" : null },
  h("strong", {}, one.title), " ",
  h("span", { class: "cu-again-why" }, fill(words[`again-why-${one.how}`], { date: dayOf(one.at, language) })),
  one.done && h("p", { class: "cu-again-told" }, h("span", { "aria-hidden": "true" }, "✓ "), words["again-done"], ". ",
    fill(words["again-about"], one), " ", one.back ? when(words, "again-back", one.back, language) : words["again-not-judged"]));

const head = (words, state) => {
  const { tasks, due } = { ...state, due: state.open + state.more };
  const title = h("h1", { tabindex: "-1" }, words["again-title"]);
  const said = tasks.length ? [fill(words["again-tasks"], { count: tasks.length }),
    state.open === tasks.length && due > tasks.length && fill(words["again-tasks-of"], { due })]
    : [words[!state.answered ? "again-none-yet" : state.missed ? "again-nothing-due" : "again-nothing-missed"],
      when(words, "again-next", state.next, state.language)];
  return [title,
    h("p", { class: "cu-again-said" }, said.filter(Boolean).join(" ")),
    tasks.length > 0 && h("ol", { class: "cu-again-tasks", "aria-label": words["again-list"] }, tasks.map((one) => task(words, one, state.language))),
    state.alone > 0 && h("p", {}, fill(words["again-alone"], { count: state.alone })),
    state.problem && h("p", { class: "cu-again-problem", role: "alert" }, fill(words["again-problem"], { reason: state.problem })),
    h("p", { class: "cu-again-small" }, fill(words["again-private"], state)),
    h("details", {}, h("summary", {}, words["again-how"]),
      h("ul", {}, [1, 2, 3, 4].map((line) => h("li", {}, words[`again-how-${line}`]))))];
};

/** A share as words and as a bar, which says nothing that the words do not. */
const bar = (words, key, share) => h("li", { class: "cu-again-bar" },
  h("span", {}, fill(words[key], share)),
  h("span", { class: "cu-again-track", "aria-hidden": "true" },
    h("span", { style: `inline-size: ${Math.round((100 * share.times) / Math.max(share.occasions, 1))}%` })));

/** One thing that shows: how often, before and lately, what would stand in its place, and where that is taught. */
const tendency = (words, key, one) => h("li", { class: "cu-again-tendency" },
  h("h3", {}, one.name),
  h("p", {}, fill(words[key], one), " ", one.trend && words[one.trend]),
  h("ul", { class: "cu-again-bars" }, one.lately
    ? [bar(words, "again-before", one.before), bar(words, "again-lately", one.lately)] : [bar(words, "again-all", one)]),
  h("p", {}, one.hint),
  one.section && h("p", {}, h("a", { href: `${addressOf(one.section.path)}#${encodeURIComponent(one.section.anchor)}` },
    fill(words["again-section"], one.section))));

const foot = (words, state, more) => [
  h("div", { class: "cu-again-more" },
    state.tasks.length > 0 && h("p", {}, [
      state.open ? fill(words["again-open"], { count: state.open }) : words["again-finished"],
      state.more ? fill(words["again-more"], { count: state.more }) : when(words, "again-next", state.next, state.language),
    ].filter(Boolean).join(" ")),
    // While nothing of the round is answered there is nothing new to be had.
    (state.open < state.tasks.length || state.tasks.length === 0) && more),
  state.answered && h("section", { "aria-label": words["again-traps-title"] },
    h("h2", {}, words["again-traps-title"]),
    state.traps.length
      ? [h("p", {}, words["again-traps-intro"]), h("ul", { class: "cu-again-tendencies" }, state.traps.map((one) => tendency(words, "again-fell", one)))]
      : h("p", {}, words["again-traps-none"])),
  state.criteria.length > 0 && h("section", { "aria-label": words["again-criteria-title"] },
    h("h2", {}, words["again-criteria-title"]),
    h("p", {}, words["again-criteria-intro"]),
    h("ul", { class: "cu-again-tendencies" }, state.criteria.map((one) => tendency(words, "again-left-out", one)))),
  state.answered && h("p", { class: "cu-again-small" }, words["again-counted"]),
];

export default {
  render({ model, el }) {
    const words = model.get("sentences"), part = model.get("part"), { language, direction } = model.get("state");
    const root = h("div", { class: `cu-again cu-again-${part}`, lang: language, dir: direction });
    const drawn = h("div", { class: "cu-again-drawn" });
    const offline = offlinePart(el, words, { name: "cu-again-offline", button: "cu-again-button", alone: "start-paused" });
    const status = h("p", { class: "cu-again-small", role: "status" });
    let round = model.get("state").round;
    const button = h("button", { type: "button", class: "cu-again-button", on: { click: () => {
      if (offline.gone) return;
      status.textContent = words["again-looking"];
      model.send({ kind: "more" });
    } } }, words["again-look"]);
    root.append(...(part === "head" ? [drawn] : [offline.node, drawn, status]));
    el.append(root);

    const draw = () => {
      const state = model.get("state"), here = document.activeElement === button;
      const opened = root.querySelector("details")?.open;
      drawn.replaceChildren(...(part === "head" ? head(words, state) : foot(words, state, button)).filter(Boolean));
      if (opened) root.querySelector("details").open = true;
      if (here) button.focus({ preventScroll: true });
      if (state.round === round) return;
      round = state.round;
      status.textContent = "";
      // What came is read from its beginning.
      if (part === "head") { root.querySelector("h1").focus({ preventScroll: true }); root.scrollIntoView({ block: "start" }); }
    };
    /** Nobody listens any more: said in words, with the way back where the page offers one. */
    const tell = (what) => {
      if (part === "head") return;
      offline.tell(what);
      button.setAttribute("aria-disabled", String(offline.gone));
    };
    const unguard = guardKeys(el, () => {}), unwatch = watchKernel(model, el, tell);
    model.on("change:state", draw);
    draw();
    el.classList.add("cu-live");
    return () => { unguard(); unwatch(); };
  },
};
