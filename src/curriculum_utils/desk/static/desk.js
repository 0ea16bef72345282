// The desk: cohort, pages, and the command that runs. Stands behind all others in one module.

const PAGES = [["overview", "Overview", overviewPage], ["review", "Review", reviewPage], ["regrade", "Regrade", regradePage], ["second", "Second marker", secondPage]];

const NEAR = 8000; // ms that a sentence stays in view

/** What a command that ended told as JSON, in lines with links. */
const outcomeOf = (job, root) => {
  if (job.verb === "report" && Array.isArray(job.told)) {
    const page = job.told.find((one) => one.kind === "report"), path = page.path.startsWith(`${root}/`) ? page.path.slice(root.length + 1) : page.path;
    return [h("p", {}, h("a", { href: fileAddress(path), target: "_blank", rel: "noopener" }, "Open the report"), ` It lies in ${path.replace(/[^/]+$/, "")}, with ${counted(job.told.length - 1, "table")}.`)];
  }
  if (job.verb === "backup" && job.told?.file) return [h("p", {}, `${job.told.file}: ${counted(job.told.files, "file")}, ${job.told.bytes.toLocaleString()} bytes.`), ...job.told.left_out.map((one) => h("p", {}, `Not in it: ${one}`))];
  return [];
};

export default {
  render({ model, el }) {
    const root = h("div", { class: "cu-desk", lang: "en", dir: "ltr" }), asking = asker(model), about = model.get("about");
    const status = h("p", { class: "cu-desk-status", role: "status" }), problem = h("p", { class: "cu-desk-problem", role: "alert" });
    const spoken = h("p", { class: "cu-desk-unseen", role: "status" }); // what runs, for who does not see its card
    const offline = offlinePart(el, OFFLINE_WORDS, { name: "cu-desk-offline", button: "cu-desk-button cu-primary", alone: "alone" });
    const running = h("section", { class: "cu-desk-job", "aria-label": "What was asked for last" }), head = h("div", { class: "cu-desk-head" });
    const dismissed = { number: 0 }, tabs = new Map();
    let page = "overview", starting = false, near = 0;

    const desk = {
      account: about.account, cohort: "", cohorts: [], data: null, problem: "", job: model.get("job"),
      busy: () => offline.gone || starting || desk.job?.status === null,
      ask: (verb, fields = {}) => asking.ask(verb, { cohort: desk.cohort, ...fields }),
      /** Starts a command; nothing where one is starting or running already. */
      run: async (verb, fields) => {
        if (desk.busy()) return;
        starting = true;
        problem.textContent = "";
        drawPages();
        try { desk.job = await desk.ask("run", { run: verb, ...fields }); } finally { starting = false; hear(); }
      },
      people: () => (desk.data?.learners ?? []).map((one) => [one.id, one.name && one.name !== one.id ? `${one.id} (${one.name})` : one.id]),
      /** Said aloud, and for a while in view wherever one has scrolled to. */
      say: (text) => {
        status.textContent = text;
        problem.textContent = "";
        status.classList.add("cu-near");
        clearTimeout(near);
        near = setTimeout(() => status.classList.remove("cu-near"), NEAR);
      },
      fail: (error) => { problem.textContent = error.message; },
      show: (name, about) => { choose(name); pages[name].show?.(about); },
      /** A decision was made: the figures of the overview are older than it. */
      changed: () => { stale = true; },
    };
    let stale = false;
    const pages = Object.fromEntries(PAGES.map(([name, , make]) => [name, make(desk)]));
    const drawPages = () => { if (page === "overview" || page === "regrade") pages[page].draw(); };

    const look = async () => {
      desk.problem = "";
      stale = false;
      try {
        desk.cohorts = await asking.ask("cohorts");
        const known = desk.cohorts.map((one) => one.name), kept = recall();
        if (!known.includes(desk.cohort)) desk.cohort = known.includes(kept) ? kept : known.includes(about.cohort) ? about.cohort : known[0] ?? "";
        desk.data = desk.cohort ? await desk.ask("overview") : { modules: [], learners: [] };
        problem.textContent = desk.cohort ? "" : "There is no cohort yet. Make one: curriculum cohort new NAME --roster roster.csv";
      } catch (error) { desk.problem = error.message; problem.textContent = error.message; }
      drawHead();
      pages[page].draw();
    };
    const key = "curriculum:desk:cohort";
    const recall = () => { try { return about.cohort || localStorage.getItem(key); } catch { return about.cohort; } };
    const change = (name) => {
      desk.cohort = name;
      desk.data = null;
      try { localStorage.setItem(key, name); } catch { /* it begins with the first one then */ }
      Object.values(pages).forEach((one) => one.forget());
      status.textContent = "";
      look();
    };

    const drawHead = () => {
      const cohort = deskField({ name: "cohort", label: "Cohort", kind: "select", value: desk.cohort, options: desk.cohorts.map((one) => [one.name, `${one.name}${one.archived ? " (archived)" : ""}`]) });
      cohort.control.dataset.key = "cohort";
      cohort.control.addEventListener("change", () => change(cohort.control.value));
      const formgrader = h("a", { href: serverAddress("formgrader"), target: "_blank", rel: "noopener" }, about.cohort && about.cohort !== desk.cohort ? `Formgrader (shows ${about.cohort})` : "Formgrader");
      redraw(head, h("h1", {}, "Instructor’s desk"), cohort.node, deskButton("Look again", look, { quiet: true }), h("nav", { "aria-label": "Elsewhere" }, formgrader,
        h("a", { href: serverAddress("lab"), target: "_blank", rel: "noopener" }, "JupyterLab")));
    };

    const choose = (name, focus = false) => {
      if (name !== page) status.textContent = "";
      page = name;
      for (const [one, tab] of tabs) {
        tab.setAttribute("aria-selected", String(one === name));
        tab.setAttribute("tabindex", one === name ? "0" : "-1");
        tab.panel.hidden = one !== name;
      }
      if (focus) tabs.get(name).focus();
      if (name === "overview" && stale) look();
      pages[name].draw();
    };
    const tablist = h("div", { role: "tablist", class: "cu-desk-tabs", "aria-label": "Pages of the desk", on: { keydown: (event) => {
      const names = PAGES.map(([name]) => name), at = names.indexOf(page), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(names[(to + names.length) % names.length], true);
    } } });
    const panels = PAGES.map(([name, label]) => {
      const id = newId();
      const panel = h("div", { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id, tabindex: "-1", hidden: name !== page }, h("h2", { class: "cu-desk-unseen" }, label), pages[name].node);
      const tab = h("button", { type: "button", role: "tab", id, "aria-controls": `${id}-panel`, "aria-selected": String(name === page), tabindex: name === page ? "0" : "-1", on: { click: () => choose(name) } }, label);
      tab.panel = panel;
      tabs.set(name, tab);
      tablist.append(tab);
      return panel;
    });

    const drawJob = () => {
      const { job } = desk;
      if (!job || job.number === dismissed.number) { redraw(running); return; }
      const over = job.status !== null, outcome = over ? (job.status === 0 ? "done" : "ended with something to look at") : "under way";
      redraw(running, h("div", { class: `cu-desk-card cu-is-${over ? (job.status ? "findings" : "done") : "running"}` },
        h("div", { class: "cu-desk-lead" }, h("h2", {}, `${over && job.status === 0 ? "✓ " : over ? "! " : ""}${job.title}: ${outcome}`),
          over && deskButton("Close", () => { dismissed.number = job.number; drawJob(); tabs.get(page).focus(); }, { quiet: true })),
        !over && h("progress", job.total ? { max: job.total, value: job.done, "aria-label": job.title } : { "aria-label": job.title }),
        !over && job.total > 0 && h("p", { class: "cu-desk-hint" }, `${job.done} of ${job.total}`),
        outcomeOf(job, about.root), job.lines.length > 0 && h("pre", { tabindex: "0", "aria-label": "What the command says" }, job.lines.join("\n"))));
    };
    let heard = "";
    const hear = () => {
      const now = model.get("job");
      if (now && (!desk.job || now.number >= desk.job.number)) desk.job = now;
      drawJob();
      const key = desk.job ? `${desk.job.number} ${desk.job.status}` : "";
      if (key === heard) return;
      heard = key;
      if (desk.job) spoken.textContent = desk.job.status === null ? `${desk.job.title}…` : desk.job.status === 0 ? `${desk.job.title}: done.` : `${desk.job.title}: ended with something to look at.`;
      pages.regrade.told(desk.job);
      drawPages();
      if (desk.job && desk.job.status !== null) { pages.review.forget(); look(); }
    };

    model.on("change:job", hear);
    root.append(head, offline.node, tablist, status, spoken, problem, running, ...panels);
    el.append(root);
    const unwatch = watchKernel(model, el, (what) => { const before = offline.gone; offline.tell(what); if (offline.gone !== before) drawPages(); });
    const unguard = guardKeys(el, () => pages[page].save?.());
    el.classList.add("cu-live");
    drawHead();
    drawJob();
    look();
    return () => { unguard(); unwatch(); asking.stop(); model.off("change:job", hear); };
  },
};
