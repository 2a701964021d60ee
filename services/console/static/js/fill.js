// Fills fields of the call form; an answer that is a set is ticked, member by member.
const form = document.getElementById("appel");

export function fill(encoded) {
  const told = new Map();
  for (const [name, value] of new URLSearchParams(encoded)) {
    told.set(name, [...(told.get(name) ?? []), value]);
  }
  for (const [name, values] of told) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values.at(-1);
    }
  }
}

export function said() {
  form.dispatchEvent(new CustomEvent("said"));
}
