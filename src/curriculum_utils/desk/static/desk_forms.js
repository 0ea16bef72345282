// The forms of the overview: each is one of the commands, with its fields. Stands behind desk_parts.js.

const WHEN = 'such as 2027-03-01 17:00 Europe/Berlin; "none" takes it away';

/** The form of one verb on one module; `close` puts it away. */
const moduleForm = (desk, verb, module, close) => {
  const { slug, title } = module;
  const send = (run) => async (values) => { await desk.run(run, { module: slug, ...values }); close(); };
  const make = {
    release: () => releaseForm(desk, module, close),
    due: () => deskForm({
      title: `Due date of ${title}`, submit: "Set the date", cancel: close, send: send("due"),
      fields: [deskField({ name: "due", label: "Due", hint: WHEN })],
    }),
    extend: () => deskForm({
      title: `More time for one learner in ${title}`, submit: "Extend", cancel: close, send: send("extend"),
      fields: [
        deskField({ name: "learner", label: "Learner", kind: "select", options: desk.people() }),
        deskField({ name: "until", label: "Until", hint: WHEN }),
      ],
      note: "Before or after they handed in. What was late and no longer is loses its penalty when it is graded the next time.",
    }),
    withdraw: () => deskForm({
      title: `Withdraw ${title}?`, submit: "Withdraw", danger: true, cancel: close, send: send("withdraw"), fields: [],
      note: "Nobody can fetch it any more. What was fetched, answered and handed in stays, and can be graded. Zips that were handed out cannot be called back.",
    }),
    zips: () => deskForm({
      title: `Collect zips for ${title}`, submit: "Collect", cancel: close,
      send: async ({ assign, ...values }) => {
        await desk.run("collect", { module: slug, ...values, assign: assign.split(/\n/).map((one) => one.trim()).filter(Boolean) });
        close();
      },
      fields: [
        deskField({ name: "from", label: "Folder with the zips", hint: "in whatever names; a path from the course’s folder, or a whole one" }),
        deskField({ name: "received", label: "Received", hint: "when these came; left empty: when they were first collected" }),
        deskField({ name: "assign", label: "Whose an unmatched zip is", kind: "area", hint: "one a line: FILE=ID" }),
      ],
    }),
    feedback: () => deskForm({
      title: `Return feedback on ${title}`, submit: "Return feedback", cancel: close, send: send("feedback"),
      fields: [deskField({ name: "zip", label: "Folder for zips to mail", hint: "for learners without a shared disk; left empty: through the exchange alone" })],
      note: module.status?.waiting.length ? `${counted(module.status.waiting.length, "answer")} still wait for a person; the pages will say so.` : "",
    }),
  };
  return make[verb]();
};

/** Releasing: what stands against it is looked for first, and listed. */
const releaseForm = (desk, module, close) => {
  const found = h("div", { class: "cu-desk-check", role: "status" }, "Looking whether it may be released…");
  const again = module.status?.state === "released";
  const force = deskField({ name: "force", label: "Replace what is released; what learners answered stays", kind: "checkbox" });
  const look = async () => {
    try {
      const problems = await desk.ask("check", { module: module.slug, force: force.read() });
      found.classList.toggle("cu-warn", problems.length > 0);
      redraw(found, problems.length ? [h("p", {}, h("strong", {}, `${counted(problems.length, "thing")} to mend first:`)),
        h("ul", {}, problems.map((one) => h("li", {}, one)))] : "✓ Nothing stands against it.");
    } catch (error) { found.textContent = error.message; }
  };
  force.control.addEventListener("change", look);
  look();
  return deskForm({
    title: `Release ${module.title}`, submit: again ? "Release again" : "Release", cancel: close, before: [found],
    send: async (values) => { await desk.run("release", { module: module.slug, ...values }); close(); },
    fields: [
      deskField({ name: "due", label: "Due", hint: `left empty: ${module.status?.due ? "as it was" : "no date"}; ${WHEN}` }),
      deskField({ name: "zip", label: "Also as a zip file", hint: "a path; for learners without a shared disk" }),
      force,
    ],
  });
};

/** What goes out of a cohort as a whole. */
const cohortForms = {
  grades: (desk, close) => {
    const system = deskField({ name: "system", label: "For", kind: "select", options: [["canvas", "Canvas"], ["moodle", "Moodle"], ["csv", "A spreadsheet (CSV)"]] });
    return deskForm({
      title: "Write the grades for another system", submit: "Write the file", cancel: close,
      send: async (values) => { await desk.run("grades", values); close(); },
      fields: [system, deskField({ name: "to", label: "File", hint: `left empty: cohorts/${desk.cohort}/grades-….csv` })],
      note: "Manual points and late penalties are included. What still waits for a person is left empty and listed.",
    });
  },
  backup: (desk, close) => deskForm({
    title: `Back up ${desk.cohort}`, submit: "Back up", cancel: close,
    send: async (values) => { await desk.run("backup", values); close(); },
    fields: [deskField({ name: "to", label: "File", hint: "left empty: cohorts/.backups, named by the time" })],
    note: "It holds learners’ answers and names: keep it where nobody else reads it.",
  }),
};
