/**
 * How far text, icons and the edges of controls stand out from what is behind them, as WCAG 2.1
 * asks (1.4.3, 1.4.6 and 1.4.11): an expression that gives a function of the level, "AA" or "AAA".
 *
 * What is behind is found by what lies under the point, layer by layer. A picture may be black or
 * white, so whatever stands on one is held against both.
 */
(level) => {
  const TEXT = { AA: { small: 4.5, large: 3 }, AAA: { small: 7, large: 4.5 } }[level];
  const SHAPE = 3;
  const LARGE = { normal: 24, bold: 18.66 };
  const PICTURES = ["VIDEO", "CANVAS", "IMG"];
  const [BLACK, WHITE] = [[0, 0, 0, 1], [255, 255, 255, 1]];
  const found = [];

  function parsed(colour) {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  }

  function over([red, green, blue, alpha], below) {
    return [red, green, blue].map((one, at) => one * alpha + below[at] * (1 - alpha)).concat(1);
  }

  function luminance(colour) {
    const [red, green, blue] = colour.slice(0, 3).map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function ratio(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /** What is left of an element's colours after its own and its ancestors' opacity. */
  function opacity(element) {
    let share = 1;
    for (let one = element; one !== null; one = one.parentElement) {
      share *= Number(getComputedStyle(one).opacity);
    }
    return share;
  }

  function faded([red, green, blue, alpha], element) {
    return [red, green, blue, alpha * opacity(element)];
  }

  function fill(element) {
    return faded(parsed(getComputedStyle(element).backgroundColor), element);
  }

  /** The colours that layers, the lowest last, may give together. */
  function behind(layers) {
    return [...layers].reverse().reduce(
      (below, element) => {
        const drawn = PICTURES.includes(element.tagName)
          ? [...below, ...below.flatMap((one) => [BLACK, WHITE].map((paint) => over(faded(paint, element), one)))]
          : below;
        return drawn.map((one) => over(fill(element), one));
      },
      [WHITE],
    );
  }

  /** What lies at a point from an element downward; null where something hides the element. */
  function layersAt(element, x, y) {
    const stack = document.elementsFromPoint(x, y);
    const at = stack.indexOf(element);
    const hides = (one) => !element.contains(one) && fill(one)[3] > 0.9;
    return at < 0 || stack.slice(0, at).some(hides) ? null : stack.slice(at);
  }

  function layersOf(element, box) {
    const places = [0.5, 0.1, 0.9].map((share) => box.left + box.width * share);
    const seen = places.map((x) => layersAt(element, x, box.top + box.height / 2));
    return seen.find((layers) => layers !== null) ?? null;
  }

  function isThere(box) {
    return box !== undefined && box.width > 2 && box.height > 2;
  }

  function hold(kind, element, needed, paint, layers) {
    const ratios = behind(layers).map((below) => ratio(over(paint, below), below));
    const what = (element.closest("[data-do]")?.dataset.do ?? element.className.baseVal ?? element.className) || element.tagName;
    const text = element.textContent.trim().slice(0, 20);
    found.push({ kind, what: String(what), text, needed, ratio: Math.min(...ratios) });
  }

  function holdText(element, colour, box) {
    const style = getComputedStyle(element);
    const layers = isThere(box) && style.visibility === "visible" ? layersOf(element, box) : null;
    if (layers !== null) {
      const least = Number(style.fontWeight) >= 600 ? LARGE.bold : LARGE.normal;
      const needed = parseFloat(style.fontSize) >= least ? TEXT.large : TEXT.small;
      hold("text", element, needed, faded(parsed(colour), element), layers);
    }
  }

  function holdTexts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (node.data.trim() !== "" && element.closest(":disabled") === null) {
        const range = document.createRange();
        range.selectNodeContents(node);
        holdText(element, getComputedStyle(element).color, range.getClientRects()[0]);
      }
    }
  }

  function holdFields() {
    for (const field of document.querySelectorAll("input.field:enabled")) {
      const part = field.value === "" ? "::placeholder" : null;
      holdText(field, getComputedStyle(field, part).color, field.getBoundingClientRect());
    }
  }

  function paintOf(shape) {
    const { stroke, fill: inside } = getComputedStyle(shape);
    return faded(parsed(stroke === "none" ? inside : stroke), shape);
  }

  /** An icon stands out by the first of its shapes; a line that parts two others does not count. */
  function holdIcons() {
    for (const svg of document.querySelectorAll("svg")) {
      const layers = layersOf(svg, svg.getBoundingClientRect());
      if (layers !== null && svg.closest(":disabled") === null) {
        const shape = svg.querySelector("path, circle") ?? svg.querySelector("rect");
        hold("icon", svg, SHAPE, paintOf(shape), layers);
      }
    }
  }

  /** A control that looks like one stands out by its border or by its fill. */
  function holdControls() {
    for (const control of document.querySelectorAll(".button:not(:disabled), .field:enabled, .mark")) {
      const style = getComputedStyle(control);
      const box = control.getBoundingClientRect();
      const layers = isThere(box) ? layersOf(control, box) : null;
      const edge = parseFloat(style.borderBottomWidth) > 0 ? parsed(style.borderBottomColor) : [0, 0, 0, 0];
      const paints = [faded(edge, control), fill(control)].filter((paint) => paint[3] > 0);
      if (layers !== null && paints.length > 0) {
        // Marks of a lane that lie over each other stand out as one.
        const outside = layers.slice(1).filter((one) => one.parentElement !== control.parentElement);
        const contrast = (paint) => Math.min(...behind(outside).map((below) => ratio(over(paint, below), below)));
        const best = paints.reduce((one, other) => (contrast(one) >= contrast(other) ? one : other));
        hold("edge", control, SHAPE, best, outside);
      }
    }
  }

  const reachable = document.createElement("style");
  reachable.textContent = "* { pointer-events: auto !important; transition: none !important; }";
  document.head.append(reachable);
  try {
    [holdTexts, holdFields, holdIcons, holdControls].forEach((one) => one());
  } finally {
    reachable.remove();
  }
  return found;
}
