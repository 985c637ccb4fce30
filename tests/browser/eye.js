// What `eye.py` asks of a page, from within it. It comes in with the page, beside axe, which is read when it is asked.
(() => {
  const LEAST = 24; // CSS px that one presses with a thumb
  // Rules that go over every element and judge each by itself and by what is around and within it: these are asked of
  // new elements and of what they stand in.
  const PART = "[data-axe-part]";
  const OF_EACH = ["aria-allowed-attr", "aria-prohibited-attr", "label-content-name-mismatch", "nested-interactive"];
  // What axe takes for something to be pressed: these, and whatever has a role that is not of what is only read.
  const TARGETS = "a[href], area, button, input, select, textarea, summary, [contenteditable], [role]:not([role=alert], "
    + "[role=group], [role=img], [role=list], [role=navigation], [role=progressbar], [role=radiogroup], [role=region], "
    + "[role=search], [role=status])";
  const PLAIN = JSON.stringify(["rgba(0, 0, 0, 0)", "none", "1", "none", "normal"]);
  let elements = [], kinds = new Map();

  const number = (text, from) => {
    for (let at = 0; at < text.length; at++) from = (from * 31 + text.charCodeAt(at)) | 0;
    return from;
  };
  const hasWords = (element) => {
    for (let at = element.firstChild; at; at = at.nextSibling) {
      if (at.nodeType === Node.TEXT_NODE ? at.data.trim() : at.nodeType === Node.ELEMENT_NODE && hasWords(at)) return true;
    }
    return false;
  };
  const over = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

  // The kind of each element, in the order of the page: what it is, what it stands in, and whether and how it is shown
  // (a table may be none on a phone); and what is too wide.
  const look = () => {
    const found = [];
    elements = [];
    kinds = new Map();
    const go = (element, above) => {
      const told = [];
      for (const { name, value } of element.attributes) {
        told.push(name + (name === "class" || name === "role" || name === "type" ? value : value === "" ? "=" : ""));
      }
      const words = hasWords(element) ? "text" : "";
      const here = number([element.localName, ...told.sort(), words].join(" "), above);
      found.push(number(getComputedStyle(element).display + element.checkVisibility({ visibilityProperty: true }), here));
      elements.push(element);
      kinds.set(element, here);
      for (let child = element.firstElementChild; child; child = child.nextElementSibling) go(child, here);
    };
    go(document.documentElement, 7);
    return { kinds: found.join(" "), over: over() };
  };

  // How wide it is too wide, which tables scroll by themselves, and which parts of the page do not stand in its middle.
  const wide = () => {
    const cut = [...document.querySelectorAll(".t-scroll")].filter((each) => each.scrollWidth > each.clientWidth + 1);
    const beside = [...document.body.children].filter((each) => {
      const box = each.getBoundingClientRect();
      const flows = getComputedStyle(each).position === "static" && box.width > 0;
      return flows && Math.abs(box.left + box.right - document.documentElement.clientWidth) >= 1;
    });
    return {
      over: over(), cut: cut.map((each) => each.getAttribute("aria-label")), beside: beside.map((each) => each.localName),
    };
  };

  // Those of the new ones whose size axe must judge: small ones beside others, and whatever another one covers in part.
  const doubtful = (fresh) => {
    const boxes = new Map();
    for (const each of document.querySelectorAll(TARGETS)) {
      if (each.checkVisibility()) boxes.set(each, each.getBoundingClientRect());
    }
    return fresh.filter((each) => {
      const box = boxes.get(each);
      if (!box) return false;
      const near = box.width < LEAST || box.height < LEAST ? LEAST : 0;
      for (const [other, its] of boxes) {
        if (other !== each && its.left < box.right + near && its.right > box.left - near
          && its.top < box.bottom + near && its.bottom > box.top - near) return true;
      }
      return false;
    });
  };

  const told = (answer) => answer.violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
  const bring = () => {
    if (window.axe) return;
    window.bringAxe();
    axe.configure({ rules: [
      { id: "target-size", selector: "[data-axe-size]" }, { id: "color-contrast", selector: "[data-axe-look]" },
      { id: "scrollable-region-focusable", selector: `${PART}:not(select, textarea)` },
      { id: "link-in-text-block", selector: `a[href]${PART}, [role=link]${PART}` },
      ...OF_EACH.map((id) => ({ id, selector: PART }))] });
  };
  // Let some elements carry a mark while something is asked.
  const marked = async (name, those, asking) => {
    for (const each of those) each.dataset[name] = "";
    const answer = await asking();
    for (const each of those) delete each.dataset[name];
    return answer;
  };
  const ASK = { resultTypes: ["violations"], selectors: false, preload: false, iframes: false };

  const at = (places) => places.map((place) => elements[place]);
  const scrolls = (element) => element.scrollWidth > element.clientWidth + 1
    && /auto|scroll/.test(getComputedStyle(element).overflowX);

  // What axe finds on the page: of contrast nothing, of size and scrolling what is in doubt among those that were not
  // seen at this width, and the rest only if there is something that was not seen at any.
  const ask = async (places, here) => {
    const parts = new Set(), small = doubtful(at(here)), rolled = at(here).filter(scrolls);
    for (const each of at(places)) for (let up = each; up && !parts.has(up); up = up.parentElement) parts.add(up);
    for (const each of rolled) parts.add(each);
    if (!parts.size && !small.length) return [];
    bring();
    const size = { "target-size": { enabled: small.length > 0 } };
    const asked = places.length ? { rules: { ...size, "color-contrast": { enabled: false } } }
      : { runOnly: { type: "rule", values: ["target-size", "scrollable-region-focusable"] }, rules: size };
    const run = () => axe.run(document, { ...ASK, ...asked });
    return told(await marked("axePart", parts, () => marked("axeSize", small, run)));
  };

  // Of those of these that have words: the place, and all that their contrast hangs on: the words' own colour, size and
  // weight; the grounds that they stand on, from the page's own on; and where they stand, if out of the flow, since
  // then they lie on what is not around them.
  const looks = (places) => {
    const known = new Map([[null, { grounds: [], away: "" }]]);
    const ground = (element) => {
      let found = known.get(element);
      if (found) return found;
      const seen = getComputedStyle(element);
      const own = [seen.backgroundColor, seen.backgroundImage, seen.opacity, seen.filter, seen.mixBlendMode];
      const shifted = seen.position === "relative"
        && [seen.top, seen.right, seen.bottom, seen.left].some((by) => !/^(auto|0px)$/.test(by));
      const drawnOver = [seen.marginTop, seen.marginRight, seen.marginBottom, seen.marginLeft].some((by) => by[0] === "-");
      const moved = /absolute|fixed|sticky/.test(seen.position) || seen.transform !== "none" || seen.float !== "none"
        || shifted || drawnOver;
      const { grounds, away } = ground(element.parentElement);
      found = {
        grounds: JSON.stringify(own) === PLAIN ? grounds : [...grounds, own],
        away: away + (moved ? `at ${kinds.get(element)}` : ""),
      };
      known.set(element, found);
      return found;
    };
    const hasText = (element) => element.matches("input, select, textarea")
      || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const canBeSeen = (element) => element.checkVisibility({ visibilityProperty: true })
      && Math.max(element.offsetWidth ?? 2, element.offsetHeight ?? 2) > 1;
    return places.map((place) => [place, elements[place]]).filter(([, each]) => hasText(each) && canBeSeen(each)).map(
      ([place, each]) => {
        const seen = getComputedStyle(each);
        const { grounds, away } = ground(each);
        const own = [seen.color, seen.fontSize, seen.fontWeight, seen.textShadow];
        return [place, JSON.stringify([own, grounds, away])];
      });
  };

  // Of these, the places of those whose contrast passed, and what did not.
  const contrast = async (places) => {
    bring();
    const found = new Map(places.map((place) => [elements[place], place]));
    const asked = { ...ASK, resultTypes: ["violations", "passes"], runOnly: ["color-contrast"], elementRef: true };
    const answer = await marked("axeLook", [...found.keys()], () => axe.run(document, asked));
    return {
      passed: answer.passes.flatMap((rule) => rule.nodes).map((node) => found.get(node.element)),
      wrong: told(answer),
    };
  };

  // The looks of these that pass, each put up as a word of its own on grounds of its own.
  const specimens = async (asked) => {
    bring();
    document.body.replaceChildren();
    const found = new Map();
    for (const look of asked) {
      const [[color, fontSize, fontWeight, textShadow], grounds] = JSON.parse(look);
      let around = document.body;
      for (const [backgroundColor, backgroundImage, opacity, filter, mixBlendMode] of grounds) {
        const ground = document.createElement("div");
        Object.assign(ground.style, { backgroundColor, backgroundImage, opacity, filter, mixBlendMode });
        around.append(ground);
        around = ground;
      }
      const word = document.createElement("p");
      Object.assign(word.style, { color, fontSize, fontWeight, textShadow });
      word.textContent = "Word";
      word.dataset.axeLook = "";
      around.append(word);
      found.set(word, look);
    }
    const answer = await axe.run(document,
      { ...ASK, resultTypes: ["passes"], runOnly: ["color-contrast"], elementRef: true });
    return answer.passes.flatMap((rule) => rule.nodes).map((node) => found.get(node.element));
  };

  window.eye = { look, wide, ask, looks, contrast, specimens };
})();
