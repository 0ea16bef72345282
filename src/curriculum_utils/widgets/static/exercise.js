// The frame of every exercise: its form, saving, feedback, earlier attempts, and what is said when nobody listens.
// Stands behind common.js in one module.

/** The verdict and what goes with it, below the answer as `type.review` draws it. */
const drawResult = (type, content, words, answer, feedback) => {
  const numbered = (label) => h("li", { class: `cu-label cu-is-${label.kind}` }, sign(label.kind),
    h("span", {}, label.name, label.number && h("sup", { class: "cu-number" }, String(label.number))));
  const labels = feedback?.labels?.length && h("ul", { class: "cu-labels" }, feedback.labels.map(numbered));
  return [
    h("div", { class: labels ? "cu-answer cu-beside" : "cu-answer" }, type.review(content, words, answer, feedback), labels),
    answer.confidence && h("p", { class: "cu-small" },
      fill(words["confidence-label"], { level: words[`confidence-${answer.confidence}`] })),
    feedback && h("div", { class: `cu-verdict cu-tone-${feedback.tone}` },
      h("p", { class: "cu-verdict-line" }, sign(feedback.tone), h("strong", {}, feedback.verdict)),
      feedback.remarks?.map((remark) => h("p", { class: `cu-remark cu-is-${remark.kind}` }, remark.text)),
      feedback.note && h("p", { class: "cu-small" }, feedback.note)),
  ];
};

const SEND_EVERY = 300; // ms; a throttle and not a delay after the last key: steady typing must still be kept
const SLOW_AFTER = 8000; // ms

/**
 * An exercise. `type` has
 *   form(content, words, changed, link) -> {node, read() -> answer, write(answer), focus()}, and where a draft holds
 *     more than an answer draft(), which `write` takes as well; `link` is {send(message), heard(handler), commit()}
 *   blank(answer) -> whether nothing was answered yet
 *   review(content, words, answer, feedback) -> node(s) that show a saved answer
 *   again(answer) -> what stands in the form at a new attempt
 *   drawsVignette: the form draws the conversation itself
 *   showsItself: the form shows the saved answer, so that it need not stand above a new attempt
 *   asSent(answer) -> the parts of a drawn answer that are sent, where it has more
 */
const exercise = (type) => ({
  render({ model, el }) {
    const content = model.get("content"), words = model.get("sentences"), id = newId(), mirror = mirrorOf(content);
    let state = model.get("state");
    let trying = false, dirty = false, timer = 0, seq = 0, pending = null, slow = 0, gone = false, waiting = false;

    const changed = () => {
      dirty = true;
      mirror.keep(state, { attempt: state.next, at: Date.now(), answer: draftNow() });
      timer ||= setTimeout(flush, SEND_EVERY);
      problem.textContent = "";
      if (content.graded && state.attempt && !state.stale) say(unchangedFrom(state.answer) ? saved() : words["answer-changed"]);
      else if (status.textContent !== "") say("");
      dress();
    };
    const told = [];
    const link = { send: (message) => model.send(message), heard: (handler) => told.push(handler), commit: () => commit() };
    const form = type.form(content, words, changed, link);
    const confidence = content.confidence && choices({
      legend: words["label-confidence"], inline: true, changed,
      options: [1, 2, 3, 4].map((level) => ({ id: level, text: words[`confidence-${level}`] })),
    });
    const read = (whole = form.read) => {
      const answer = whole(), level = confidence && confidence.read();
      return level ? { ...answer, confidence: Number(level) } : answer;
    };
    // What is drawn of a saved answer may say more than what was sent.
    const asSent = (answer) => (answer && type.asSent ? { ...answer, ...type.asSent(answer) } : answer);
    const unchangedFrom = (answer) => same(asSent(read()), asSent(answer));
    const draftNow = () => read(form.draft ?? form.read);
    const write = (answer) => { form.write(answer ?? {}); if (confidence) confidence.write(answer?.confidence); };

    const notice = h("p", { class: "cu-notice", role: "note" });
    const result = h("div", { class: "cu-result", tabindex: "-1", role: "group", "aria-label": words["feedback-label"] });
    const fields = h("div", { class: "cu-form" }, form.node, confidence && confidence.node,
      content.care && h("p", { class: "cu-small cu-care" }, content.care));
    const send = h("button", { type: "button", class: "cu-button cu-primary", on: { click: () => commit() } });
    const again = h("button", { type: "button", class: "cu-button", on: { click: () => tryAgain() } }, words["button-try-again"]);
    const kept = h("span", { class: "cu-small cu-kept" });
    const status = h("p", { class: "cu-status", role: "status" });
    const problem = h("p", { class: "cu-problem", role: "alert" });
    const offline = h("div", { class: "cu-offline", role: "alert" });
    const earlier = h("details", { class: "cu-earlier" });
    const section = h("section", { class: `cu cu-${content.type}`, "aria-labelledby": id, lang: content.language, dir: content.direction },
      h("header", { class: "cu-head" }, h("p", { class: "cu-kind" }, content.kind),
        h("h2", { class: "cu-title", id }, content.title)),
      notice,
      content.vignette && !type.drawsVignette && conversation(content.vignette),
      h("p", { class: "cu-prompt" }, content.prompt),
      result, fields, h("div", { class: "cu-actions" }, send, again, kept), status, problem, offline, earlier);

    const say = (sentence) => { status.textContent = sentence; };
    const saved = () => content.final ? "" : content.graded ? words["saved-graded"]
      : fill(words["saved-attempt"], { attempt: state.attempt, time: clock(state.at) });
    const answered = () => !content.graded && state.answer !== null && !state.stale && !trying;

    /** What is seen, from `state` and `trying`. */
    const dress = () => {
      const done = answered();
      const unchanged = content.graded && state.attempt > 0 && !state.stale && unchangedFrom(state.answer);
      fields.hidden = send.hidden = done;
      again.hidden = !done || content.final || Boolean(state.looking);
      send.textContent = content.graded
        ? words[state.attempt && !state.stale && !unchanged ? "button-save-again" : "button-save"] : words["button-check"];
      send.setAttribute("aria-disabled", String(Boolean(pending) || unchanged || gone));
      again.setAttribute("aria-disabled", String(gone));
      section.classList.toggle("cu-done", done || unchanged);
    };

    /** What was answered before and what was said of it. */
    const showAnswers = () => {
      notice.textContent = state.notice;
      const practised = !content.graded && state.answer !== null && !state.stale;
      const last = practised ? drawResult(type, content, words, state.answer, state.feedback) : [];
      result.replaceChildren(...(practised && trying && type.showsItself ? [] : practised && trying
        ? [h("details", { class: "cu-earlier", open: true }, h("summary", {}, words["earlier-version"]), last)]
        : [...last.flat().filter(Boolean), practised && content.final && h("p", { class: "cu-small" }, words["saved-pretest"])]
          .filter(Boolean)));
      earlier.replaceChildren(...(state.earlier.length
        ? [h("summary", {}, fill(words["earlier-attempts"], { count: state.earlier.length })),
          ...state.earlier.map((old) => h("div", { class: "cu-old" },
            h("p", { class: "cu-small" }, fill(words["attempt-line"], { attempt: old.attempt, time: clock(old.at) })),
            type.review(content, words, old.answer, old.feedback),
            h("p", { class: "cu-small" }, old.feedback?.verdict)))]
        : []));
    };

    const flush = () => {
      clearTimeout(timer);
      timer = 0;
      if (!dirty || pending) return;
      dirty = false;
      seq += 1;
      model.send({ kind: "draft", seq, attempt: state.next, at: Date.now(), answer: draftNow() });
    };

    const commit = () => {
      if (send.getAttribute("aria-disabled") === "true") return;
      const answer = read();
      problem.textContent = "";
      if (type.blank(answer)) { problem.textContent = words.blank; form.focus(); return; }
      // The same once more is no new attempt: it is shown as it was.
      if (type.asSent && trying && unchangedFrom(state.answer)) { trying = dirty = false; say(saved()); showAnswers(); dress(); return; }
      clearTimeout(timer);
      timer = 0;
      dirty = false;
      pending = newId();
      kept.textContent = "";
      say(words.saving);
      fields.inert = true;
      slow = setTimeout(() => {
        fields.inert = false;
        // A kernel that is idle and has not answered does not know us: it was started anew behind our back.
        if (model.widget_manager?.kernel?.status === "idle") { pending = null; say(""); tell("gone"); }
        else say(words["saving-slow"]);
      }, SLOW_AFTER);
      mirror.keep(state, { attempt: state.next, at: Date.now(), answer });
      model.send({ kind: "commit", token: pending, answer });
      dress();
    };

    const tryAgain = () => {
      if (again.getAttribute("aria-disabled") === "true") return;
      trying = true;
      write(type.again(state.answer));
      kept.textContent = "";
      say("");
      showAnswers();
      dress();
      form.focus();
    };

    const update = () => {
      const before = state, mine = pending !== null && model.get("state").handled === pending;
      state = model.get("state");
      const advanced = state.attempt > before.attempt;
      if (mine) { pending = null; clearTimeout(slow); fields.inert = false; }
      problem.textContent = state.problem;
      if (advanced) {
        mirror.forget({ ...before, log: state.log });
        // An answer from another window must not take away what is being written in this one.
        trying = !mine && dirty;
        kept.textContent = "";
      }
      if (mine && !advanced) say("");
      else if (advanced || before.looking) say(state.looking ? words.looking : saved());
      showAnswers();
      dress();
      if (advanced && mine) waiting = true;
      if (waiting && answered() && !state.looking) {
        waiting = false;
        // The button that was pressed is gone; what it brought is read next, unless the learner went elsewhere.
        const at = document.activeElement;
        if (at === document.body || at?.contains(el) || el.contains(at)) result.focus({ preventScroll: true });
        result.scrollIntoView({ block: "nearest" });
      }
      // What had the focus may be gone by now, as is the box to write in when a session has ended.
      if (mine && document.activeElement === document.body) (send.hidden ? again : send).focus({ preventScroll: true });
    };

    const heard = (message) => {
      told.forEach((handler) => handler(message ?? {}));
      if (message?.kind === "draft-kept" && message.seq === seq) kept.textContent = words["draft-kept"];
      if (message?.kind === "draft-lost") { kept.textContent = ""; problem.textContent = message.sentence; }
    };

    const tell = (what) => {
      if (gone) return;
      gone = what === "gone";
      const helped = el.closest(".cu-lesson");
      const sentence = what === "here" ? "" : gone ? words[helped ? "paused-here" : "paused"] : words["offline-reconnecting"];
      offline.replaceChildren(...(sentence ? [h("p", {}, sentence)] : []));
      // The lesson page (our JupyterLab extension) hears this and runs the lesson again.
      if (gone && helped) offline.append(h("button", { type: "button", class: "cu-button", on: { click: () =>
        el.dispatchEvent(new CustomEvent("cu-carry-on", { bubbles: true })) } }, words["button-carry-on"]));
      dress();
    };

    // What stands in the form: the newer of the two drafts, else the saved answer where it can still be changed.
    const local = mirror.load(state);
    const newer = local && local.attempt === state.next && local.at > (state.draft?.at ?? 0) ? local : null;
    const draft = newer ?? state.draft;
    trying = !content.graded && state.attempt > 0 && Boolean(draft);
    write(draft ? draft.answer : content.graded || state.stale ? state.answer : null);

    el.classList.add("cu-live");
    el.append(section);
    problem.textContent = state.problem;
    if (state.attempt && !state.stale && !trying) say(draft && !unchangedFrom(state.answer) ? words["answer-changed"] : saved());
    if (draft) kept.textContent = words["draft-kept"];
    showAnswers();
    dress();
    if (newer) { dirty = true; flush(); }

    const unguard = guardKeys(el, flush), unwatch = watchKernel(model, el, tell);
    model.on("change:state", update);
    model.on("msg:custom", heard);
    el.addEventListener("focusout", flush);
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      flush();
      clearTimeout(slow);
      unguard();
      unwatch();
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  },
});
