/** Elements, made in one expression. No text ever becomes markup. */

export type Part = Node | string | number | null | undefined | false;
type Given = Record<string, string | number | boolean | EventListener | ((event: never) => unknown) | undefined>;

/** Return an element with attributes, listeners (`onclick` and the like) and what stands within. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  given: Given = {},
  ...parts: (Part | Part[])[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value as EventListener);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  fill(made, ...parts);
  return made;
}

/** Put `parts` into `place`, in the stead of whatever is there. */
export function fill(place: Element, ...parts: (Part | Part[])[]): void {
  const shown = parts.flat().filter((part) => part !== null && part !== undefined && part !== false);
  place.replaceChildren(...shown.map((part) => (part instanceof Node ? part : String(part))));
}

/** Return a labelled field. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  control.id ||= `field-${(count += 1)}`;
  const told = hint ? h("small", { id: `${control.id}-hint` }, hint) : null;
  if (told) control.setAttribute("aria-describedby", told.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, told);
}

let count = 0;

/** Return a list to choose one from; `choices` are values with their names. */
export function choice(
  choices: readonly (readonly [string, string])[],
  chosen: string,
  onchange: (value: string) => void,
) {
  const made = h("select", { onchange: () => onchange(made.value) });
  for (const [value, name] of choices) made.append(h("option", { value, selected: value === chosen }, name));
  return made;
}

/** Return a word of the contract as people read it: `SENSITIVE_SERVICES` as "Sensitive services". */
export function spoken(word: string): string {
  const parts = word
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return parts.charAt(0).toUpperCase() + parts.slice(1);
}
