// Single keys, unless somebody types or has turned them off (the setting stays on this machine).
const SETTING = "touches-simples";
const setting = document.getElementById(SETTING);

export const isTyping = (target) =>
  target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])");

const areOn = () => setting?.checked ?? true;

export function onKeys(bindings, whileTyping) {
  if (setting) {
    setting.checked = localStorage.getItem(SETTING) !== "non";
    setting.addEventListener("change", () => {
      localStorage.setItem(SETTING, setting.checked ? "oui" : "non");
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target)) return void whileTyping(event);
    const isSingle = event.key.length === 1;
    if (isSingle && !areOn()) return;
    const onButton = event.target.matches("button, summary, a, [type=checkbox]");
    if (onButton && (event.key === "Enter" || event.key === " ")) return;
    for (const [matches, act] of bindings) {
      if (typeof matches === "string" ? matches === event.key : matches(event.key)) {
        if (act(event.key) !== false) return void event.preventDefault();
      }
    }
  });
}
