// Text with Telegram's entities as DOM nodes. Nothing is ever parsed as HTML, so nothing can run.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
  spoiler: "span",
  text_link: "a",
};
const SAFE_LINK = /^(https?|tel|tg):/i;

export function richText(text, entities = []) {
  const known = entities.filter((entity) => TAGS[entity.type]);
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, known, 0, text.length));
  return fragment;
}

// Entities nest and never cross; offsets count UTF-16 units, as JavaScript does.
function nodes(text, entities, from, to) {
  const made = [];
  let at = from;
  while (entities.length) {
    const [outer, ...rest] = entities;
    const begins = outer.offset;
    const ends = Math.min(to, begins + outer.length);
    if (begins > at) made.push(document.createTextNode(text.slice(at, begins)));
    const inner = rest.filter((entity) => entity.offset < ends);
    const holder = element(outer);
    holder.append(...nodes(text, inner, begins, ends));
    made.push(holder);
    at = ends;
    entities = rest.filter((entity) => entity.offset >= ends);
  }
  if (at < to) made.push(document.createTextNode(text.slice(at, to)));
  return made;
}

function element(entity) {
  const made = document.createElement(TAGS[entity.type]);
  if (entity.type === "spoiler") made.className = "spoiler";
  if (entity.type === "text_link" && SAFE_LINK.test(entity.url)) {
    made.href = entity.url;
    made.target = "_blank";
    made.rel = "noopener noreferrer";
  }
  return made;
}
