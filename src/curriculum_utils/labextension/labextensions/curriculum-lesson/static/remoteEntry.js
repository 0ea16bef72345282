// The lesson page: a JupyterLab extension written by hand, so that neither node nor a build step is needed.
// A notebook becomes a lesson when it says so in its metadata and every code cell of it has one of our fixed forms.
// Only then is its code hidden; and it runs by itself only if no file beside it could stand in for a Python module.
(() => {
  const here = new URL(".", document.currentScript.src);
  let scope;
  // The section that an address asks for, read before JupyterLab drops it.
  let section = "";
  try { section = decodeURIComponent(location.hash.slice(1)); } catch { /* no address of ours */ }

  const shared = async (name) => {
    const versions = scope[name];
    const latest = Object.keys(versions).sort((a, b) => a.localeCompare(b, "en", { numeric: true })).pop();
    return (await versions[latest].get())();
  };

  const SETUP = "from curriculum_utils.widgets import grade, show";
  const START = "from curriculum_utils.widgets import start; start()";
  const AGAIN = "from curriculum_utils.widgets import again; again()";
  const DESK = "from curriculum_utils.desk import desk; desk()";
  const START_PAGE = "start.ipynb";
  const CALL = /^(show|grade)\("[a-z0-9]+(-[a-z0-9]+)*"\)$/;

  const lessonOf = (model) => {
    const metadata = model.getMetadata("curriculum");
    if (["start", "again"].includes(metadata?.page)) return { ...metadata, [metadata.page]: true };
    if (metadata?.page === "desk") return { ...metadata, start: true, desk: true }; // stands alone, as the start page
    return metadata && typeof metadata.module === "string" && typeof metadata.notebook === "string" ? metadata : null;
  };

  /** Whether every code cell has one of the fixed forms, the first one being the setup; empty cells do nothing. */
  const isOurs = (sources) => {
    const code = sources.filter((source) => source.trim() !== "");
    if ([START, AGAIN, DESK].includes(code[0])) return code.length === 1;
    return code[0] === SETUP && code.slice(1).every((source) => CALL.test(source));
  };

  // What a lesson's folder may hold. Python would import a file of any other kind in place of an installed module,
  // or could: so the list names what is harmless, and not what is dangerous. A name without a dot is never imported.
  const HARMLESS = /\.(ipynb|json|jsonl|md|txt|html|css|csv|pdf|docx|odt|png|jpe?g|svg|webp)$|^[^.]+$/i;
  const CODE = /\.(pyw?|py[cdo]|so)$/i;
  const OUR_FOLDERS = ["responses", "feedback", "receipts"];
  const isModuleName = (name) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name);

  /** The names in the lesson's folder that keep it from running by itself. */
  const strangers = async (contents, folder) => {
    const listing = await contents.get(folder, { content: true });
    const found = [];
    for (const entry of listing.content) {
      if (entry.type !== "directory") { if (!HARMLESS.test(entry.name)) found.push(entry.name); continue; }
      // A folder counts as a module by its name, if there is code in it or below.
      if (!isModuleName(entry.name) || OUR_FOLDERS.includes(entry.name)) continue;
      const inner = (await contents.get(entry.path, { content: true })).content;
      const code = inner.some((one) => (one.type === "directory" ? isModuleName(one.name) : CODE.test(one.name)));
      if (code) found.push(`${entry.name}/`);
    }
    return found;
  };

  /** The language that the start page spoke last, in this browser. */
  const languageOfPages = () => { try { return localStorage.getItem("curriculum:language") ?? "en"; } catch { return "en"; } };

  /** The module's title and lessons from items.json; null where it cannot be read. */
  const moduleOf = async (contents, folder) => {
    try {
      const file = await contents.get(`${folder ? `${folder}/` : ""}items.json`, { content: true, type: "file", format: "text" });
      const { title, notebooks } = JSON.parse(file.content);
      return { title, notebooks };
    } catch {
      return null;
    }
  };

  /** The same lesson as an ordinary form, which the server draws itself: without JavaScript and without a kernel. */
  const plainAddress = (app, folder, slug) => {
    const path = [...folder.split("/"), slug].filter(Boolean).map(encodeURIComponent).join("/");
    return `${app.serviceManager.serverSettings.baseUrl}curriculum/plain/${path}`;
  };

  /** The folder that holds the start page: above a lesson's, and the one that its other pages lie in; null without one. */
  const homeOf = async (contents, folder, lesson) => {
    if (!folder && !lesson.again) return null;
    const home = lesson.again ? folder : folder.slice(0, Math.max(folder.lastIndexOf("/"), 0));
    try { return await contents.get(`${home ? `${home}/` : ""}${START_PAGE}`, { content: false }) && home; } catch { return null; }
  };

  /** The notebook that this page was opened for, by its address; null where there is none. */
  const openedPath = (baseUrl) => {
    const here = location.pathname.slice(new URL(baseUrl).pathname.length);
    const found = here.match(/^(?:doc(?:\/workspaces\/[^/]+)?\/tree|lab(?:\/workspaces\/[^/]+)?\/tree|notebooks)\/(.+\.ipynb)$/);
    return found && decodeURIComponent(found[1]);
  };

  /**
   * Starts the kernel of a lesson, and what the lesson imports, while the app is still setting itself up. The app then
   * finds the session as one that runs already. Only what would run anyway runs earlier; whatever fails here is left
   * to the app, which tries again and says so.
   */
  const startEarly = async (app, services) => {
    const { contents, kernels, serverSettings } = app.serviceManager;
    const path = openedPath(serverSettings.baseUrl);
    if (!path) return;
    const folder = path.split("/").slice(0, -1).join("/");
    const [file, strange] = await Promise.all([contents.get(path, { content: true, type: "notebook" }), strangers(contents, folder)]);
    const { cells, metadata } = file.content;
    const lesson = lessonOf({ getMetadata: (name) => metadata[name] });
    const code = cells.filter((cell) => cell.cell_type === "code").map((cell) => [cell.source].flat().join(""));
    if (!lesson || !isOurs(code) || strange.length) return;
    const session = await services.SessionAPI.startSession(
      { path, name: file.name, type: "notebook", kernel: { name: metadata.kernelspec?.name ?? "" } }, serverSettings);
    // A connection of its own, which leaves the widgets' messages to the page's.
    const kernel = kernels.connectTo({ model: session.kernel, handleComms: false });
    const needed = lesson.desk ? "desk.page" : lesson.start ? "widgets.start_page" : "widgets.card";
    await kernel.requestExecute({ code: `import curriculum_utils.${needed}`, silent: true, store_history: false }).done;
    kernel.dispose();
  };

  const activate = ({ app, tracker, NotebookActions, Widget, ServerConnection, listening, around, words }) => {
    const { watchConnection, wake, refresh } = listening, { element, fill, fitTo, clearAround, readOnly } = around;
    const places = around.placesOf(section);
    document.head.append(element("link", { rel: "stylesheet", href: new URL("lesson.css", here).href }));
    const contents = app.serviceManager.contents;

    const go = async (panel, folder, slug) => {
      await app.commands.execute("docmanager:open", { path: `${folder ? `${folder}/` : ""}${slug}` });
      setTimeout(() => { // what is being written has gone to the kernel by then
        if (!panel.isDisposed) panel.model.dirty = false; // set this very moment, it would ask whether to save
        panel.close();
      }, 500);
    };

    /** The bar above a lesson: where one is in the module, and the way to the lessons beside. */
    const bar = (panel, lesson, module, folder, home) => {
      const index = module ? module.notebooks.findIndex((one) => one.slug === lesson.notebook) : -1;
      const way = (at, label, arrow) => {
        const one = module?.notebooks[at];
        if (!one) return null;
        const minutes = fill(words["page-minutes"], { minutes: one.minutes });
        return element("button", { type: "button", class: `cu-bar-${arrow}`, title: `${one.title} · ${minutes}`,
          onclick: () => go(panel, folder, `${one.slug}.ipynb`) }, label);
      };
      const overview = home === null ? null : element("button", { type: "button", class: "cu-bar-start",
        onclick: () => go(panel, home, START_PAGE) }, words["page-overview"]);
      if (index >= 0) foot(panel, module, folder, index, home);
      const node = element("nav", { class: "cu-bar", "aria-label": words["page-label"] },
        overview,
        element("span", { class: "cu-bar-module" }, lesson.again ? words["page-again"] : module?.title ?? ""),
        index >= 0 ? element("span", { class: "cu-bar-place" },
          fill(words["page-lesson"], { number: index + 1, count: module.notebooks.length })) : null,
        index >= 0 && folder ? element("a", { class: "cu-bar-plain", href: plainAddress(app, folder, lesson.notebook) }, words["page-plain"]) : null,
        index >= 0 ? way(index - 1, words["page-previous"], "back") : null,
        index >= 0 ? way(index + 1, words["page-next"], "on") : null);
      const widget = new Widget({ node: element("div", { class: "cu-above" }, node) });
      panel.contentHeader.insertWidget(0, widget);
      fitTo(widget, node);
    };

    /** Below the lesson: the way on, a press of Tab or two after the last task. */
    const foot = (panel, module, folder, index, home) => {
      const next = module.notebooks[index + 1];
      const way = (label, where, file) => element("button", { type: "button", onclick: () => go(panel, where, file) }, label);
      const node = element("nav", { class: "cu-foot", "aria-label": words["page-foot-label"] },
        next ? way(fill(words["page-go-on"], { title: next.title }), folder, `${next.slug}.ipynb`) : null,
        home === null ? null : way(words[next ? "page-all-lessons" : "page-hand-in"], home, START_PAGE));
      // JupyterLab takes the focus to a cell from whatever else gets it in a notebook: Tab would never pass here.
      for (const event of ["focusin", "keydown", "mousedown"]) node.addEventListener(event, (one) => one.stopPropagation());
      if (node.firstChild) panel.content.node.querySelector(".jp-WindowedPanel-viewport")?.after(node);
    };

    /** A line above the lesson that says what is going on; with a button where the learner can do something. */
    const message = (panel) => {
      const node = element("div", { class: "cu-page-message", role: "status" });
      const widget = new Widget({ node: element("div", { class: "cu-above" }, node) });
      panel.contentHeader.addWidget(widget);
      fitTo(widget, node);
      return (sentence, label, act) => {
        node.replaceChildren(...(sentence ? [element("span", {}, sentence)] : []),
          ...(label ? [element("button", { type: "button", onclick: act }, label)] : []));
      };
    };

    tracker.widgetAdded.connect(async (_, panel) => {
      await panel.context.ready;
      const notebook = panel.content, lesson = lessonOf(panel.model);
      const code = () => notebook.widgets.filter((cell) => cell.model.type === "code");
      if (!lesson || !isOurs(code().map((cell) => cell.model.sharedModel.getSource()))) return;
      panel.addClass("cu-lesson");
      panel.toolbar.hide();
      readOnly(notebook);
      app.restored.then(() => clearAround(app));
      // Exercises outside the window must stay alive: what is half written in them would lose its cursor.
      // Where our settings have said so already, to say it again would lay out every cell once more.
      if (notebook.notebookConfig.windowingMode !== "none") notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: "none" };
      const folder = panel.context.path.split("/").slice(0, -1).join("/");
      const [module, home, strange] = await Promise.all([
        lesson.start || lesson.again ? null : moduleOf(contents, folder),
        lesson.start ? null : homeOf(contents, folder, lesson), strangers(contents, folder)]);
      if (!lesson.start) bar(panel, lesson, module, folder, home);
      const say = message(panel);

      // The answers are in the log, so the notebook itself need not be saved: no conflict between two windows, and no
      // question about unsaved changes on leaving.
      const clean = () => { if (!panel.isDisposed && panel.model.dirty) panel.model.dirty = false; };
      panel.model.stateChanged.connect(() => setTimeout(clean, 0));

      const session = panel.sessionContext;
      // Its message about a kernel that died would stand before our own, which says more.
      session.statusChanged.disconnect(panel._onSessionStatusChanged, panel);

      const openAgain = async () => {
        if ((await connection.ask()) === "silent") say(`${words["safe-answers"]} ${words["safe-silent"]}`, words["button-try-now"], openAgain);
        else location.reload();
      };
      const run = async () => {
        say(words["page-starting"]);
        starting = true;
        connection.rest();
        try {
          const again = Boolean(panel.node.dataset.lesson);
          await wake(session, app.serviceManager.sessions, again);
          if (again) await refresh(panel.context, contents);
          connection.begin();
          // Once more: what runs must be what was looked at.
          const cells = code();
          if (!isOurs(cells.map((cell) => cell.model.sharedModel.getSource()))) { say(""); return; }
          if (!(await NotebookActions.runCells(notebook, cells, session))) throw new Error("the lesson stopped on its way");
          notebook.activeCellIndex = 0;
          notebook.deselectAll();
          say("");
          panel.node.dataset.lesson = "ready";
          await places.restore(panel);
        } catch (error) {
          console.error(error);
          say(words["page-not-started"], words["button-open-again"], openAgain);
        } finally {
          starting = false;
        }
      };

      // The exercises say what is the matter, and offer the way back; while there are none, the line above does.
      let starting = false;
      const tell = (what) => {
        panel.node.dispatchEvent(new CustomEvent("cu-connection", { bubbles: true, detail: what }));
        if (!starting || what === "unheard") return;
        if (what === "here") say(words["page-starting"]);
        else if (what === "trying") say(words["safe-trying"]);
        else say(`${words["safe-answers"]} ${words[`safe-${what}`]}`,
          words[{ gone: "button-carry-on", "signed-out": "button-sign-in" }[what] ?? "button-try-now"], () => connection.carryOn(true));
      };
      const settings = app.serviceManager.serverSettings;
      const connection = watchConnection({
        session, tell, bring: run, ended: () => panel.isDisposed,
        request: (path) => ServerConnection.makeRequest(`${settings.baseUrl}${path}`, { cache: "no-store" }, settings),
      });
      panel.node.addEventListener("cu-carry-on", async (event) => {
        const cards = () => [...panel.node.querySelectorAll(".cu-live")], at = cards().indexOf(event.target);
        await connection.carryOn(event.detail?.dead ?? true);
        // The button that was pressed may be gone; the keyboard goes on where it was, unless it is elsewhere by now.
        for (let step = 0; step < 20 && !cards()[at]; step += 1) await new Promise((done) => setTimeout(done, 150));
        if (!document.activeElement?.closest(".cu-live"))
          cards()[at]?.querySelector(".cu-offline button, textarea, input, select, button")?.focus({ preventScroll: true });
      });
      panel.node.addEventListener("cu-doubt", () => connection.doubt());
      let scrolled = 0;
      places.top(panel).addEventListener("scroll", () => {
        clearTimeout(scrolled);
        scrolled = setTimeout(() => { if (panel.node.dataset.lesson === "ready" && panel.isVisible) places.keep(panel); }, 400);
      });

      if (strange.length === 0) await run();
      else say(fill(words["page-strange-files"], { names: strange.join(", ") }), words["page-start"], run);
    });
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["curriculum-lesson"] = {
    init: (shareScope) => { scope = shareScope; },
    get: async () => {
      const { INotebookTracker, NotebookActions } = await shared("@jupyterlab/notebook");
      const { Widget } = await shared("@lumino/widgets");
      const services = await shared("@jupyterlab/services");
      const { ServerConnection } = services;
      const { IConnectionLost, ConnectionLost } = await shared("@jupyterlab/application");
      const { PageConfig } = await shared("@jupyterlab/coreutils");
      const listening = await import(new URL("connection.js", here).href);
      const around = await import(new URL("surroundings.js", here).href);
      const all = await (await fetch(new URL("words.json", here))).json();
      const words = { ...all.en, ...all[languageOfPages()] };
      const plugin = {
        id: "curriculum-lesson:plugin",
        autoStart: true,
        requires: [INotebookTracker],
        activate: (app, tracker) => activate({ app, tracker, NotebookActions, Widget, ServerConnection, listening, around, words }),
      };
      const early = {
        id: "curriculum-lesson:early",
        autoStart: true,
        activate: (app) => { startEarly(app, services).catch((error) => console.debug(error)); },
      };
      // JupyterLab's dialog would stand before a lesson that says the same in plain words. On a hub its question stays:
      // there it offers to start the server again.
      const lost = {
        id: "curriculum-lesson:connection-lost",
        autoStart: true,
        provides: IConnectionLost,
        activate: () => async (...about) => { if (!document.querySelector(".cu-lesson")) await ConnectionLost(...about); },
      };
      return () => ({ __esModule: true, default: PageConfig.getOption("hubPrefix") ? [early, plugin] : [early, plugin, lost] });
    },
  };
})();
