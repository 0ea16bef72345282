// Whether anybody listens behind a lesson. JupyterLab knows only that its line is broken, and gives up after a while:
// so the server itself is asked, until it answers or the learner is told what keeps it from answering.

const ASK_EVERY = 3000, PATIENCE = 5000, GRACE = 1500; // ms

const wait = (time) => new Promise((done) => setTimeout(done, time));

/** A running kernel for a lesson; another one where the server knows the old one no more. `again`: it had one before. */
export const wake = async (session, sessions, again) => {
  await session.ready;
  if (again) await sessions.refreshRunning();
  if (!session.session?.kernel) await session.startKernel();
  else if (session.session.kernel.status === "dead") await session.restartKernel();
  if (!session.session?.kernel) throw new Error("no kernel could be started");
  // JupyterLab would send our messages to a side door of the kernel (a subshell), whose number is not known any more to
  // a kernel that was restarted from elsewhere, and which does not keep the order in which `doubt` below trusts.
  session.session.kernel.commsOverSubshells = "disabled";
};

/** The file as it now is, where another version was fetched since the page was opened. */
export const refresh = async (context, contents) => {
  const now = await contents.get(context.path, { content: false });
  if (now.last_modified !== context.contentsModel?.last_modified) await context.revert();
};

/**
 * Tells "away" (the line is broken), "silent" (no server answers), "signed-out", "gone" (the program that ran the lesson
 * is no more), "unheard" (it runs and is idle, but did not answer) or "here".
 *   session: JupyterLab's session context; request(path): the server's reply, or an error where there is none;
 *   tell(what); bring(): starts the lesson anew; ended(): whether the page was closed.
 */
export const watchConnection = ({ session, request, tell, bring, ended }) => {
  let asking = false, gone = false, begun = false, doubting = false, working = false;
  const kernel = () => session.session?.kernel ?? null;
  const connected = () => kernel()?.connectionStatus === "connected";

  const ask = async () => {
    const id = kernel()?.id;
    try {
      const reply = await Promise.race([request(id ? `api/kernels/${id}` : "api/kernels"), wait(PATIENCE).then(() => null)]);
      if (!reply) return "silent";
      // What stands between (a hub, a proxy) answers for a server that is not there.
      if (reply.status === 401 || reply.status === 403 || reply.redirected) return "signed-out";
      if (reply.status === 404) return "gone";
      if (!reply.ok) return "silent";
      working = Boolean(id) && (await reply.json()).execution_state === "busy";
      return id && !gone ? "here" : "gone";
    } catch {
      return "silent";
    }
  };

  /** Asks until somebody is there again. */
  const watch = async () => {
    if (asking) return;
    asking = true;
    try {
      await wait(GRACE); // a line that is mended at once is not worth a word
      while (begun && !ended()) {
        const what = await ask();
        if (what === "gone") { gone = true; tell("gone"); return; }
        if (what === "here" && connected()) { tell("here"); return; }
        if (what === "here") kernel()?.reconnect().catch(() => {});
        tell(what === "here" ? "away" : what);
        await wait(ASK_EVERY);
      }
    } finally {
      asking = false;
    }
  };

  session.connectionStatusChanged.connect((_, now) => {
    if (!begun) return;
    if (now === "connected") { if (!gone && !asking) tell("here"); } else { if (!gone && !asking) tell("away"); watch(); }
  });
  session.statusChanged.connect((_, now) => {
    if (begun && /restarting|dead|terminating/.test(now)) { gone = true; tell("gone"); }
  });

  return {
    ask,
    /** While a lesson is being started, its kernel comes and goes, which is nothing to tell. */
    rest: () => { begun = false; },
    begin: () => { begun = true; gone = false; },
    /** An exercise waits for an answer longer than it should. */
    doubt: async () => {
      if (!begun || doubting) return;
      doubting = true;
      try {
        while (begun && !ended()) {
          const what = await ask();
          if (what !== "here") {
            tell(what);
            if (what !== "gone") watch();
            return;
          }
          // An idle kernel answers this after all that it was sent before; while it works, the exercise waits.
          const asked = working ? null : kernel()?.requestKernelInfo().then(() => true, () => false);
          if (await Promise.race([asked, wait(4 * PATIENCE)])) {
            await wait(GRACE);
            tell("unheard");
            return;
          }
          await wait(ASK_EVERY);
        }
      } finally {
        doubting = false;
      }
    },
    /** What the learner's one button does. `dead`: the exercise that it stands in has lost its program. */
    carryOn: async (dead) => {
      tell("trying");
      const what = await ask();
      if (what === "signed-out") { location.reload(); return; }
      if (what === "silent") { tell("silent"); watch(); return; }
      if (what === "gone" || dead) { await bring(); return; }
      if (!connected()) kernel()?.reconnect().catch(() => {});
      watch();
    },
  };
};
