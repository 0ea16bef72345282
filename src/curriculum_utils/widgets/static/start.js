// The start page: modules as cards. Plain JavaScript without imports; text from people only ever becomes text nodes.
// Stands behind common.js in one module.

/** The address of a file in the learner's folder, as the app that shows this page opens it. */
const addressOf = (path, raw = false) => {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const config = document.getElementById("jupyter-config-data");
  let base = "/";
  try { base = JSON.parse(config.textContent).baseUrl || "/"; } catch { /* Voilà has none */ }
  const here = decodeURI(location.pathname).slice(decodeURI(base).length);
  // The start page's own folder: what stands between the app's words in the address and its file name.
  const found = here.match(/^(doc\/tree|lab(?:\/workspaces\/[^/]+)?\/tree|notebooks|voila\/render)\/(.*?)[^/]*$/);
  const folder = (found?.[2] ?? "").split("/").map(encodeURIComponent).join("/");
  if (raw) return `${base}files/${folder}${encoded}`;
  const app = !found || found[1].startsWith("lab") ? "doc/tree" : found[1];
  // A page that came back is no notebook: Notebook 7 and Voilà show it as it is.
  const way = path.endsWith(".ipynb") || app === "doc/tree" ? app : "files";
  return `${base}${way}/${folder}${encoded}`;
};

const dateOf = (at) => new Date(at).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
const timeOf = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export default {
  render({ model, el }) {
    const words = model.get("sentences"), { language, direction } = model.get("state");
    const root = h("main", { class: "cu-start", lang: language, dir: direction });
    try { localStorage.setItem("curriculum:language", language); } catch { /* the bar above a lesson speaks English then */ }
    const status = h("p", { class: "cu-start-status", role: "status" });
    const problem = h("p", { class: "cu-start-problem", role: "alert" });
    const offline = h("div", { class: "cu-start-offline", role: "alert" });
    const asking = new Set(); // modules whose unanswered tasks are being shown before they are handed in
    el.append(root);

    let gone = false;
    const idle = () => !gone && !model.get("state").busy;
    const button = (label, act, primary = false) => h("button", {
      type: "button", class: `cu-start-button${primary ? " cu-primary" : ""}`,
      "aria-disabled": idle() ? null : "true",
      on: { click: () => { if (idle()) act(); } },
    }, label);
    /** Nobody listens any more: said in words, with the way back where the page offers one. */
    const tell = (what) => {
      if (gone) return;
      gone = what === "gone";
      offline.replaceChildren(...(what === "here" ? [] : [h("p", {}, words[gone ? "start-paused" : "offline-reconnecting"])]));
      if (gone && el.closest(".cu-lesson")) offline.append(h("button", { type: "button", class: "cu-start-button cu-primary",
        on: { click: () => el.dispatchEvent(new CustomEvent("cu-carry-on", { bubbles: true })) } }, words["button-carry-on"]));
      if (gone) draw();
    };

    const lesson = (one) => {
      const done = one.items > 0 && one.answered === one.items;
      const told = one.items === 0 ? "" : done ? words["start-all-answered"]
        : one.answered === 0 ? words["start-nothing-answered"] : fill(words["start-answered"], one);
      return h("li", { class: `cu-start-lesson${done ? " cu-done" : ""}` },
        h("a", { href: addressOf(one.path) },
          h("span", { class: "cu-start-name" }, one.title),
          one.graded && h("span", { class: "cu-start-counts" }, words["start-counts"])),
        h("span", { class: "cu-start-minutes" }, fill(words["start-minutes"], one)),
        one.items > 0 && h("progress", { max: one.items, value: one.answered, "aria-label": one.title }),
        h("span", { class: "cu-start-told" }, done && h("span", { "aria-hidden": "true" }, "✓ "), told),
        one.problem && h("p", { class: "cu-start-problem" }, fill(words["start-problem"], { title: one.title, reason: one.problem })));
    };

    /** The way on: the first lesson with something left to answer. */
    const onward = (module) => {
      const next = module.notebooks.find((one) => one.answered < one.items);
      if (!next) return h("p", { class: "cu-start-finished" }, words["start-finished"]);
      const label = fill(words[module.answered === 0 ? "start-begin" : "start-go-on"], { title: next.title });
      return h("a", { class: "cu-start-button cu-primary", href: addressOf(next.path) }, label);
    };

    const receipt = (module) => {
      const last = module.receipt;
      if (!last) return null;
      const values = { ...last, date: dateOf(last.at), time: timeOf(last.at) };
      return h("div", { class: "cu-start-receipt" },
        h("p", {}, fill(words[`start-receipt-${last.how}`], values), " ",
          last.file && h("a", { href: addressOf(last.file, true), download: last.file.split("/").pop() }, last.file.split("/").pop())),
        module.receipts > 1 && h("p", { class: "cu-start-small" }, fill(words["start-earlier-receipts"], { count: module.receipts - 1 })),
        module.changed && h("p", { class: "cu-start-changed" }, words["start-changed"]));
    };

    const handIn = (module) => {
      if (!asking.has(module.slug)) {
        return button(words[module.receipt ? "start-hand-in-again" : "start-hand-in"], () => {
          if (module.unanswered.length || module.left_out) { asking.add(module.slug); draw(); focusIn(module.slug, ".cu-start-asking"); }
          else model.send({ kind: "hand-in", module: module.slug });
        });
      }
      return h("div", { class: "cu-start-asking", tabindex: "-1", role: "group", "aria-label": words["start-hand-in"] },
        module.unanswered.length > 0 && h("p", {}, words["start-unanswered-graded"]),
        module.unanswered.length > 0 && h("ul", {}, module.unanswered.map((one) => h("li", {}, h("a", { href: addressOf(one.path) }, one.title)))),
        module.left_out > 0 && h("p", {}, fill(words["start-unanswered-practice"], { count: module.left_out })),
        h("div", { class: "cu-start-actions" },
          button(words["start-hand-in-anyway"], () => { asking.delete(module.slug); model.send({ kind: "hand-in", module: module.slug }); }, true),
          button(words["start-not-yet"], () => { asking.delete(module.slug); draw(); focusIn(module.slug, ".cu-start-hand-in button"); })));
    };

    const feedback = (module) => module.feedback.length > 0 && h("div", { class: "cu-start-feedback" },
      h("h3", {}, words["start-feedback"]),
      h("ul", {}, module.feedback.map((one) => h("li", {}, h("a", { href: addressOf(one.path) }, one.title)))));

    const card = (module, exchange) => h("section", { class: "cu-start-module", "data-module": module.slug, "aria-label": module.title },
      h("h2", {}, module.title),
      h("p", { class: "cu-start-small" }, fill(words["start-module-answered"], module)),
      onward(module),
      h("ol", { class: "cu-start-lessons" }, module.notebooks.map(lesson)),
      feedback(module),
      receipt(module),
      h("div", { class: "cu-start-actions cu-start-hand-in" }, handIn(module),
        exchange && module.receipt && button(words["start-look-for-feedback"], () => model.send({ kind: "feedback", module: module.slug }))));

    const focusIn = (slug, selector) => root.querySelector(`[data-module="${CSS.escape(slug)}"] ${selector}`)?.focus();

    /** What is recorded, in five lines: open until it has been read, and there to be read again. */
    const notice = (read) => h("details", { class: "cu-start-notice", open: !read },
      h("summary", {}, words[read ? "start-notice-again" : "start-notice-title"]),
      h("ul", {}, [1, 2, 3, 4, 5].map((line) => h("li", {}, words[`start-notice-${line}`]))),
      !read && button(words["start-notice-read"], () => model.send({ kind: "read" }), true));

    /** Draws, and gives the focus back to what had it, or to what stands in its place. */
    const drawAround = (what) => {
      const had = root.contains(document.activeElement) ? document.activeElement : null;
      const slug = had?.closest("[data-module]")?.dataset.module;
      what();
      if (!had) return;
      const near = (slug && root.querySelector(`[data-module="${CSS.escape(slug)}"]`)) || root;
      const alike = [...near.querySelectorAll(had.tagName)];
      (alike.find((one) => one.textContent === had.textContent) ?? alike.find((one) => one.className === had.className)
        ?? near.querySelector(slug ? ".cu-start-hand-in button" : "summary"))?.focus({ preventScroll: true });
    };

    const draw = () => drawAround(() => {
      const { modules, exchange, busy, said, read } = model.get("state");
      root.replaceChildren(
        h("div", { class: "cu-start-head" }, h("h1", {}, words["start-title"]), button(words["start-refresh"], () => model.send({ kind: "look" }))),
        notice(read), offline, status, problem,
        modules.length ? h("div", { class: "cu-start-modules" }, modules.map((one) => card(one, exchange))) : h("p", {}, words["start-none"]));
      root.toggleAttribute("aria-busy", Boolean(busy));
      status.textContent = busy ? words[busy.kind === "hand-in" ? "start-handing-in" : "start-looking-for-feedback"] : spoken(modules, said);
      problem.textContent = said?.problem ?? "";
    });

    /** What has just happened, for those who do not see the card change. */
    const spoken = (modules, said) => {
      const module = said && !said.problem && modules.find((one) => one.slug === said.module);
      if (!module) return "";
      if (said.kind === "feedback") return module.feedback.length ? `${words["start-feedback"]}.` : words["start-no-feedback"];
      if (!module.receipt) return ""; // it comes with the next look
      const values = { ...module.receipt, date: dateOf(module.receipt.at), time: timeOf(module.receipt.at) };
      return fill(words[`start-receipt-${module.receipt.how}`], values);
    };

    // Who comes back from a lesson finds the page as it now is.
    const look = () => { if (document.visibilityState === "visible" && idle()) model.send({ kind: "look" }); };
    const unwatch = watchKernel(model, el, tell);
    model.on("change:state", draw);
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", look);
    el.addEventListener("keydown", (event) => event.stopPropagation());
    draw();
    el.classList.add("cu-live");
    return () => {
      unwatch();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("pageshow", look);
    };
  },
};
