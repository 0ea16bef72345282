// One answer, to be decided label by label from the keyboard. Stands behind desk_parts.js.

const stateOf = (label) => (label.machine == null ? "not scored" : label.machine ? "met" : "not met");
const toldOf = (label) => {
  const sure = label.probability == null ? "" : ` ${inShare(label.probability)}${label.threshold == null ? "" : ` (met from ${inShare(label.threshold)})`}`;
  return `${stateOf(label)}${sure}${label.doubtful ? ", in doubt" : ""}`;
};

/** A reply with numbers where words are evidence; the numbers are those of the labels below it. */
const markedReply = (reply) => {
  const numbers = new Map(reply.labels.map((label, at) => [label.label, at + 1]));
  return h("blockquote", { class: "cu-desk-reply", dir: "auto" }, reply.segments.map((piece) => {
    // Of a label that does not count here no evidence is marked.
    const found = piece.labels.filter((name) => numbers.has(name)).map((name) => numbers.get(name));
    return found.length === 0 ? piece.text : h("mark", {}, piece.text, h("sup", {}, found.join(" ")));
  }));
};

/**
 * One row a label. `marked` is what the person says of each; with `blind` nothing tells what others found.
 * Keys: up and down go from row to row, A accepts, O or the space bar turns around.
 */
const labelRows = ({ replies, marked, changed, blind = false, heard = false }) => {
  const rows = [];
  const row = (label, number) => {
    const kind = label.is_trap ? "trap" : "criterion", verdict = h("span", { class: "cu-desk-verdict", "aria-hidden": "true" });
    const node = h("div", {
      role: "checkbox", tabindex: rows.length ? "-1" : "0", class: "cu-desk-label", "data-label": label.key,
      on: { click: () => { set(!marked.get(label.key)); node.focus(); } },
    }, h("span", { class: "cu-desk-number", "aria-hidden": "true" }, String(number)),
      h("span", { class: "cu-desk-plain" }, label.plain, h("small", { class: label.is_trap ? "cu-trap" : "" }, ` ${kind}`)),
      !blind && h("span", { class: "cu-desk-machine" }, `scorer: ${toldOf(label)}`), verdict);
    const draw = () => {
      const met = marked.get(label.key), turned = !blind && met !== Boolean(label.machine);
      node.setAttribute("aria-checked", String(met));
      node.classList.toggle("cu-turned", turned);
      verdict.textContent = `${met ? "✓ met" : "– not met"}${turned ? " · overturned" : ""}`;
      node.setAttribute("aria-label", `${number}, ${label.plain}, ${kind}${blind ? "" : `, scorer: ${toldOf(label)}`}${turned ? ", overturned" : ""}`);
    };
    const set = (met) => { marked.set(label.key, met); draw(); changed(); };
    draw();
    rows.push({ node, accept: () => set(Boolean(label.machine)), turn: () => set(!marked.get(label.key)) });
    return node;
  };
  const go = (at) => {
    const to = Math.max(0, Math.min(rows.length - 1, at));
    rows.forEach((one, index) => one.node.setAttribute("tabindex", index === to ? "0" : "-1"));
    rows[to]?.node.focus();
  };
  const parts = replies.map((reply) => h("section", { class: "cu-desk-turn", "aria-label": reply.turn ? `Turn ${reply.turn}` : "The reply" },
    // What the client said stands above already, where it is the end of a conversation.
    reply.client && !(heard && !reply.turn) && h("p", { class: "cu-desk-client", dir: "auto" }, h("span", { class: "cu-desk-who" }, reply.turn ? `${reply.turn} · Client` : "Client"), reply.client),
    h("p", { class: "cu-desk-who" }, "Reply"), markedReply(reply),
    h("div", { role: "group", class: "cu-desk-labels", "aria-label": `Labels${reply.turn ? ` of turn ${reply.turn}` : ""}` },
      reply.labels.map((label, at) => row(label, at + 1)))));
  const onKey = (event) => {
    const at = rows.findIndex((one) => one.node === document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return false;
    const acts = {
      ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), Home: () => go(0), End: () => go(rows.length - 1),
      " ": () => rows[at].turn(), o: () => rows[at].turn(), Enter: () => rows[at].turn(), ...(blind ? {} : { a: () => rows[at].accept() }),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return false;
    event.preventDefault();
    act();
    return true;
  };
  return { parts, onKey, focus: () => (rows.find((one) => one.node.tabIndex === 0) ?? rows[0])?.node.focus(), count: rows.length };
};

/**
 * Everything of one answer. `entry` is as the kernel gives it; `saved(made)` hears what was kept.
 * The points follow what is marked, by the scorer's own arithmetic in the kernel.
 */
const decision = (desk, entry, { saved, undone, snippets, by }) => {
  const marked = new Map(), machine = new Map();
  for (const reply of entry.replies) for (const label of reply.labels) {
    machine.set(label.key, Boolean(label.machine));
    marked.set(label.key, label.person ?? Boolean(label.machine));
  }
  const overturned = () => [...marked].filter(([key, met]) => met !== machine.get(key)).map(([key]) => key);
  const points = h("output", { class: "cu-desk-points" }), problem = h("p", { class: "cu-desk-problem", role: "alert" });
  const given = entry.replies.length ? null : deskField({ name: "points", label: `Points, 0 to ${inPoints(entry.maximum)}`, kind: "number", value: entry.score ?? "" });
  if (given) { given.control.step = "any"; given.control.min = 0; given.control.max = entry.maximum; }
  let asked = 0;
  const follow = async () => {
    const number = (asked += 1);
    try {
      const value = await desk.ask("points", { handle: entry.handle, overturn: overturned() });
      if (number === asked) points.textContent = `${inPoints(value)} of ${inPoints(entry.maximum)} points`;
    } catch (error) { if (number === asked) { points.textContent = ""; problem.textContent = error.message; } }
  };
  const rows = labelRows({ replies: entry.replies, marked, heard: entry.said.length > 0, changed: () => { problem.textContent = ""; follow(); } });
  if (entry.replies.length && entry.current !== "no") follow();
  else points.textContent = entry.score == null ? "no points yet" : `${inPoints(entry.score)} of ${inPoints(entry.maximum)} points`;

  const remark = deskField({ name: "remark", label: "Remark for the learner (R)", kind: "area", value: entry.remark });
  const names = Object.keys(snippets());
  const choose = h("select", { "aria-label": "Put in a snippet", on: { change: () => {
    if (choose.value) remark.control.value = [remark.control.value.trim(), snippets()[choose.value]].filter(Boolean).join(" ");
    choose.value = "";
    remark.control.focus();
  } } }, h("option", { value: "" }, names.length ? "Put in a snippet…" : "No snippets yet"), names.map((name) => h("option", { value: name }, name)));
  const keep = deskButton("Keep as a snippet…", () => keepForm(), { quiet: true });
  const keeping = h("div");
  const keepForm = () => {
    const name = deskField({ name: "name", label: "Name of the snippet", hint: "lower-case letters, digits and hyphens" });
    const form = deskForm({ title: "Keep the remark as a snippet", submit: "Keep it", fields: [name], cancel: () => keeping.replaceChildren(),
      send: async (values) => { snippets(await desk.ask("keep-snippet", { ...values, text: remark.read() })); choose.append(h("option", { value: values.name }, values.name)); keeping.replaceChildren(); keep.focus(); } });
    keeping.replaceChildren(form.node);
    form.focus();
  };

  const alike = entry.alike.map((one) => ({ one, box: h("input", { type: "checkbox", id: newId() }) }));
  const alikePart = alike.length > 0 && h("section", { class: "cu-desk-alike", "aria-label": "Answers alike" },
    h("h4", {}, `Answers alike: ${alike.length}`), h("p", { class: "cu-desk-hint" }, "Tick those that are to be decided the same."),
    alike.map(({ one, box }) => h("div", { class: "cu-desk-same" },
      h("label", { for: box.id }, box, ` ${one.who} · ${one.similarity === 1 ? "the same letters" : `${Math.round(one.similarity * 100)} % alike`} · ${inPoints(one.score)} points · ${one.labels == null ? "not decided" : `decided: ${one.labels.join(", ") || "nothing met"}`}`),
      h("blockquote", { dir: "auto" }, one.text))));

  let saving = false;
  const once = (act) => async () => {
    if (saving) return;
    saving = true;
    problem.textContent = "";
    save.setAttribute("aria-disabled", "true");
    try { await act(); } catch (error) { problem.textContent = error.message; } finally { saving = false; save.removeAttribute("aria-disabled"); }
  };
  const doSave = once(async () => {
    const said = remark.read();
    const fields = { handle: entry.handle, overturn: overturned(), by: by(), remark: said === entry.remark ? "" : said,
      also: alike.filter(({ box }) => box.checked).map(({ one }) => one.handle) };
    if (given && given.read() !== "" && Number(given.read()) !== entry.score) fields.points = Number(given.read());
    saved(await desk.ask("decide", fields));
  });
  const doUndo = once(async () => undone(await desk.ask("undo", { handle: entry.handle, by: by() })));
  const save = deskButton("Save and go on (S)", doSave, { primary: true });
  const heading = newId();
  const node = h("article", { class: "cu-desk-answer", "aria-labelledby": heading },
    h("header", {}, h("h3", { id: heading, tabindex: "-1" }, entry.title), h("p", { class: "cu-desk-hint" }, `${entry.who} · ${entry.module} · ${entry.why_first}`)),
    entry.urgent && h("p", { class: "cu-desk-urgent" }, h("strong", {}, "! "), "This may speak of a real person at risk. Read it first."),
    entry.current === "no" && h("p", { class: "cu-desk-urgent" }, "The answer, the key or the scorer has changed since it was graded. Grade the module again before you decide."),
    entry.contest && h("div", { class: "cu-desk-contest" }, h("strong", {}, `The learner sees this differently: ${entry.contest.plain}`), h("blockquote", { dir: "auto" }, entry.contest.reason)),
    entry.reasons.length > 0 && h("ul", { class: "cu-desk-reasons", "aria-label": "Why a person is asked" }, entry.reasons.map((one) => h("li", {}, one))),
    h("p", { class: "cu-desk-prompt", dir: "auto" }, entry.prompt),
    entry.said.length > 0 && h("div", { class: "cu-desk-said" }, entry.said.map(([who, text]) => h("p", { dir: "auto" }, h("span", { class: "cu-desk-who" }, who), text))),
    rows.parts, given && h("div", { class: "cu-desk-fields" }, given.node),
    given && h("p", { class: "cu-desk-hint" }, "This answer has no written words to label. Look at it in formgrader, and give its points here."),
    h("div", { class: "cu-desk-remark" }, remark.node, h("div", { class: "cu-desk-actions" }, choose, keep), keeping),
    alikePart,
    h("footer", { class: "cu-desk-foot" }, points, problem, h("div", { class: "cu-desk-actions" }, save, entry.decided && deskButton("Undo the decision (U)", doUndo, { danger: true, quiet: true }))));
  return { node, onKey: rows.onKey, save: doSave, undo: () => { if (entry.decided) doUndo(); }, remark: () => remark.control.focus(),
    focus: () => (rows.count ? rows.focus() : (given?.control ?? node.querySelector("h3")).focus()) };
};
