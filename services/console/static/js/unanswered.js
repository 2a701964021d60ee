// What the server does not answer, cannot answer, or refuses: the screen says which of the three,
// and why. What it still shows was answered to what had been told before: whoever decides asks
// here first.
const AGAIN_S = 1;
const LATEST_S = 30; // whatever it is told: a call waits
const LOGGED_OUT = 401; // its answer says so itself, where alerts are
const TOO_MANY = 429;
const REFUSAL = 400;
const FAULT = 500;
const issue = document.getElementById("issue");
let again = 0;
let isOwed = false;
let wasRefused = false;

const told = () => issue.querySelector(".unanswered");
export const toldWhy = () => told()?.textContent ?? "";
export const isAwaited = () => isOwed;

// None of them says what to propose for the call as it is told now.
export const hasFailed = (ctx) => ctx.status.startsWith("error") || !(ctx.response?.status < REFUSAL);

// An answer that is no answer is shown only where it says it goes: else the page of a proxy, or a
// document meant for programs, would take the place of proposals.
export const isNoAnswer = (ctx) => ctx.response?.status >= REFUSAL && !ctx.hx?.retarget;

export const isFault = (ctx) => ctx.response?.status >= REFUSAL && ctx.response.status !== LOGGED_OUT;

// The reason given, in its words; the document of a refusal names the field to mend.
function reason({ response, text, hx }) {
  const words = new DOMParser().parseFromString(text ?? "", "text/html").body;
  if (hx?.retarget) return words.textContent.trim();
  try {
    const { detail, field } = JSON.parse(text);
    if (detail) return field ? `${field} : ${detail}` : detail;
  } catch { /* not one of our documents */ }
  return `sans en dire la raison (code ${response.status})`;
}

const sentence = (text) => /[.?]$/.test(text) ? text : `${text}.`;
const isRefusal = (status) => status >= REFUSAL && status < FAULT;

// An answer cut short says nothing: it is silence too.
function why(ctx, silence) {
  const status = ctx.response?.status;
  if (!(status >= REFUSAL)) return silence;
  const who = isRefusal(status) ? "Demande refusée" : "Le serveur est en défaut";
  return `${who} : ${sentence(reason(ctx))}`;
}

// Only what is said next changes a refusal: it is not asked again as it is.
const isAskedAgain = (status) => !isRefusal(status) || status === LOGGED_OUT || status === TOO_MANY;

export function begins(ctx, ask) {
  const status = ctx.response?.status;
  held();
  isOwed = true;
  wasRefused = isRefusal(status);
  const wait = waitOf(ctx);
  if (isAskedAgain(status)) again = setTimeout(ask, 1_000 * wait);
  if (status === LOGGED_OUT) return;
  const pace = wait > AGAIN_S ? `dans ${wait} s` : "chaque seconde";
  const next = again ? ` ; la demande repart ${pace}` : "";
  say("unanswered", `${why(ctx, "Le serveur ne répond pas.")} Rien ne peut être décidé, rien n'est perdu${next}.`);
}

// Who asks too often, or too early, is told when to ask again; a date instead of seconds is not read.
function waitOf(ctx) {
  const told = Number(ctx.response?.headers.get("Retry-After"));
  return Math.min(Math.max(Math.ceil(told) || 0, AGAIN_S), LATEST_S);
}

// Buttons of a list have no name of their own, but each asks for something else.
const nameOf = (element) => element.id || element.getAttribute("hx-post") || "";

// A gesture that was not done, a line that was not taken: said until the same is asked and done, or
// can no longer be asked. Another answer does not end it: nobody may have read it yet.
const LOST = "Le serveur n'a pas répondu : rien ne dit que c'est fait.";
export function gesture(ctx) {
  if (!told()) say("not-done", why(ctx, LOST), nameOf(ctx.sourceElement));
}

const notDone = () => issue.querySelector(".not-done");

export function isAnswered(ctx) {
  const line = notDone();
  if (line?.dataset.of === nameOf(ctx.sourceElement) && ctx.response?.raw?.ok) line.remove();
}

export function isShown() {
  const line = notDone();
  const asked = line && [...document.querySelectorAll("[hx-post], [hx-get]")];
  if (asked && !asked.some((one) => nameOf(one) === line.dataset.of)) line.remove();
}

// Said once, however often it is true: a voice would read it every second.
function say(name, text, of = "") {
  if (issue.querySelector(`.${name}`)?.textContent === text) return;
  const line = document.createElement("p");
  line.className = name;
  line.textContent = text;
  line.dataset.of = of;
  issue.replaceChildren(line);
  return line;
}

// Asked meanwhile: no need to ask once more.
export function held() {
  clearTimeout(again);
  again = 0;
  isOwed = false;
}

export function ends(say) {
  held();
  if (!told()) return;
  told().remove();
  say(wasRefused ? "La demande est acceptée." : "Le serveur répond de nouveau.");
}
