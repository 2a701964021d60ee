// The call screen: what the server cannot do. Keys, focus, and when to ask again.
import * as card from "./card.js";
import * as choice from "./choice.js";
import { fill, said } from "./fill.js";
import { onKeys } from "./keys.js";
import { watchPlaces } from "./place.js";

const form = document.getElementById("appel");
const question = document.getElementById("question");
const answer = document.getElementById("reponse");
const help = document.getElementById("touches");
const voice = document.getElementById("annonce");
const OFFER_MOVES_MS = 30_000;
let waiting = 0;
let heard = "";

const say = (text) => { voice.textContent = text; };
const tell = (name) => document.body.dispatchEvent(new Event(name));

function ask(cause, delay) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    form.elements.cause.value = cause;
    if (cause === "saisie") tell("lire");
    tell("proposer");
  }, delay);
}

form.addEventListener("input", (event) => {
  if (!event.target.matches(".pick")) ask("saisie", 150);
});
form.addEventListener("said", () => ask("saisie", 0));
form.addEventListener("change", (event) => {
  if (event.target.matches(".pick")) choice.show(event.target);
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
    ["z", () => document.querySelector("[data-undo]") ? tell("annuler") : false],
    ["n", newCall],
    ["N", () => location.assign("/")],
    ["a", () => form.elements["patient.position"].focus()],
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

document.addEventListener("htmx:after:swap", () => {
  showFaults();
  card.settle();
});
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.sourceElement === answer) queueMicrotask(heed);
});
document.addEventListener("htmx:finally:request", heed);
// Decided: the call is closed as it was told; taken back, it opens again under a new key.
document.addEventListener("decide-fait", () => {
  document.getElementById("issue").replaceChildren();
  form.querySelector(".call").inert = true;
  document.activeElement?.blur();
});
document.addEventListener("reprise", (event) => {
  form.querySelector(".call").inert = false;
  form.elements.cle.value = event.detail.cle;
  say("Décision annulée. L'appel est repris.");
});
document.addEventListener("htmx:error", () => {
  card.forget();
  say("Le serveur ne répond pas. Rien n'est perdu, réessayer.");
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
  if (answer.querySelector(".line") && !document.hidden) ask("offre", 0);
}, OFFER_MOVES_MS);

if (form.elements["patient.position"].value) ask("saisie", 0);
else form.elements["patient.position"].focus();
