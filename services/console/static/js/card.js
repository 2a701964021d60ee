// The question being asked: one key an answer. Keys pressed before the next question is there
// wait for it, so that a quick hand never answers the same question twice; none overtakes them.
import { fill, said } from "./fill.js";

const region = document.getElementById("question");
const round = document.getElementById("appel").elements.tour;
let early = [];

const card = () => region.querySelector(".card");
const isPending = () => region.querySelector(".asking")?.dataset.tour !== round.value;
const option = (key) => [...(card()?.querySelectorAll("[data-key]") ?? [])]
  .find((one) => one.dataset.key === key);

export const isAsking = () => Boolean(card());
const isEarly = () => isPending() || early.length > 0;
export const isAnswer = (key) => isEarly() ? /^[0-9on?]$/.test(key) : Boolean(option(key));

export function hasTicks() {
  return Boolean(card()?.querySelector("[aria-pressed=true]"));
}

export function answer(key) {
  if (isEarly()) early.push(key);
  else press(option(key));
}

export function press(button) {
  if (!button || isPending()) return;
  if (button.hasAttribute("aria-pressed")) return toggle(button);
  go(button.dataset.key === "Enter" ? ticked() : button.dataset.fills);
}

function toggle(button) {
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
}

function ticked() {
  const told = [...card().querySelectorAll("[aria-pressed=true]")].map((one) => one.dataset.fills);
  const names = new Set(new URLSearchParams(told.join("&")).keys());
  const others = [...new URLSearchParams(option("n").dataset.fills)]
    .filter(([name]) => !names.has(name));
  return [new URLSearchParams(others).toString(), ...told].filter(Boolean).join("&");
}

function go(fills) {
  fill(fills);
  round.value = Number(round.value) + 1;
  said();
}

export function settle() {
  while (!isPending() && early.length) {
    const button = option(early.shift());
    if (button) press(button);
    else early = []; // meant for another question: so are those after it
  }
}

export function forget() {
  early = [];
  const asking = region.querySelector(".asking");
  if (asking) round.value = asking.dataset.tour;
}
