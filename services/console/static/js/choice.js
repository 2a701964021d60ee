// The proposals: which line is chosen, what is shown of it, and the decision on it.
import { toldWhy } from "./unanswered.js";

const form = document.getElementById("appel");
const region = document.getElementById("reponse");
let kept = "";

const lines = () => [...region.querySelectorAll(".pick")];
export const chosen = () => lines().find((one) => one.checked);
const motives = () => region.querySelector(".motives");

export function show(pick, byHand = true) {
  if (!pick) return;
  pick.checked = true;
  if (byHand) kept = pick.value;
  for (const detail of region.querySelectorAll(".detail")) {
    detail.hidden = detail.dataset.for !== pick.value;
  }
  closeReasons();
}

export function closeReasons() {
  const panel = motives();
  if (panel) panel.hidden = true;
  const motive = form.elements.motif;
  if (motive) motive.value = "";
}

export function move(step) {
  const all = lines();
  const at = all.indexOf(chosen());
  const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.closest(".line").scrollIntoView({ block: "nearest" });
  show(next);
}

// After a refresh the last line chosen by hand wins, if it is still there.
export function restore() {
  const byHand = lines().find((one) => one.value === kept);
  show(byHand ?? lines().find((one) => one.hasAttribute("checked")), false);
  if (!byHand) kept = "";
}

export function decide(say) {
  const pick = chosen();
  if (!pick) return say("Aucune proposition choisie.");
  if (!pick.dataset.rank) return say("Cette proposition n'est plus possible : en choisir une autre.");
  if (toldWhy()) return say(toldWhy());
  if (region.ariaBusy === "true") return say("Calcul en cours : relire avant de décider.");
  if (Number(pick.dataset.rank) > 1 && !form.elements.motif.value && motives().hidden) {
    motives().hidden = false;
    motives().querySelector("button").focus();
    return say("Pourquoi pas la première ?");
  }
  form.elements.empreinte.value = pick.dataset.digest;
  document.body.dispatchEvent(new Event("decider"));
}

export const isAskingWhy = () => Boolean(motives()) && !motives().hidden;

export function motive(button, say) {
  if (!button) return;
  form.elements.motif.value = button.dataset.motive;
  decide(say);
}

export const motiveOf = (key) => motives().querySelector(`[data-key="${CSS.escape(key)}"]`);
