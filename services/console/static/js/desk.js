// The call screen: what the server cannot do. Keys, focus, and when to ask again.
import * as card from "./card.js";
import * as choice from "./choice.js";
import { fill, said } from "./fill.js";
import { onKeys } from "./keys.js";
import { watchPlaces } from "./place.js";
import { watchStream } from "./stream.js";
import * as unanswered from "./unanswered.js";

const form = document.getElementById("appel");
const question = document.getElementById("question");
const answer = document.getElementById("reponse");
const help = document.getElementById("touches");
const voice = document.getElementById("annonce");
const reader = document.getElementById("lecteur");
const OFFER_MOVES_MS = 30_000;
let waiting = 0; // what was told last waits for its next letter
const underway = new Map(); // by who asked, the last request: one it replaced says nothing any more
let heard = "";

// What is said at once is heard in one go: the last words would else take the place of the first.
const words = [];
function say(text) {
  if (!words.length) queueMicrotask(() => { voice.textContent = words.splice(0).join(" "); });
  words.push(text);
}
const tell = (name) => document.body.dispatchEvent(new Event(name));

// What is said closes the reasons being asked. It is read and answered at once, side by side: the
// next question waits for no search, and proposals for no question; the server gives up a search
// when another is asked for.
function ask(delay) {
  choice.closeReasons();
  answer.setAttribute("aria-busy", "true");
  clearTimeout(waiting);
  waiting = delay && setTimeout(send, delay);
  if (!delay) send();
}

function send() {
  waiting = 0;
  unanswered.held();
  underway.set(reader, null);
  tell("lire");
  propose("saisie");
}

function propose(cause) {
  form.elements.cause.value = cause;
  underway.set(answer, null);
  tell("proposer");
}

function stop() {
  clearTimeout(waiting);
  waiting = 0;
}

form.addEventListener("input", (event) => {
  if (!event.target.matches(".pick")) ask(150);
});
form.addEventListener("said", () => ask(0));
// A field that is left is said: what was still waiting for its next letter is read at once.
form.addEventListener("change", (event) => {
  if (event.target.matches(".pick")) choice.show(event.target);
  else if (waiting) ask(0);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { card: reopened, motive, decide, undo, fills, key } = button.dataset;
  if (reopened) reopen(reopened);
  else if (motive) choice.motive(button, say);
  else if (decide !== undefined) choice.decide(say);
  else if (undo !== undefined) tell("annuler");
  else if (question.contains(button) && key) card.press(button);
  else if (fills) { fill(fills); said(); }
});

function reopen(name) {
  form.elements.carte.value = name;
  form.elements.cause.value = "";
  tell("lire");
  form.elements.carte.value = "";
}

// Enter goes on: from the address to the age, from the age to the questions.
function goOn(from) {
  const age = form.elements["patient.age"];
  if (from.name === "patient.position" && !age.value) age.focus();
  else from.blur();
}

function backToLastCard() {
  const told = [...question.querySelectorAll("[data-card]")];
  if (!told.length) return false;
  reopen(told.at(-1).dataset.card);
}

function newCall() {
  const isBegun = form.elements["patient.position"].value && !answer.querySelector(".decided");
  if (isBegun) return say("Appel en cours. Maj+N pour l'abandonner et en prendre un autre.");
  location.assign("/");
}

// The usual gesture of the first line that asks for it; a call under way stays where it is.
function gesture(key) {
  const button = document.querySelector(`[data-gesture="${key}"]`);
  if (!button) return false;
  if (button.form && form.elements["patient.position"].value) button.form.target = "_blank";
  button.click();
}

const goes = (key) => form.querySelector(`[data-go="${CSS.escape(key)}"]`);

// A key leads to its field; that of a short list goes through its choices, without leaving.
function goTo(field, key) {
  if (key !== "p") return field.focus();
  field.selectedIndex = (field.selectedIndex + 1) % field.options.length;
  say(`Pharmacie : ${field.selectedOptions[0].text}`);
  ask(250);
}

const details = (selector) => {
  const found = document.querySelector(selector);
  found.open = !found.open;
  if (found.open) found.querySelector("input, select, button")?.focus();
};

onKeys(
  [
    ["Escape", () => { if (help.open) help.close(); else return false; }],
    ["F1", () => help.open ? help.close() : help.show()],
    [(key) => choice.isAskingWhy() && /^[1-9]$/.test(key), (key) => choice.motive(choice.motiveOf(key), say)],
    [(key) => key.length === 1 && card.isAsking() && card.isAnswer(key), card.answer],
    ["Enter", () => card.hasTicks() ? card.answer("Enter") : choice.decide(say)],
    ["ArrowDown", () => choice.move(1)],
    ["ArrowUp", () => choice.move(-1)],
    ["ArrowLeft", backToLastCard],
    ["Backspace", backToLastCard],
    ["f", () => document.querySelector("#drapeaux .chip")?.focus()],
    ["t", () => details("details.all")],
    ["e", () => details("details.left-out")],
    ["v", () => details("#mon-choix")],
    ["z", () => document.querySelector("[data-undo]") ? tell("annuler") : false],
    ["g", () => gesture("g")],
    ["r", () => gesture("r")],
    ["k", () => gesture("k")],
    ["q", () => document.querySelector("[data-first-waiting]")?.click()],
    ["/", () => document.getElementById("q").focus()],
    ["c", () => document.getElementById("consigne").focus()],
    ["n", newCall],
    ["w", () => tell("garder")],
    ["l", () => expired() ? expired().querySelector("a").click() : false],
    ["N", () => location.assign("/")],
    [(key) => goes(key), (key) => goTo(goes(key), key)],
    ["h", () => help.open ? help.close() : help.show()],
    ["?", () => help.open ? help.close() : help.show()],
  ],
  (event) => {
    if (event.key === "Escape") event.target.blur();
    else if (event.key === "Enter" && event.target.form === form) {
      event.preventDefault();
      goOn(event.target);
    }
  },
);

watchPlaces(form, goOn);
watchStream(say);
document.getElementById("consigne").form.addEventListener("htmx:after:request", (event) => {
  if (!event.detail.ctx.response.raw.ok) return; // not taken: what was written stays
  event.target.reset();
  document.activeElement.blur();
});
document.getElementById("q").addEventListener("keydown", (event) => {
  const first = document.querySelector("#trouves a");
  if (event.key === "Enter" && first) { event.preventDefault(); first.click(); }
  if (event.key === "Escape") document.getElementById("trouves").replaceChildren();
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement === answer || ctx.sourceElement === reader) underway.set(ctx.sourceElement, ctx);
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const asked = ctx.sourceElement;
  const isLast = underway.get(asked) === ctx;
  if (isLast) underway.delete(asked);
  if (isLast && unanswered.hasFailed(ctx)) failed(ctx);
  if (asked === reader && !waiting) {
    showFaults();
    card.settle();
  }
  if (isLast && asked === answer && !waiting && isGivenUp(ctx)) propose("saisie");
  if (isLast && !waiting && !underway.size && !unanswered.isAwaited()) answered();
  if (asked === answer || asked.id === "decideur" || asked.id === "annuleur") heed();
});
function answered() {
  answer.removeAttribute("aria-busy");
  unanswered.ends(say);
}

// What the list shows was proposed for what had been told before: nothing of it can be decided.
function failed(ctx) {
  card.forget();
  if (isDecided()) return;
  answer.setAttribute("aria-busy", "true");
  unanswered.begins(ctx, send);
}

const isDecided = () => Boolean(answer.querySelector(".decided"));
// An answer is given up for what is said after it, which asks for its own; one that is given up for
// what was said before it is asked for again.
const isGivenUp = (ctx) => ctx.response?.raw?.status === 204 && !isDecided();
const isOfCall = (asked) => asked === answer || asked === reader;
// Nothing is refreshed while the operator says why another line than the first is chosen, nor
// once it is decided, nor by a failure; a log-in that has ended is told in its own place.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const isKept = ctx.sourceElement === answer && (choice.isAskingWhy() || isDecided());
  const isUnread = isOfCall(ctx.sourceElement) && unanswered.isFault(ctx);
  if (isKept || isUnread || unanswered.isNoAnswer(ctx)) event.preventDefault();
});
// Decided: the call is closed as it was told; taken back, it opens again under a new key.
document.addEventListener("decide-fait", () => {
  stop();
  answered();
  document.getElementById("issue").replaceChildren();
  form.querySelector(".call").inert = true;
  document.activeElement?.blur();
});
document.addEventListener("reprise", (event) => {
  form.querySelector(".call").inert = false;
  form.elements.cle.value = event.detail.cle;
  say("Décision annulée. L'appel est repris.");
});
// Logged in again, in another tab: the first answer that comes takes the warning away.
const expired = () => document.querySelector("#issue .expired");
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  unanswered.isAnswered(ctx);
  if (expired() && ctx.response?.raw?.ok) document.getElementById("issue").replaceChildren();
});
document.addEventListener("htmx:after:swap", unanswered.isShown);
addEventListener("focus", () => { if (expired() || unanswered.toldWhy()) ask(0); });
// What the screen asks of itself, now and then, is told by the state of the stream.
const isOfItself = (asked) => asked.matches("#veilleur, #encours-corps, #flux");
function undone({ detail: { ctx } }) {
  const asked = ctx?.sourceElement;
  if (asked && !isOfCall(asked) && !isOfItself(asked)) unanswered.gesture(ctx);
}
document.addEventListener("htmx:error", (event) => {
  card.forget();
  if (!event.detail.ctx?.response) undone(event);
});
document.addEventListener("htmx:response:error", (event) => {
  if (unanswered.isNoAnswer(event.detail.ctx)) undone(event);
});

function heed() {
  choice.restore();
  const first = answer.querySelector(".line:not(.dead) label");
  const count = answer.querySelectorAll(".line:not(.dead)").length;
  const told = first ? `${count} propositions. ${first.innerText.replace(/\s+/g, " ")}` : "";
  if (told !== heard && told) say(told);
  heard = told;
}

function showFaults() {
  const faults = document.querySelector("#fautes");
  if (!faults) return;
  const told = new Map([...faults.children].map((one) => [one.dataset.for, one.textContent]));
  for (const place of form.querySelectorAll(".fault")) {
    const field = document.getElementById(place.id.replace(/-erreur$/, ""));
    const text = told.get(place.id.replace(/-erreur$/, "")) ?? "";
    if (place.textContent !== text) place.textContent = text;
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
}

setInterval(() => {
  const isStill = answer.ariaBusy !== "true" && answer.querySelector(".line") && !choice.isAskingWhy();
  if (isStill && !document.hidden) propose("offre");
}, OFFER_MOVES_MS);

if (form.elements["patient.position"].value) setTimeout(() => ask(0)); // once htmx listens
else form.elements["patient.position"].focus();
