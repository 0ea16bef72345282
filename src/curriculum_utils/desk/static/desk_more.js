// Regrading and the history of one learner's grades; the second marker. Stands behind desk_parts.js and desk_decide.js.

const modulesOf = (desk) => (desk.data?.modules ?? []).filter((one) => one.status).map((one) => [one.slug, one.title]);

const regradePage = (desk) => {
  const node = h("div", { class: "cu-desk-more" }), found = h("div"), history = h("div");
  let shown = {}, drawn = 0;
  const moved = (told) => [
    h("h4", {}, told.written ? "Graded again" : "Who would move"),
    Object.keys(told.rekeyed).length > 0 && h("p", {}, `Corrected keys: ${[...new Set(Object.values(told.rekeyed).flat())].join(", ")}.`),
    told.passed_over.length > 0 && h("p", {}, `Their content has changed since it was answered, so the kept key stays: ${told.passed_over.join(", ")}.`),
    told.moves.length === 0 ? h("p", {}, "Nobody’s points would change.")
      : deskTable(`${counted(told.moves.length, "answer")} that would change`, ["Learner", "Exercise", "Now", "Then", "Why"], told.moves.map((one) => [
        one.learner, one.item, inPoints(one.old), inPoints(one.new),
        [...one.reasons, ...one.gained.map((name) => `now met: ${name}`), ...one.lost.map((name) => `no longer met: ${name}`),
          one.stands ? `the decision stands (scorer ${inPoints(one.old_auto)} → ${inPoints(one.new_auto)})` : "",
          one.waits === one.waited ? "" : one.waits ? "waits for a person" : "no longer waits"].filter(Boolean).join("; ")])),
    told.decisions.length > 0 && h("p", { class: "cu-desk-note" }, `${counted(told.decisions.length, "decision")} of people rest on something else by now.`),
    told.penalties.length > 0 && deskTable("Late penalties", ["Learner", "Lesson", "Now", "Then"], told.penalties.map((one) => [one.learner, one.notebook, inPoints(one.old), inPoints(one.new)])),
    Object.values(told.totals).some(([old, now]) => old !== now) && deskTable("Totals", ["Learner", "Now", "Then", "Change"],
      Object.entries(told.totals).filter(([, [old, now]]) => old !== now).map(([who, [old, now]]) => [who, inPoints(old), inPoints(now), `${now > old ? "+" : ""}${inPoints(now - old)}`])),
  ];
  /** What a dry run told. */
  const told = (job) => {
    if (job?.status === null || job?.told == null || job.verb !== "regrade-dry" || job.number === drawn) return;
    drawn = job.number;
    const again = deskButton("Grade again now", () => { found.replaceChildren(); desk.run("regrade", { module: job.told.module, ...shown }).catch(desk.fail); }, { primary: true });
    redraw(found, moved(job.told), h("p", { class: "cu-desk-hint" }, "Nothing was written. Totals have late penalties taken off."), h("div", { class: "cu-desk-actions" }, again));
  };
  const draw = () => {
    if (!desk.data || node.firstChild) return; // what is typed and shown stays
    const regrade = deskForm({
      title: "Grade again after a key, a rubric or the scorer changed", submit: "Look who would move",
      send: async ({ module, ...flags }) => { shown = flags; found.replaceChildren(); await desk.run("regrade-dry", { module, ...flags }); },
      fields: [
        deskField({ name: "module", label: "Module", kind: "select", options: modulesOf(desk) }),
        deskField({ name: "kept_keys", label: "Leave the keys as they were released", kind: "checkbox" }),
        deskField({ name: "overrule", label: "People’s decisions give way where they rest on something else by now", kind: "checkbox" }),
      ],
      note: "Correct the key in curriculum/keys first. Nothing is written before you have seen who moves, by how much and why.",
    });
    const audit = deskForm({
      title: "How a learner’s grades came about", submit: "Show the history",
      send: async (values) => redraw(history, historyTable(values.learner, await desk.ask("audit", values))),
      fields: [deskField({ name: "learner", label: "Learner", kind: "select", options: desk.people() })],
    });
    redraw(node, regrade.node, found, audit.node, history);
  };
  return { node, draw, told, forget: () => { node.replaceChildren(); found.replaceChildren(); history.replaceChildren(); } };
};

/** Each change of each grade: when, from what to what, by whom and why. */
const historyTable = (learner, rows) => (rows.length === 0 ? h("p", {}, "Nothing is recorded of this learner yet.")
  : deskTable(`${learner}: ${counted(rows.length, "change")}, by exercise, oldest first`, ["Exercise", "When", "Points", "Who or what", "Why"], rows.map((one) => [
    one.item || `${one.notebook}: late penalty`, onDay(one.at),
    `${inPoints(one.old)} → ${one.deleted ? "deleted" : inPoints(one.new)}${one.by_person ? ", by a person" : ""}${one.waits ? ", waits for a person" : ""}`, one.who, one.why])));

const secondPage = (desk) => {
  const node = h("div", { class: "cu-desk-more" }), place = h("div"), table = h("div");
  let open = null, sample = [], at = 0, who = "", module = "";
  const status = () => `${sample.filter((one) => one.marked).length} of ${counted(sample.length, "answer")} marked`;
  const show = (index) => {
    at = index;
    const one = sample[index], marked = new Map(one.replies.flatMap((reply) => reply.labels.map((label) => [label.key, false])));
    const rows = labelRows({ replies: one.replies, marked, changed: () => {}, blind: true, heard: one.said.length > 0 }), problem = h("p", { class: "cu-desk-problem", role: "alert" });
    let saving = false;
    const save = async () => {
      if (saving) return;
      saving = true;
      try {
        await desk.ask("mark", { handle: one.handle, marker: who, found: [...marked].filter(([, met]) => met).map(([key]) => key) });
        one.marked = true;
        desk.say(`Kept. ${status()}. No grade was changed.`);
        const next = sample.findIndex((other) => !other.marked);
        if (next >= 0) show(next); else { redraw(place, h("p", { class: "cu-desk-empty" }, `✓ All ${sample.length} are marked.`)); open = null; agree(); }
      } catch (error) { problem.textContent = error.message; } finally { saving = false; }
    };
    const heading = newId();
    redraw(place, h("article", { class: "cu-desk-answer", "aria-labelledby": heading },
      h("header", {}, h("h3", { id: heading }, one.title), h("p", { class: "cu-desk-hint" }, `${index + 1} of ${sample.length} · ${status()}${one.marked ? " · marked already; marking again takes its place" : ""}`)),
      h("p", { class: "cu-desk-prompt", dir: "auto" }, one.prompt),
      one.said.length > 0 && h("div", { class: "cu-desk-said" }, one.said.map(([speaker, text]) => h("p", { dir: "auto" }, h("span", { class: "cu-desk-who" }, speaker), text))),
      rows.parts, problem, h("div", { class: "cu-desk-actions" }, deskButton("Keep and go on (S)", save, { primary: true }),
        deskButton("Previous (P)", () => step(-1), { quiet: true }), deskButton("Next (N)", () => step(1), { quiet: true }))));
    open = { rows, save };
    rows.focus();
  };
  const step = (by) => { if (sample.length) show(Math.max(0, Math.min(sample.length - 1, at + by))); };
  const agree = async () => {
    try {
      const found = await desk.ask("agreement", { module });
      redraw(table, found.map((one) => (one.rows.length === 0 ? h("p", { class: "cu-desk-hint" }, `${one.between}: no answer was read by both yet.`)
        : [deskTable(`${one.between}: ${counted(one.answers, "answer")} read by both`, ["Label", "n", "Agree", "κ", "95 % interval", "Note"], one.rows.map((row) => [
          row.label, String(row.n), row.agreed == null ? "–" : `${Math.round(row.agreed * 100)} %`, inShare(row.kappa),
          row.low == null ? "–" : `${inShare(row.low)} to ${inShare(row.high)}`, row.warning])), one.note && h("p", { class: "cu-desk-hint" }, one.note)])).flat(),
      h("p", { class: "cu-desk-hint" }, `${found[0].method}.`));
    } catch (error) { redraw(table, h("p", { class: "cu-desk-problem", role: "alert" }, error.message)); }
  };
  node.addEventListener("keydown", (event) => {
    if (!open || event.target.closest("input, textarea, select, form") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { s: open.save, n: () => step(1), p: () => step(-1) }[event.key.toLowerCase()];
    if (open.rows.onKey(event) || !act) return;
    event.preventDefault();
    act();
  });
  const draw = () => {
    if (!desk.data || node.firstChild) return;
    const form = deskForm({
      title: "Mark a sample a second time", submit: "Open the sample",
      send: async (values) => {
        ({ marker: who, module } = values);
        const share = Number(values.share.replace(",", ".")) / 100;
        sample = await desk.ask("sample", { module, marker: who, share: Number.isFinite(share) && share > 0 ? share : null });
        agree();
        const first = sample.findIndex((one) => !one.marked);
        if (sample.length) show(Math.max(0, first));
      },
      fields: [
        deskField({ name: "module", label: "Module", kind: "select", options: modulesOf(desk) }),
        deskField({ name: "marker", label: "Who marks", value: desk.account }),
        deskField({ name: "share", label: "Share, in %", kind: "number", value: "20", hint: "of the written answers that are graded; the same share draws the same sample" }),
      ],
      note: "The marker sees the client’s words and the reply, and nothing that others found. No grade changes.",
    });
    redraw(node, form.node, place, h("div", { class: "cu-desk-actions" }, deskButton("Show agreement", agree)), table);
  };
  return { node, draw, forget: () => { node.replaceChildren(); place.replaceChildren(); table.replaceChildren(); open = null; sample = []; }, save: () => open?.save() };
};
