// A place being typed: suggestions of the territory's own gazetteer, the first one ready to take.
let number = 0;

export function watchPlaces(root, taken) {
  for (const input of root.querySelectorAll("[data-places]")) watch(input, taken);
}

function watch(input, taken) {
  const list = document.createElement("ul");
  list.id = `lieux-${++number}`;
  list.className = "places";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Lieux possibles");
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  let asked = null;

  const options = () => [...list.children];
  const active = () => options().find((one) => one.getAttribute("aria-selected") === "true");
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };
  const activate = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (!option) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    open(false);
    if (!option || input.value === option.dataset.value) return;
    input.value = option.dataset.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    open(false);
  };
  const suggest = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    if (text.length < 2) return open(false);
    try {
      const from = input.dataset.places || "/lieux";
      const answer = await fetch(`${from}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (!answer.ok || input.value.trim() !== text) return;
      show((await answer.json()).lieux);
    } catch { /* the next key asks again */ }
  };
  const show = (places) => {
    list.replaceChildren(...places.map((place, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.value = place;
      option.textContent = place;
      return option;
    }));
    const only = places.length === 1 && places[0] === input.value;
    open(places.length > 0 && !only && document.activeElement === input);
    activate(list.firstElementChild);
  };

  input.addEventListener("input", (event) => { if (event.isTrusted) suggest(); });
  input.addEventListener("blur", () => open(false));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(event.target.closest("[role=option]"));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) take(active());
      return taken(input);
    }
    if (event.key === "Tab" && !list.hidden) return take(active());
    if (list.hidden) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      activate(all[(all.indexOf(active()) + step + all.length) % all.length]);
    }
    if (event.key === "Escape") { event.stopPropagation(); open(false); }
  });
}
