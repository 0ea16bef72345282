// The frame of every exercise: its form, saving, feedback, earlier attempts, and what is said when nobody listens.
// Stands behind common.js and attempts.js in one module.

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
 *   form.paused(gone): nobody listens any more, where the form has a button of its own
 *   asSent(answer) -> the parts of a drawn answer that are sent, where it has more
 */
const exercise = (type) => ({
  render({ model, el }) {
    const content = model.get("content"), words = model.get("sentences"), id = newId(), mirror = mirrorOf(content);
    let state = model.get("state");
    let trying = false, dirty = false, timer = 0, seq = 0, pending = null, awaiting = 0, overdue = false, waiting = false, mirrored = true, touched = 0;

    const changed = () => {
      dirty = true;
      touched = Date.now();
      mirrored = mirror.keep(state, { attempt: state.next, at: touched, answer: draftNow() });
      timer ||= setTimeout(flush, SEND_EVERY);
      problem.textContent = "";
      asking.close();
      if (content.graded && state.attempt && !state.stale) say(unchangedFrom(state.answer) ? saved() : words["answer-changed"]);
      else if (status.textContent !== "") say("");
      dress();
    };
    const told = [];
    const link = { send: (message) => { model.send(message); expect(); }, heard: (handler) => told.push(handler), commit: () => commit(),
      /** Asks about words that look like a real client's; `again` saves them all the same. */
      ask: (found, again) => { hint.tell([]); asking.open(found, again); } };
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
    const asking = privateQuestion(words, (said) => (form.select ? form.select(said) : form.focus()));
    const hint = privateHint(words);
    const offline = offlinePart(el, words, { name: "cu-offline", button: "cu-button", alone: "paused",
      safe: () => (mirrored ? "safe-kept" : "safe-not-kept") });
    const earlier = h("details", { class: "cu-earlier" });
    const returned = h("div", { class: "cu-came-back" });
    const section = h("section", { class: `cu cu-${content.type}`, "aria-labelledby": id, lang: content.language, dir: content.direction },
      h("header", { class: "cu-head" }, h("p", { class: "cu-kind" }, content.kind),
        h("h2", { class: "cu-title", id, ...course(content) }, content.title)),
      notice,
      content.vignette && !type.drawsVignette && conversation(content),
      h("p", { class: "cu-prompt", ...course(content) }, content.prompt),
      result, fields, hint.node, asking.node, h("div", { class: "cu-actions" }, send, again, kept), status, problem, offline.node, returned, earlier);

    const say = (sentence) => { status.textContent = sentence; };
    const saved = () => content.final ? "" : content.graded ? words["saved-graded"]
      : fill(words["saved-attempt"], { attempt: state.attempt, time: clock(state.at, content.language) });
    const answered = () => !content.graded && state.answer !== null && !state.stale && !trying;

    /** What is seen, from `state` and `trying`. */
    const dress = () => {
      const done = answered();
      const unchanged = content.graded && state.attempt > 0 && !state.stale && unchangedFrom(state.answer);
      fields.hidden = send.hidden = done;
      again.hidden = !done || content.final || Boolean(state.looking);
      send.textContent = content.graded
        ? words[state.attempt && !state.stale && !unchanged ? "button-save-again" : "button-save"] : words["button-check"];
      send.setAttribute("aria-disabled", String(Boolean(pending) || unchanged || offline.gone));
      again.setAttribute("aria-disabled", String(offline.gone));
      form.paused?.(offline.gone);
      section.classList.toggle("cu-done", done || unchanged);
    };

    /** What was answered before and what was said of it. */
    const showAnswers = () => {
      notice.textContent = state.notice;
      notice.hidden = !state.notice;
      const practised = !content.graded && state.answer !== null && !state.stale;
      result.replaceChildren(...(!practised || (trying && type.showsItself) ? []
        : drawLatest(type, content, words, state, trying)));
      result.hidden = !result.hasChildNodes();
      // Who is led to the feedback hears at once how it turned out.
      const verdict = result.querySelector(":scope > .cu-verdict > .cu-verdict-line");
      if (verdict) {
        verdict.id = `${id}-verdict`;
        result.setAttribute("aria-describedby", verdict.id);
      } else result.removeAttribute("aria-describedby");
      earlier.replaceChildren(...drawEarlier(type, content, words, state.earlier));
    };

    /** What came back of what was handed in; drawn anew only when it has changed. */
    let back = null;
    const showReturned = () => {
      if (same(back, state.returned)) return;
      back = state.returned;
      redrawContest(returned, drawReturned(type, content, words, back, link));
    };
    const look = () => { if (content.graded && !offline.gone && document.visibilityState === "visible") model.send({ kind: "look" }); };
    /** Something was sent that wants an answer: where none comes, the lesson page finds out why. */
    const expect = () => {
      awaiting ||= setTimeout(() => {
        overdue = true;
        fields.inert = false;
        if (pending) say(words["saving-slow"]);
        if (el.closest(".cu-lesson")) el.dispatchEvent(new CustomEvent("cu-doubt", { bubbles: true }));
        else if (model.widget_manager?.kernel?.status === "idle") tell("unheard");
      }, SLOW_AFTER);
    };
    const answerCame = () => { clearTimeout(awaiting); awaiting = 0; overdue = false; };

    const flush = () => {
      clearTimeout(timer);
      timer = 0;
      if (!dirty || pending) return;
      dirty = false;
      seq += 1;
      link.send({ kind: "draft", seq, attempt: state.next, at: Date.now(), answer: draftNow() });
    };

    const commit = (despite = false) => {
      if (send.getAttribute("aria-disabled") === "true") return;
      const answer = read();
      problem.textContent = "";
      if (type.blank(answer)) { problem.textContent = words.blank; form.focus(); return; }
      // The same once more is no new attempt: it is shown as it was.
      if (type.asSent && trying && unchangedFrom(state.answer)) {
        trying = dirty = false;
        say(saved());
        showAnswers();
        dress();
        result.focus();
        return;
      }
      clearTimeout(timer);
      timer = 0;
      dirty = false;
      pending = newId();
      kept.textContent = "";
      say(words.saving);
      fields.inert = true;
      mirror.keep(state, { attempt: state.next, at: Date.now(), answer });
      answerCame();
      link.send({ kind: "commit", token: pending, answer, despite });
      dress();
    };

    const tryAgain = () => {
      if (again.getAttribute("aria-disabled") === "true") return;
      trying = true;
      // Begun in another window, perhaps.
      const begun = mirror.load(state);
      write(begun?.attempt === state.next ? begun.answer : type.again(state.answer));
      kept.textContent = "";
      say("");
      showAnswers();
      dress();
      form.focus();
    };

    /** Whether the focus is on no control at all. */
    const isAdrift = () => document.activeElement === document.body || Boolean(document.activeElement?.contains(el));

    const update = () => {
      const before = state, mine = pending !== null && model.get("state").handled === pending;
      state = model.get("state");
      // The log that this page began with is gone where the learner deleted their practice in another window.
      const anew = before.log !== "" && state.log !== before.log && !state.problem;
      const advanced = state.attempt > (anew ? 0 : before.attempt);
      if (mine) { pending = null; answerCame(); fields.inert = false; }
      problem.textContent = state.problem;
      if (advanced) {
        mirror.forget({ ...before, log: state.log });
        if (anew) mirror.forget(before);
        hint.tell([]);
        // An answer from another window must not take away what is being written in this one.
        trying = !mine && !content.final && (dirty || fields.contains(document.activeElement));
        kept.textContent = "";
      }
      if (anew && !state.attempt) startAfresh(before);
      if (mine && !advanced) say("");
      else if (advanced || before.looking) say(state.looking ? words.looking : saved());
      showAnswers();
      showReturned();
      dress();
      if (advanced && mine) waiting = true;
      // The form was out of reach while it was saved, and what had the focus in it has lost it.
      if (mine && !answered() && isAdrift()) form.focus();
      if (waiting && answered() && !state.looking) {
        waiting = false;
        // The button that was pressed is gone; what it brought is read next, unless the learner went elsewhere.
        if (isAdrift() || el.contains(document.activeElement)) result.focus({ preventScroll: true });
        result.scrollIntoView({ block: "nearest" });
      }
      if (mine && !advanced && state.private?.length) {
        dirty = true;
        flush();
        hint.tell([]);
        asking.open(state.private, () => { send.focus(); commit(true); });
      }
    };

    /** Practice was deleted: nothing of it stays on the page, what was half written included. */
    const startAfresh = (before) => {
      clearTimeout(timer);
      timer = 0;
      trying = dirty = false;
      mirror.forget(before);
      asking.close();
      hint.tell([]);
      write({ kept: [] });
      kept.textContent = "";
      say(words["private-afresh"]);
    };

    const heard = (message) => {
      if (!pending) answerCame();
      told.forEach((handler) => handler(message ?? {}));
      if (message?.kind === "draft-kept" && message.seq === seq) { kept.textContent = words["draft-kept"]; hint.tell(asking.node.hidden ? message.private ?? [] : []); }
      if (message?.kind === "draft-lost") {
        kept.textContent = "";
        problem.textContent = mirrored ? `${message.sentence} ${words["safe-draft-here"]}` : message.sentence;
      }
      // Answered in another window meanwhile: what is being written here belongs to the attempt after that.
      if (message?.kind === "draft-behind" && !content.final) { trying = true; showAnswers(); changed(); }
    };

    const tell = (what) => {
      // A kernel that is idle and has not answered does not know us: it was started anew behind our back.
      if (what === "unheard") what = overdue ? "gone" : "here";
      if (what === "here" && awaiting) { answerCame(); expect(); }
      if (what === "gone") {
        answerCame();
        if (pending) { pending = null; fields.inert = false; say(""); }
      }
      // One exercise says it aloud for all of them.
      offline.node.setAttribute("role", document.querySelector(".cu-live .cu") === section ? "alert" : "note");
      offline.tell(what);
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
    showReturned();
    dress();
    if (newer) { dirty = true; flush(); }

    const unguard = guardKeys(el, flush), unwatch = watchKernel(model, el, tell);
    // One person writes in one window at a time: what they go back to is what they left.
    const unhear = mirror.elsewhere(() => state, (other) => {
      if (other.at < touched || pending || answered() || other.attempt !== state.next) return;
      dirty = false;
      write(other.answer);
      dress();
    });
    const unheard = hearDeletion((logs) => { if (logs.includes(state.log)) { dirty = false; model.send({ kind: "afresh" }); } });
    model.on("change:state", update);
    model.on("msg:custom", heard);
    el.addEventListener("focusout", flush);
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    document.addEventListener("visibilitychange", look);
    return () => {
      flush();
      answerCame();
      unguard();
      unwatch();
      unhear();
      unheard();
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      document.removeEventListener("visibilitychange", look);
    };
  },
});
