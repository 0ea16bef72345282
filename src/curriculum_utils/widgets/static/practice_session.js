// `practice-session`: a conversation with a simulated client, turn by turn, with ways back.
const MOST_KEPT = 5; // other ways through the session that stay within reach
const TOP = 4; // the highest openness

const bubble = (who, name, text, ...more) =>
  h("li", { class: `cu-turn cu-from-${who}` }, h("span", { class: "cu-who" }, name), h("div", { class: "cu-said" }, text), more);

/** What a reply was found to do; nothing is said of it before it is asked for. */
const whatItDid = (turn, words) => turn.labels &&
  h("details", { class: "cu-what" }, h("summary", {}, words["session-what"]),
    turn.labels.length
      ? h("ul", { class: "cu-labels" }, turn.labels.map((label) =>
        h("li", { class: `cu-label cu-is-${label.kind}` }, sign(label.kind), h("span", {}, label.name))))
      : h("p", { class: "cu-small" }, words["session-nothing-found"]));

/** The arc of the session: how open the client was, as a line and as words. */
const arc = (content, words, turns) => {
  const levels = [content.openness, ...turns.map((turn) => turn.openness)];
  const wide = 300, high = 90, edge = 10, step = (wide - 2 * edge) / Math.max(1, levels.length - 1);
  const place = (level, at) => [edge + at * step, high - edge - (level / TOP) * (high - 2 * edge)];
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const picture = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "cu-arc", role: "img",
    "aria-label": fill(words["session-arc-label"], { name: content.name }) });
  picture.append(svg("polyline", { points: levels.map((level, at) => place(level, at).join(",")).join(" ") }));
  levels.forEach((level, at) => {
    const [x, y] = place(level, at);
    picture.append(svg("circle", { cx: x, cy: y, r: 3 }));
  });
  return h("figure", { class: "cu-arc-figure" }, picture,
    h("figcaption", {}, words["session-arc-caption"]),
    h("ol", { class: "cu-arc-words" }, turns.map((turn) => h("li", {}, turn.shown))));
};

export default exercise({
  form(content, words, changed, link) {
    const id = newId(), area = h("textarea", { id, class: "cu-text cu-speech", rows: "3", maxlength: content.max_characters,
      spellcheck: "true", on: { input: () => changed() } });
    const said = h("ol", { class: "cu-turns", "aria-label": content.title, "aria-live": "polite" });
    const others = h("div", { class: "cu-others" });
    const trouble = h("p", { class: "cu-problem", role: "alert" });
    const speak = h("button", { type: "button", class: "cu-button cu-primary", on: { click: () => say() } }, words["button-say"]);
    const write = h("div", { class: "cu-write" },
      h("label", { for: id, class: "cu-unseen" }, fill(words["label-say"], { name: content.name })), area, speak);
    let turns = [], kept = [], waiting = null, paused = false;

    const ended = () => Boolean(turns.at(-1)?.ended);
    const draw = () => {
      said.replaceChildren(bubble("client", content.name, content.opening),
        ...turns.flatMap((turn, at) => [
          bubble("you", words["who-you"], turn.text, whatItDid(turn, words),
            h("button", { type: "button", class: "cu-link", on: { click: () => back(at) } }, words["button-back-to-turn"])),
          bubble("client", content.name, turn.line)]));
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
    };
    const say = () => {
      const text = area.value.trim();
      if (waiting || paused) return;
      if (!text) { trouble.textContent = words.blank; area.focus(); return; }
      trouble.textContent = "";
      waiting = newId();
      speak.setAttribute("aria-disabled", "true");
      link.send({ kind: "turn", token: waiting, turns: turns.map(({ text, line, state }) => ({ text, line, state })), text });
    };
    link.heard((message) => {
      if (message.kind !== "turn" || message.token !== waiting) return;
      waiting = null;
      speak.setAttribute("aria-disabled", "false");
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
        h("p", { class: "cu-scene" }, content.scene), said, write, trouble, others),
      read: () => ({ turns: turns.map(({ text, line, state }) => ({ text, line, state })) }),
      draft: () => ({ turns, kept, text: area.value }),
      write: (answer) => {
        turns = Array.isArray(answer.turns) ? answer.turns : [];
        // A saved answer is one way; the others that were tried stay within reach.
        kept = Array.isArray(answer.kept) ? answer.kept : kept;
        area.value = typeof answer.text === "string" ? answer.text : "";
        draw();
      },
      focus: () => area.focus(),
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
      h("ol", { class: "cu-turns", "aria-label": content.title }, bubble("client", content.name, content.opening),
        turns.flatMap((turn) => [bubble("you", words["who-you"], turn.text, whatItDid(turn, words)),
          bubble("client", content.name, turn.line)])),
      feedback?.turns?.length ? arc(content, words, feedback.turns) : "",
    ].flat();
  },
});
