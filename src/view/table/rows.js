/**
 * The elements of one table row that change with the token, and what stands in them.
 *
 * A row is filled by one call with all values: some thirty calls out of WebAssembly would take longer than what they do,
 * and what is shown already is not written again.
 */
export class Places {
  #puts = [];
  #shown = [];

  /** Adds a place: the text of an element, a property, or an attribute, which an empty value takes away. */
  add(element, what) {
    this.#puts.push(putter(element, what));
  }

  /** Fills the places, in the order in which they were added. The unit separator (U+001F) stands after every value. */
  fill(values) {
    values.split("\x1f", this.#puts.length).forEach((value, idx) => {
      if (value !== this.#shown[idx]) this.#puts[idx]((this.#shown[idx] = value));
    });
  }
}

function putter(element, what) {
  switch (what) {
    case "text": {
      let text;
      return (value) => {
        // Many of these stay empty.
        text ??= value === "" ? undefined : element.appendChild(document.createTextNode(""));
        if (!text) return;
        text.data = value;
        // A browser that translates the page has put other nodes in its place, with what stood there before.
        if (text.parentNode !== element) element.replaceChildren(text);
      };
    }
    case "class":
      return (value) => (element.className = value);
    case "top":
      return (value) => (element.style.transform = `translateY(${value}px)`);
    case "checked":
      return (value) => {
        element.checked = value !== "";
        element.closest(".row").setAttribute("aria-selected", element.checked);
      };
    case "hidden":
      return (value) => (element.hidden = value !== "");
    case "disabled":
      return (value) => {
        // A button that is disabled loses the focus, and nobody else would have it then.
        if (value !== "" && element === document.activeElement) element.closest("[role=region]")?.focus();
        element.disabled = value !== "";
      };
    default:
      return (value) => (value === "" ? element.removeAttribute(what) : element.setAttribute(what, value));
  }
}
