// The start page: modules as cards. Plain JavaScript without imports; text from people only ever becomes text nodes.
// Stands behind common.js, pages.js and my_data.js in one module.

const NEAR = 10000; // ms that a sentence stays in view wherever one has scrolled to

export default {
  render({ model, el }) {
    const words = model.get("sentences"), { language, direction } = model.get("state");
    const root = h("div", { class: "cu-start", lang: language, dir: direction });
    const inCourse = course(model.get("state"));
    try { localStorage.setItem("curriculum:language", language); } catch { /* the bar above a lesson speaks English then */ }
    const status = h("p", { class: "cu-start-status", role: "status" });
    const problem = h("p", { class: "cu-start-problem", role: "alert" });
    const offline = offlinePart(el, words, { name: "cu-start-offline", button: "cu-start-button cu-primary", alone: "start-paused" });
    const asking = new Set(); // modules whose unanswered tasks are being shown before they are handed in
    const idle = () => !offline.gone && !model.get("state").busy;
    const mine = myData(model, words, idle);
    // Drawn anew at each look; what is below it keeps its focus.
    const page = h("div", { class: "cu-start-page" });
    root.append(page, mine.node);
    el.append(root);
    const button = (label, act, primary = false) => h("button", {
      type: "button", class: `cu-start-button${primary ? " cu-primary" : ""}`,
      "aria-disabled": idle() ? null : "true",
      on: { click: () => { if (idle()) act(); } },
    }, label);
    /** Nobody listens any more: said in words, with the way back where the page offers one. */
    const tell = (what) => {
      const before = offline.gone;
      offline.tell(what);
      if (offline.gone !== before) draw();
    };

    const lesson = (one) => {
      const done = one.items > 0 && one.answered === one.items;
      const told = one.items === 0 ? "" : done ? words["start-all-answered"]
        : one.answered === 0 ? words["start-nothing-answered"] : fill(words["start-answered"], one);
      return h("li", { class: `cu-start-lesson${done ? " cu-done" : ""}` },
        h(one.missing ? "span" : "a", { href: one.missing ? null : addressOf(one.path) },
          h("span", { class: "cu-start-name", ...inCourse }, one.title),
          one.graded && h("span", { class: "cu-start-counts" }, words["start-counts"])),
        h("span", { class: "cu-start-minutes" }, fill(words["start-minutes"], one)),
        one.items > 0 && h("progress", { max: one.items, value: one.answered, "aria-label": one.title, "aria-valuetext": told }),
        h("span", { class: "cu-start-told" }, done && h("span", { "aria-hidden": "true" }, "✓ "), told),
        one.missing && h("p", { class: "cu-start-problem" }, words["safe-lesson-missing"]),
        one.problem && h("p", { class: "cu-start-problem" }, fill(words["start-problem"], { title: one.title, reason: one.problem })));
    };

    /** The way on: the first lesson with something left to answer. */
    const onward = (module) => {
      const next = module.notebooks.find((one) => one.answered < one.items && !one.missing);
      if (!next && module.answered < module.items) return null;
      if (!next) return h("p", { class: "cu-start-finished" }, words["start-finished"]);
      const label = fill(words[module.answered === 0 ? "start-begin" : "start-go-on"], { title: next.title });
      return h("a", { class: "cu-start-button cu-primary", href: addressOf(next.path) }, label);
    };

    const receipt = (module) => {
      const last = module.receipt;
      if (!last) return null;
      const values = { ...last, ...whenOf(last.at, language) };
      return h("div", { class: "cu-start-receipt" },
        h("p", {}, fill(words[`start-receipt-${last.how}`], values),
          last.file && [` ${words["start-receipt-file"]} `], last.file && h("a", { href: addressOf(last.file, "files"), download: last.file.split("/").pop() }, last.file.split("/").pop())),
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
        module.unanswered.length > 0 && h("ul", {}, module.unanswered.map((one) => h("li", {}, h("a", { href: addressOf(one.path), ...inCourse }, one.title)))),
        module.left_out > 0 && h("p", {}, fill(words["start-unanswered-practice"], { count: module.left_out })),
        h("div", { class: "cu-start-actions" },
          button(words["start-hand-in-anyway"], () => { asking.delete(module.slug); model.send({ kind: "hand-in", module: module.slug }); }, true),
          button(words["start-not-yet"], () => { asking.delete(module.slug); draw(); focusIn(module.slug, ".cu-start-hand-in button"); })));
    };

    /** Points as "17 of 24 points; 1 answer still waits for a person". */
    const totalled = (all) => {
      const total = fill(words["start-returned-total"], all);
      const waiting = all.waiting > 0 && fill(words["start-returned-waiting"], { count: all.waiting });
      return waiting ? fill(words["start-returned-joined"], { total, waiting }) : total;
    };
    const feedback = (module) => module.feedback.length > 0 && h("div", { class: "cu-start-feedback" },
      h("h3", {}, words["start-feedback"]),
      module.total && h("p", { class: "cu-start-total" }, totalled(module.total)),
      module.total && h("p", { class: "cu-start-small" }, words["start-returned-in-lessons"]),
      h("ul", {}, module.feedback.map((one, place) => {
        const id = `cu-back-${module.slug}-${place}`;
        return h("li", {}, h("a", { id, href: addressOf(one.lesson), ...inCourse }, one.title),
          one.total && module.feedback.length > 1 && h("span", { class: "cu-start-small" }, ` ${totalled(one.total)}`), " ",
          h("a", { id: `${id}-page`, class: "cu-start-small", href: addressOf(one.path), "aria-labelledby": `${id} ${id}-page` },
            words["start-returned-page"]));
      })));

    /** When it is due, or was, and whether it was handed in before. */
    const dueLine = (module) => {
      if (!module.due) return null;
      const then = new Date(module.due), past = then < Date.now();
      const met = past || module.due_met !== "none" ? ` ${words[`start-due-${module.due_met}`]}` : "";
      return h("p", { class: `cu-start-due${past && module.due_met === "none" ? " cu-missed" : ""}` },
        h("span", {}, fill(words[past ? "start-was-due" : "start-due"], { ...whenOf(then, language), when: howFar(then, locale(language)) })), met);
    };

    /** What the exchange has and this folder lacks, with the one button that fetches it. */
    const offer = (one) => one && h("div", { class: "cu-start-asking cu-start-offer" },
      h("p", {}, one.state === "corrected" ? (one.again ? fill(words["safe-corrected"], one) : words["safe-corrected-none"])
        : one.state === "damaged" ? words["safe-damaged"] : fill(words["safe-missing"], one)),
      h("div", {}, button(words[{ corrected: "safe-take", missing: "safe-fetch" }[one.state] ?? "safe-fetch-module"],
        () => model.send({ kind: "take", module: one.module }), true)));

    /** A module whose list of tasks cannot be read has no card of its own. */
    const hurt = (one) => h("section", { class: "cu-start-module", "data-module": one.module, "aria-label": one.title },
      h("h2", inCourse, one.title), offer(one));

    const card = (module, exchange, offered) => h("section", { class: "cu-start-module", "data-module": module.slug, "aria-label": module.title },
      h("h2", inCourse, module.title),
      dueLine(module),
      h("p", { class: "cu-start-small" }, fill(words["start-module-answered"], module)),
      offer(offered),
      onward(module),
      h("ol", { class: "cu-start-lessons" }, module.notebooks.map(lesson)),
      feedback(module),
      receipt(module),
      h("div", { class: "cu-start-actions cu-start-hand-in" }, handIn(module),
        exchange && module.receipt && button(words["start-look-for-feedback"], () => model.send({ kind: "feedback", module: module.slug }))));

    const focusIn = (slug, selector) => root.querySelector(`[data-module="${CSS.escape(slug)}"] ${selector}`)?.focus();

    /** What is recorded, in five lines: open until it has been read, and there to be read again. */
    const notice = (read, open) => h("details", { class: "cu-start-notice", open },
      h("summary", {}, words[read ? "start-notice-again" : "start-notice-title"]),
      h("ul", {}, [1, 2, 3, 4, 5].map((line) => h("li", {}, words[`start-notice-${line}`]))),
      !read && button(words["start-notice-read"], () => model.send({ kind: "read" }), true));

    /** What comes back to be practised again, and when the next does. */
    const practise = (again) => {
      const { due, next } = again, today = new Date(next).toDateString() === new Date().toDateString();
      const said = due ? fill(words["start-again-due"], { count: due }) : !next ? words["start-again-nothing"]
        : fill(words[today ? "start-again-next-today" : "start-again-next"], whenOf(next, language));
      return h("section", { class: "cu-start-again", "aria-label": words["start-again"] },
        h("a", { class: `cu-start-button${due ? " cu-primary" : ""}`, href: addressOf(again.path) }, words["start-again"]), h("p", {}, said));
    };

    // What is said stays on the page while the rest of it is drawn anew: else it would be said again, or not at all.
    const head = h("div", { class: "cu-start-head" }), about = h("div"), body = h("div");
    let wasRead = null;
    page.append(head, about, offline.node, status, problem, body);

    const saysOf = (node) => `${node.textContent} ${node.getAttribute("href")}`;
    /** Where the focus is: the module and the words on the control. */
    const nameOf = (node) => ({ module: node.closest("[data-module]")?.dataset.module, about: about.contains(node), text: saysOf(node) });
    /** Back to the same control, or to the one that stands in its place. */
    const refocus = ({ module, about: wasAbout, text }) => {
      const place = wasAbout ? about : module ? root.querySelector(`[data-module="${CSS.escape(module)}"]`) : head;
      const controls = [...(place?.querySelectorAll("a, button, summary") ?? [])];
      const fallback = wasAbout ? "summary" : module ? ".cu-start-hand-in button" : "button";
      (controls.find((one) => saysOf(one) === text) ?? place?.querySelector(fallback))?.focus();
    };

    const draw = () => {
      const { modules, exchange, busy, said, read, offers, looking, unreadable, again } = model.get("state");
      const known = new Set(modules.map((one) => one.slug)), offered = new Map(offers.map((one) => [one.module, one]));
      const alone = unreadable.filter((name) => !offered.has(name));
      const held = root.contains(document.activeElement) ? nameOf(document.activeElement) : null;
      head.replaceChildren(h("h1", {}, words["start-title"]), button(words["start-refresh"], () => model.send({ kind: "look", everywhere: true })));
      about.replaceChildren(notice(read, read === wasRead ? about.firstChild.open : !read));
      wasRead = read;
      body.replaceChildren(...(again ? [practise(again)] : []), ...alone.map((folder) => h("p", { class: "cu-start-problem" }, fill(words["safe-damaged-alone"], { folder }))),
        ...offers.filter((one) => one.state === "damaged" && !known.has(one.module)).map(hurt),
        modules.length ? h("div", { class: "cu-start-modules" }, modules.map((one) => card(one, exchange, offered.get(one.slug))))
          : offers.length || unreadable.length ? "" : h("p", {}, words["start-none"]),
        isVoila() ? "" : h("p", { class: "cu-start-small" }, h("a", { href: addressOf("", "curriculum/plain") }, words["start-plain"])));
      if (held && !root.contains(document.activeElement)) refocus(held);
      root.toggleAttribute("aria-busy", Boolean(busy));
      mine.dress();
      status.textContent = busy ? words[{ "hand-in": "start-handing-in", take: "safe-taking" }[busy.kind] ?? "start-looking-for-feedback"]
        : looking ? words["safe-looking"] : spoken(modules, said);
      problem.textContent = said?.problem ?? "";
      // What was handed in is said at its button too.
      for (const node of [status, problem]) {
        if (node.textContent !== node.dataset.near) {
          node.dataset.near = node.textContent;
          node.classList.toggle("cu-start-near", node.textContent !== "" && (node === problem || said?.kind !== "hand-in"));
          if (!busy) setTimeout(() => node.classList.remove("cu-start-near"), NEAR);
        }
      }
    };

    /** What has just happened, for those who do not see the card change. */
    const spoken = (modules, said) => {
      if (said?.kind === "look" && !said.problem)
        return said.count ? fill(words["safe-new"], said) : model.get("state").offers.length ? "" : words["safe-nothing-new"];
      if (said?.kind === "take" && !said.problem) return words["safe-taken"];
      const module = said && !said.problem && modules.find((one) => one.slug === said.module);
      if (!module) return "";
      if (said.kind === "feedback") return module.feedback.length ? `${words["start-feedback"]}.` : words["start-no-feedback"];
      if (!module.receipt) return ""; // it comes with the next look
      const values = { ...module.receipt, ...whenOf(module.receipt.at, language) };
      return fill(words[`start-receipt-${module.receipt.how}`], values);
    };

    // Who comes back from a lesson finds the page as it now is.
    const look = () => { if (document.visibilityState === "visible" && idle()) model.send({ kind: "look" }); };
    const unwatch = watchKernel(model, el, tell);
    model.on("change:state", draw);
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", look);
    const unguard = guardKeys(el, () => {});
    draw();
    model.send({ kind: "opened" });
    el.classList.add("cu-live");
    return () => {
      unguard();
      unwatch();
      mine.stop();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("pageshow", look);
    };
  },
};
