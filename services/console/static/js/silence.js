// A server that does not answer: it is said, and asked again until it does. What the screen still
// shows was answered to what had been told before: whoever decides asks here first.
const AGAIN_MS = 1_000;
const LOGGED_OUT = 401; // its answer says so itself, where alerts are
const TEXT = "Le serveur ne répond pas : rien ne peut être décidé. Rien n'est perdu ; la demande repart chaque seconde.";
const issue = document.getElementById("issue");
let again = 0;

const told = () => issue.querySelector(".silent");
export const isSilent = () => Boolean(told());
export const isToAskAgain = () => again > 0;

// No answer, one cut short, or a refusal: none says what to propose for the call as it is told now.
export const hasFailed = (ctx) => ctx.status.startsWith("error") || !(ctx.response?.status < 400);

export const isFault = (ctx) => ctx.response?.status >= 400 && ctx.response.status !== LOGGED_OUT;

export function begins(ctx, ask) {
  held();
  again = setTimeout(ask, AGAIN_MS);
  if (ctx.response?.status === LOGGED_OUT || told()) return;
  const line = document.createElement("p");
  line.className = "silent";
  line.textContent = TEXT;
  issue.replaceChildren(line);
}

// Asked meanwhile: no need to ask once more.
export function held() {
  clearTimeout(again);
  again = 0;
}

export function ends(say) {
  held();
  if (!told()) return;
  told().remove();
  say("Le serveur répond de nouveau.");
}
