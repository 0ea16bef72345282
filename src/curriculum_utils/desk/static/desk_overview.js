// The overview: how far each module has come, what to do next, and the verbs. Stands behind desk_parts.js.

/** What comes next, from the figures alone: [verb, label], or nothing. */
const nextStep = ({ status }) => {
  if (!status) return ["release", "Release…"];
  if (status.handed_in.length > status.collected.length) return ["collect", `Collect ${status.handed_in.length - status.collected.length} more`];
  const left = status.collected.length - status.graded.length;
  if (left > 0) return ["grade", `Grade ${counted(left, "submission")}`];
  if (status.waiting.length > 0) return ["review", `Review ${counted(status.waiting.length, "answer")}`];
  if (status.graded.length > status.returned.length) return ["feedback", "Return feedback…"];
  return null;
};

/** The steps of a module as figures that are read as a list of terms. */
const figures = ({ status }) => {
  const of = status.learners;
  const all = [
    ["Handed in", status.handed_in.length, of], ["Late", status.late.length], ["Collected", status.collected.length],
    ["Set aside", status.aside.length, null, true], ["Graded", status.graded.length], ["Wait for a person", status.waiting.length, null, true],
    ["Feedback returned", status.returned.length],
  ];
  return h("dl", { class: "cu-desk-figures" }, all.map(([name, count, whole, warm]) =>
    h("div", { class: warm && count ? "cu-warm" : "" }, h("dt", {}, name), h("dd", {}, String(count), whole != null && h("small", {}, ` of ${whole}`)))));
};

const detailsOf = ({ status }) => [
  status.half_graded.length > 0 && h("p", { class: "cu-desk-note" },
    `Grading of ${counted(status.half_graded.length, "submission")} was interrupted; grade again to complete it.`),
  status.aside.length > 0 && h("details", {}, h("summary", {}, `Set aside: ${status.aside.length}`),
    h("ul", {}, status.aside.map((one) => h("li", {}, h("strong", {}, one.folder), ": ", one.why)))),
  status.waiting.length > 0 && h("details", {}, h("summary", {}, `Why ${counted(status.waiting.length, "answer")} wait`),
    h("ul", {}, Object.entries(status.waiting_by_reason).map(([why, count]) => h("li", {}, h("strong", {}, `${count} × `), why)))),
  (status.late.length > 0 || Object.keys(status.extended).length > 0) && h("details", {}, h("summary", {}, "Late, and more time"),
    h("ul", {}, status.late.map((one) => h("li", {}, `${one}: late`)),
      Object.entries(status.extended).map(([who, until]) => h("li", {}, `${who}: until ${onDay(until)}`)))),
];

const overviewPage = (desk) => {
  const node = h("div", { class: "cu-desk-overview" });
  const forms = new Map(); // by module, or "" for the cohort: the one form that is open there
  const off = () => desk.busy();
  const close = (slug) => { forms.delete(slug); draw(); };
  const open = (slug, form) => { forms.set(slug, form); draw(); form.focus(); };
  const act = (verb, module) => {
    if (verb === "review") desk.show("review", { module: module.slug });
    else if (verb === "collect" || verb === "grade") desk.run(verb, { module: module.slug }).catch(desk.fail);
    else open(module.slug, moduleForm(desk, verb, module, () => close(module.slug)));
  };

  const card = (module) => {
    const { slug, title, status } = module, next = nextStep(module);
    const verbs = !status ? [] : [
      ["collect", "Collect"], ["zips", "Collect zips…"], ["grade", "Grade"], ["feedback", "Return feedback…"],
      ["due", "Due date…"], ["extend", "Extend…"], ["release", "Release again…"], ...(status.state === "released" ? [["withdraw", "Withdraw…"]] : []),
    ];
    const heading = newId();
    return h("section", { class: "cu-desk-module", "aria-labelledby": heading },
      h("div", { class: "cu-desk-title" }, h("h3", { id: heading }, title),
        h("span", { class: `cu-desk-state cu-is-${status?.state ?? "new"}` }, status?.state ?? "not released"),
        status?.due && h("span", { class: "cu-desk-due" }, `${new Date(status.due) < new Date() ? "was due" : "due"} ${onDay(status.due)}`),
        next && h("div", { class: "cu-desk-next" }, deskButton(next[1], () => act(next[0], module), { primary: true, off, key: `next-${slug}`, about: `${next[1]} (${title})` }))),
      status && figures(module),
      verbs.length > 0 && h("div", { class: "cu-desk-verbs", role: "group", "aria-label": `What to do with ${title}` },
        verbs.map(([verb, label]) => deskButton(label, () => act(verb, module), { off, quiet: true, key: `${verb}-${slug}`, danger: verb === "withdraw" }))),
      forms.get(slug)?.node,
      status && detailsOf(module));
  };

  const draw = () => {
    if (!desk.data) { redraw(node, h("p", {}, desk.problem ? "" : "Reading the cohort…")); return; }
    const { modules, learners } = desk.data;
    redraw(node,
      h("div", { class: "cu-desk-verbs cu-desk-whole", role: "group", "aria-label": `What to do with ${desk.cohort}` },
        h("span", { class: "cu-desk-count" }, counted(learners.length, "learner")),
        deskButton("Report", () => desk.run("report", {}).catch(desk.fail), { off }),
        deskButton("Report without names", () => desk.run("report", { blind: true }).catch(desk.fail), { off }),
        deskButton("Grades for another system…", () => open("", cohortForms.grades(desk, () => close(""))), { off }),
        deskButton("Back up…", () => open("", cohortForms.backup(desk, () => close(""))), { off })),
      forms.get("")?.node, modules.map(card),
      modules.length === 0 && h("p", {}, "The course has no built module yet. Run: curriculum build"));
  };
  return { node, draw, forget: () => forms.clear() };
};
