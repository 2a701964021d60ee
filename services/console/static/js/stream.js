// The stream of what happens: the board follows it; when it drops, the screen says since when.
const stream = document.getElementById("flux");
const GATHER_MS = 150;
let waiting = 0;
let lostSince = "";

const now = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });

export function watchStream(say) {
  const moved = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.dispatchEvent(new Event("bouge")), GATHER_MS);
  };
  const lost = () => {
    if (lostSince) return;
    lostSince = now();
    stream.className = "stream lost";
    stream.textContent = `▲ Flux coupé depuis ${lostSince} : l'écran peut être en retard, rien de saisi n'est perdu`;
  };
  const found = () => {
    if (lostSince) say(`Flux rétabli. Il était coupé depuis ${lostSince}.`);
    lostSince = "";
    stream.className = "stream";
    stream.textContent = "● en direct";
    moved();
  };
  stream.addEventListener("htmx:sse:after:connection", found);
  stream.addEventListener("htmx:sse:after:message", moved);
  stream.addEventListener("htmx:sse:error", lost);
  stream.addEventListener("htmx:sse:close", lost);
  stream.addEventListener("htmx:sse:before:connection", (event) => {
    if (event.detail.connection.attempt > 0) lost();
  });
  addEventListener("offline", lost);
  // Connected only once it is listened to: a connection made before would never be heard of.
  stream.setAttribute("hx-sse:connect", stream.dataset.stream);
  htmx.process(stream);
}
