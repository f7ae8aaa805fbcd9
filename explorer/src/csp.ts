/**
 * Lets libraries that write styles into a page do so under `style-src 'self'`, by the object model of CSS alone.
 *
 * A `<style>` element and a `style` attribute in markup are inline styles, and the policy refuses them. What scripts do to
 * `CSSStyleSheet` and `element.style` is none: whoever runs a script may. So a style element here is a sheet that the
 * document adopts, and a style attribute of markup is set once the element is there. Nothing is let in that a script of
 * this origin did not write.
 */

const ATTRIBUTE = "data-held-style";

/** A `style` attribute within a tag; texts between tags are left alone. */
const TAG = /<[a-z][^<>]*>/gi;
const STYLE = /(\s)style=/gi;

function held(markup: string): string {
  return markup.includes("style=") ? markup.replace(TAG, (tag) => tag.replace(STYLE, `$1${ATTRIBUTE}=`)) : markup;
}

function release(place: ParentNode | null): void {
  for (const each of place?.querySelectorAll<HTMLElement>(`[${ATTRIBUTE}]`) ?? []) {
    each.style.cssText = each.getAttribute(ATTRIBUTE) ?? "";
    each.removeAttribute(ATTRIBUTE);
  }
}

/** Have markup that is set by script hold its styles back until they may be set. */
function markup(): void {
  const inner = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
  if (!inner?.set || !inner.get) return;
  const { set, get } = inner;
  Object.defineProperty(Element.prototype, "innerHTML", {
    configurable: true,
    enumerable: true,
    get,
    set(this: Element, text: unknown) {
      const told = String(text ?? "");
      set.call(this, held(told));
      if (told.includes("style=")) release(this instanceof HTMLTemplateElement ? this.content : this);
    },
  });
  const insert = Element.prototype.insertAdjacentHTML;
  Element.prototype.insertAdjacentHTML = function (where, text) {
    const told = String(text); // it may be a TrustedHTML
    insert.call(this, where, held(told));
    if (told.includes("style=")) release(this.parentElement ?? this);
  };
  const attribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name.toLowerCase() === "style" && this instanceof HTMLElement) this.style.cssText = value;
    else attribute.call(this, name, value);
  };
}

/** The sheets of style elements, by these. */
const sheets = new WeakMap<Node, CSSStyleSheet>();

const adopt = (sheet: CSSStyleSheet): void => {
  if (!document.adoptedStyleSheets.includes(sheet))
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
};
const drop = (sheet: CSSStyleSheet | undefined): void => {
  if (sheet) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
};

/** Make an element like a style element, whose rules stand in a sheet that the document adopts; it stays empty. */
function adopted(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  let text = "";
  const write = (next: unknown): void => {
    text = String(next ?? "");
    sheet.replaceSync(text);
  };
  const own = { get: () => text, set: write };
  const add = <T extends Node>(node: T): T => (write(text + (node.textContent ?? "")), node);
  sheets.set(element, sheet);
  Object.defineProperties(element, {
    type: { value: "text/css", writable: true },
    media: { value: "", writable: true },
    sheet: { get: () => sheet },
    textContent: own,
    innerText: own,
    innerHTML: own,
    appendChild: { value: add },
    append: {
      value: (...parts: (Node | string)[]) =>
        parts.forEach((part) => write(text + (typeof part === "string" ? part : part.textContent))),
    },
  });
  adopt(sheet);
  return element;
}

function elements(): void {
  const create = document.createElement.bind(document) as (
    name: string,
    options?: ElementCreationOptions,
  ) => HTMLElement;
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    // in the stead of a style element stands one that no browser knows: even an empty one would be refused
    return String(name).toLowerCase() === "style" ? adopted(create("adopted-style")) : create(name, options);
  }) as typeof document.createElement;
  const { removeChild, appendChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function <T extends Node>(child: T): T {
    drop(sheets.get(child));
    return removeChild.call(this, child) as T;
  };
  Node.prototype.appendChild = function <T extends Node>(child: T): T {
    const sheet = sheets.get(child);
    if (sheet) adopt(sheet);
    return appendChild.call(this, child) as T;
  };
  Node.prototype.insertBefore = function <T extends Node>(child: T, before: Node | null): T {
    const sheet = sheets.get(child);
    if (sheet) adopt(sheet);
    return insertBefore.call(this, child, before) as T;
  };
  const remove = Element.prototype.remove;
  Element.prototype.remove = function () {
    drop(sheets.get(this));
    remove.call(this);
  };
}

markup();
elements();
