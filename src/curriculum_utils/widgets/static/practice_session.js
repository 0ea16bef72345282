// `practice-session`: a conversation with a simulated client, turn by turn, with ways back.
const MOST_KEPT = 5; // other ways through the session that stay within reach
const TOP = 4; // the highest openness

/** One turn. What follows a reply acts on it: those who listen hear the reply with it. */
const bubble = (content, who, name, text, ...more) => {
  const said = h("div", { class: "cu-said", ...(who === "client" ? course(content) : { dir: "auto" }) }, text);
  const actions = more.filter(Boolean);
  if (actions.length) said.id = newId();
  for (const action of actions) (action.querySelector("summary") ?? action).setAttribute("aria-describedby", said.id);
  return h("li", { class: `cu-turn cu-from-${who}` }, h("span", { class: "cu-who" }, name), said,
    actions.length > 0 && h("div", { class: "cu-turn-actions" }, actions));
};

/** What a reply was found to do; nothing is said of it before it is asked for. */
const whatItDid = (content, turn, words) => turn.labels &&
  h("details", { class: "cu-what" }, h("summary", {}, words["session-what"]),
    turn.labels.length
      ? h("ul", { class: "cu-labels" }, turn.labels.map((label) => labelLine(content, words, label)))
      : h("p", { class: "cu-small" }, words["session-nothing-found"]));

/** The arc of the session: how open the client was, as a line and as words. */
const arc = (content, words, turns) => {
  const levels = [content.openness, ...turns.map((turn) => turn.openness)];
  const wide = 300, high = 100, edge = 14, step = (wide - 2 * edge) / Math.max(1, levels.length - 1);
  const place = (level, at) => [edge + at * step, high - edge - (level / TOP) * (high - 2 * edge)];
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const picture = svg("svg", { viewBox: `0 0 ${wide} ${high + 5}`, class: "cu-arc", role: "img",
    "aria-label": fill(words["session-arc-label"], { name: content.name }) });
  for (let level = 0; level <= TOP; level += 1) {
    const [, y] = place(level, 0);
    picture.append(svg("line", { x1: edge, x2: wide - edge, y1: y, y2: y }));
  }
  picture.append(svg("polyline", { points: levels.map((level, at) => place(level, at).join(",")).join(" ") }));
  levels.forEach((level, at) => {
    const [x, y] = place(level, at);
    const turned = at > 0 && turns[at - 1].turned;
    picture.append(svg("circle", { cx: x, cy: y, r: 3 }));
    if (turned) picture.append(svg("circle", { cx: x, cy: y, r: 6, class: "cu-arc-turned" }));
    // The number of the reply after which the client stood there; before the first they say their opening words.
    if (at) picture.append(Object.assign(svg("text", { x, y: y + (turned ? 14 : 11), "text-anchor": "middle" }), { textContent: String(at) }));
  });
  return h("figure", { class: "cu-arc-figure" }, picture,
    h("figcaption", {}, words["session-arc-caption"]),
    h("ol", { class: "cu-arc-words" }, turns.map((turn) => h("li", {}, h("span", course(content), turn.shown)))));
};

export default exercise({
  form(content, words, changed, link) {
    const id = newId(), area = h("textarea", { id, class: "cu-text cu-speech", rows: "3", dir: "auto", maxlength: content.max_characters,
      spellcheck: "true", on: { input: () => changed() } });
    const said = h("ol", { class: "cu-turns", "aria-label": content.title, "aria-live": "polite", "aria-relevant": "additions" });
    const others = h("div", { class: "cu-others" });
    const trouble = h("p", { class: "cu-problem", role: "alert" });
    const speak = h("button", { type: "button", class: "cu-button cu-primary", on: { click: () => say() } }, words["button-say"]);
    const write = h("div", { class: "cu-write" },
      h("label", { for: id, class: "cu-unseen" }, fill(words["label-say"], { name: content.name })), area, speak);
    let turns = [], drawn = null, kept = [], waiting = null, paused = false;

    const ended = () => Boolean(turns.at(-1)?.ended);
    const pairOf = (turn, at) => {
      const own = bubble(content, "you", words["who-you"], turn.text, whatItDid(content, turn, words),
        h("button", { type: "button", class: "cu-link", on: { click: () => back(at) } }, words["button-back-to-turn"]));
      const line = bubble(content, "client", content.name, turn.line);
      own.setAttribute("aria-live", "off");
      // At the end of a graded session the focus goes to these words, which says them.
      if (turn.ended && content.graded) line.setAttribute("aria-live", "off");
      return [own, line];
    };
    const draw = () => {
      if (drawn === null || drawn.some((turn, at) => turn !== turns[at])) {
        // Another way through the session is there to be read; only a new line is said aloud.
        said.setAttribute("aria-live", "off");
        setTimeout(() => said.setAttribute("aria-live", "polite"), 300);
        said.replaceChildren(bubble(content, "client", content.name, content.opening));
        drawn = [];
      }
      said.append(...turns.slice(drawn.length).flatMap((turn, later) => pairOf(turn, drawn.length + later)));
      drawn = turns;
      write.hidden = ended();
      others.replaceChildren(...kept.map((way, at) => h("button", { type: "button", class: "cu-link",
        on: { click: () => take(at) } }, fill(words["session-other-way"], { number: at + 1, count: way.length }))));
    };
    const keep = () => { if (turns.length) kept = [turns, ...kept].slice(0, MOST_KEPT); };
    const back = (at) => {
      if (waiting) return;
      keep();
      area.value = turns[at].text;
      link.send({ kind: "branch", turn: at + 1 });
      turns = turns.slice(0, at);
      draw();
      changed();
      area.focus();
    };
    const take = (at) => {
      if (waiting) return;
      const way = kept[at];
      kept = kept.filter((_, other) => other !== at);
      keep();
      turns = way;
      draw();
      changed();
      // A way that has come to its end is shown as a session that has ended: with its arc, and nothing left to press.
      // Where it is graded, to look is not to choose.
      if (ended() && !content.graded) link.commit();
      else goOn();
    };
    /** Where the way on is: at the reply, or where nothing is left to say at the client's last words. */
    const goOn = () => {
      if (!ended()) { area.focus(); return; }
      said.lastElementChild.tabIndex = -1;
      said.lastElementChild.focus();
    };
    const say = (despite = false) => {
      const text = area.value.trim();
      if (waiting || paused) return;
      if (!text) { trouble.textContent = words.blank; area.focus(); return; }
      trouble.textContent = "";
      waiting = newId();
      speak.setAttribute("aria-disabled", "true");
      link.send({ kind: "turn", token: waiting, turns: turns.map(({ text, line, state }) => ({ text, line, state })), text, despite });
    };
    link.heard((message) => {
      if (message.kind !== "turn" || message.token !== waiting) return;
      waiting = null;
      speak.setAttribute("aria-disabled", "false");
      if (message.private) { link.ask(message.private, () => { area.focus(); say(true); }); return; }
      if (message.problem) { trouble.textContent = message.problem; return; }
      turns = [...turns, message.turn];
      area.value = "";
      draw();
      changed();
      if (ended()) link.commit();
      else area.focus();
    });
    return {
      node: h("div", { class: "cu-session" }, h("p", { class: "cu-client" }, content.about),
        h("p", { class: "cu-scene", ...course(content) }, content.scene), said, write, trouble, others),
      select: (said) => selectIn(area, said),
      read: () => ({ turns: turns.map(({ text, line, state }) => ({ text, line, state })) }),
      draft: () => ({ turns, kept, text: area.value }),
      write: (answer) => {
        turns = Array.isArray(answer.turns) ? answer.turns : [];
        // A saved answer is one way; the others that were tried stay within reach.
        kept = Array.isArray(answer.kept) ? answer.kept : kept;
        area.value = typeof answer.text === "string" ? answer.text : "";
        draw();
      },
      focus: goOn,
      paused: (gone) => {
        paused = gone;
        speak.setAttribute("aria-disabled", String(gone || waiting !== null));
      },
    };
  },
  blank: (answer) => !answer.turns.length,
  again: (answer) => answer,
  showsItself: true,
  asSent: (answer) => ({ turns: answer.turns.map(({ text, line, state }) => ({ text, line, state })) }),
  review: (content, words, answer, feedback) => {
    const turns = feedback?.turns ?? answer.turns;
    return [
      h("ol", { class: "cu-turns", "aria-label": content.title }, bubble(content, "client", content.name, content.opening),
        turns.flatMap((turn) => [bubble(content, "you", words["who-you"], turn.text, whatItDid(content, turn, words)),
          bubble(content, "client", content.name, turn.line)])),
      feedback?.turns?.length ? arc(content, words, feedback.turns) : "",
    ].flat();
  },
});
