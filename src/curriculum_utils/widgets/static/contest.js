// "I see this differently": a criterion or trap of what came back, and the learner's reason, saved for the next hand-in.
// Stands before returned.js in one module. `link` is {send(message), heard(handler)}.

/** The part below what came back; null where nothing can be contested. */
const drawContest = (content, words, back, link) => {
  const choice = back.contest;
  if (!choice) return null;
  const standing = choice.standing;
  const status = h("p", { class: "cu-small", role: "status" });
  const problem = h("p", { class: "cu-problem", role: "alert" });
  let token = null;

  const send = (label, reason) => {
    if (token) return;
    token = newId();
    problem.textContent = "";
    status.textContent = words.saving;
    link.send({ kind: "contest", token, label, reason, grade: choice.grade });
  };
  link.heard((message) => {
    if (message.kind !== "contest" || message.token !== token) return;
    token = null;
    status.textContent = "";
    problem.textContent = message.problem ?? "";
  });

  const name = newId(), text = newId(), help = newId();
  const select = h("select", { id: name }, choice.labels.map((one) =>
    h("option", { value: one.label, selected: one.label === standing?.label }, one.plain)));
  const reason = h("textarea", { id: text, rows: 3, maxlength: choice.most, "aria-describedby": help });
  reason.value = standing?.reason ?? "";
  const save = h("button", { type: "button", class: "cu-button", on: { click: () => {
    if (reason.value.trim() === "") { problem.textContent = words["contest-blank"]; reason.focus(); return; }
    send(select.value, reason.value);
  } } }, words["contest-save"]);
  const withdraw = standing && h("button", { type: "button", class: "cu-button", on: { click: () => send("", "") } },
    words["contest-withdraw"]);

  return h("details", { class: "cu-contest", open: Boolean(standing) },
    h("summary", {}, words["contest-open"]),
    standing && h("p", { class: "cu-contest-saved" }, words["contest-saved"]),
    h("p", { class: "cu-small", id: help }, words["contest-help"]),
    h("p", {}, h("label", { for: name }, words["contest-which"]), " ", select),
    h("p", {}, h("label", { for: text }, words["contest-reason"]), reason),
    h("div", { class: "cu-actions" }, save, withdraw), status, problem);
};

/** Puts these nodes into `place`; the button that was pressed there is drawn anew, so that its part gets the focus. */
const redrawContest = (place, nodes) => {
  const writing = place.contains(document.activeElement);
  place.replaceChildren(...nodes);
  if (writing) place.querySelector(".cu-contest > summary")?.focus();
};
