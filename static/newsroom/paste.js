// What another program puts on the clipboard, as clean structure: HTML in, HTML out, without the editor.
// Word, Google Docs, LibreOffice and browsers each say in their own way what is a heading, a list and a note.

const HEADINGS = /^h[1-6]$/
const BLOCKS = new Set(
  "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table ul".split(" "),
)
const NOISE = "style, script, meta, link, title, xml, template, noscript, iframe, object, embed, svg, math, canvas, audio, video, button, select, textarea, input, colgroup, .MsoCommentReference, [class^=MsoToc], a.msocomanchor, .msocomoff"
const MARKS = { href: "a", cite: "cite", strong: "strong", em: "em", bdi: "bdi", sub: "sub", sup: "sup" } // outermost first
const HONEST = /^(?:https?:|mailto:|tel:|\/(?![/\\]))/i
// Addresses that only lead on to the one in their query, and what they add to it to follow the reader.
const REDIRECTS = [
  [/^https?:\/\/(?:www\.)?google\.[a-z.]+\/url\?/i, ["q", "url"]],
  [/^https?:\/\/lm?\.facebook\.com\/l\.php\?/i, ["u"]],
  [/^https?:\/\/[a-z0-9]+\.safelinks\.protection\.outlook\.com\/\?/i, ["url"]],
]
const FOLLOWS = /^(?:utm_[a-z]+|fbclid|gclid|mc_cid|mc_eid)$/

/** `html` from the clipboard in the elements that the editor knows. No word is lost, but those of comments and deletions. */
export function cleanPaste(html) {
  if (isOurs(html)) return html
  const body = new DOMParser().parseFromString(html, "text/html").body
  removeNoise(body)
  placeNotes(body)
  gatherWordLists(body)
  gatherWebWordLists(body)
  const levels = headingLevels(body)
  const clean = document.implementation.createHTMLDocument("").body
  fill(clean, body, {}, levels)
  return clean.innerHTML
}

/** Whether the editor itself put this on the clipboard: figures, notes and tables come back as they were. */
export function isOurs(html) {
  return /<[a-z0-9]+[^>]* data-pm-slice=/i.test(html)
}

/** How many pictures `html` brings along; they are left out, because pictures come from the library. */
export function picturesIn(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body
  return isOurs(html) ? 0 : [...body.querySelectorAll("img")].filter((image) => image.getAttribute("width") !== "1").length
}

// --- What is no part of the text

function removeNoise(body) {
  const comments = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT)
  const found = []
  while (comments.nextNode()) found.push(comments.currentNode)
  for (const element of body.querySelectorAll("*")) {
    const style = element.getAttribute("style") ?? ""
    if (/mso-element:\s*comment|mso-hide:\s*all|display:\s*none/i.test(style) || element.matches(NOISE)) found.push(element)
    else if (element.matches("del[datetime]")) found.push(element) // a deletion that Word keeps track of
  }
  for (const node of found) node.remove()
}

function declarations(element) {
  const found = {}
  for (const declaration of (element.getAttribute("style") ?? "").split(";")) {
    const at = declaration.indexOf(":")
    if (at > 0) found[declaration.slice(0, at).trim().toLowerCase()] = declaration.slice(at + 1).trim().toLowerCase()
  }
  return found
}

// --- Notes

const MARKER = /^[\s[(]*(?:[0-9٠-٩۰-۹]{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶])[\s\])]*$/i
const RETURN = /^[\s\u200c-\u200f\ufe0e\ufe0f]*[↩↑^⏎⤴⬆][\s\ufe0e\ufe0f]*$/u
const NOTES_TITLE = /^(?:foot|end)?notes?$|^references$|^ال(?:هوامش|حواشي|ملاحظات|مراجع)$|^(?:هوامش|حواشي|حواشٍ|ملاحظات|مراجع)$/i
const BEFORE = Node.DOCUMENT_POSITION_PRECEDING
const AFTER = Node.DOCUMENT_POSITION_FOLLOWING

/** Puts the text of each note where it is referred to, as `<sup class="footnote">`, and takes the list of notes away. */
function placeNotes(body) {
  const places = new Map()
  for (const element of body.querySelectorAll("[id], a[name]")) {
    for (const name of [element.id, element.getAttribute("name")]) if (name && !places.has(name)) places.set(name, element)
  }
  const targetOf = (link) => places.get(fragmentOf(link))
  const references = [...body.querySelectorAll("a[href*='#']")].filter((link) => {
    const target = targetOf(link)
    return target && MARKER.test(link.textContent) && link.compareDocumentPosition(target) & AFTER && !target.contains(link)
  })
  const targets = new Set(references.map(targetOf))
  const notes = new Map()
  for (const link of references) {
    const holder = holderOf(targetOf(link), targets)
    if (holder && !holder.contains(link)) notes.set(link, holder)
  }
  const contents = new Map([...new Set(notes.values())].map((holder) => [holder, noteContent(holder, targetOf)]))
  for (const [link, holder] of notes) {
    const { content, isLabelled } = contents.get(holder)
    const note = document.createElement("sup")
    note.className = "footnote"
    note.append(content.cloneNode(true))
    if (!isLabelled) dropLabel(note, link.textContent, holder)
    if (note.textContent.trim()) wholeReference(link).replaceWith(note)
  }
  for (const holder of contents.keys()) {
    holder.replaceChildren()
    prune(holder)
  }
}

function fragmentOf(link) {
  const href = link.getAttribute("href") ?? ""
  const at = href.indexOf("#")
  if (at < 0) return ""
  try {
    return decodeURIComponent(href.slice(at + 1))
  } catch {
    return href.slice(at + 1)
  }
}

// The block that is one note and nothing else.
function holderOf(target, targets) {
  let holder = target.closest("li, dd, p, aside, div, section, h1, h2, h3, h4, h5, h6, td, body")
  if (!holder.matches("li, dd, p, aside, div, section")) return null
  const isAlone = (element) => [...targets].filter((other) => element.contains(other)).length === 1
  while (holder.parentElement.matches("div, section") && holder.parentElement.firstElementChild === holder && isAlone(holder.parentElement)) {
    holder = holder.parentElement
  }
  return isAlone(holder) ? holder : null
}

function noteContent(holder, targetOf) {
  let isLabelled = false
  const back = [...holder.querySelectorAll("a")].filter((link) => {
    const target = targetOf(link)
    return RETURN.test(link.textContent) || (target && !holder.contains(target) && holder.compareDocumentPosition(target) & BEFORE)
  })
  for (const link of back) {
    if (!holder.contains(link)) continue // went with another one
    isLabelled ||= MARKER.test(link.textContent) && !RETURN.test(link.textContent)
    ;(link.closest(".mw-cite-backlink") ?? wholeReference(link)).remove()
  }
  const content = document.createDocumentFragment()
  content.append(...[...holder.childNodes].map((node) => node.cloneNode(true)))
  return { content, isLabelled }
}

// A number before the text of a note that is no link: in an element of its own, or «1. See…» in a paragraph.
// «2 people…» in a list item is text: the list has the number.
function dropLabel(note, marker, holder) {
  const label = marker.replace(/[\s[\]()]/g, "").replace(/[.*+?^${}()|\\]/g, "\\$&")
  const texts = document.createTreeWalker(note, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    const own = text.parentElement
    if (!text.data.trim()) continue
    if (own !== note && own.matches("sup, span, b, strong") && new RegExp(`^\\s*[\\[(]?${label}[\\]).:]*\\s*$`).test(own.textContent)) own.remove()
    else if (holder.localName !== "li") text.data = text.data.replace(new RegExp(`^\\s*(?:[\\[(]${label}[\\])]|${label}[.):])\\s*`), "")
    return
  }
}

function wholeReference(link) {
  let whole = link
  while (whole.parentElement.matches("sup, span, a, b, i, small, font, strong, em") && whole.parentElement.textContent.trim() === link.textContent.trim()) {
    whole = whole.parentElement
  }
  return whole
}

// Takes an emptied place away, with the rule and the title above it, and whatever is empty because of that.
function prune(place) {
  while (place.localName !== "body" && !place.textContent.trim() && !place.querySelector("img")) {
    const parent = place.parentElement
    let before = place.previousElementSibling
    while (before && (before.matches("hr, br") || NOTES_TITLE.test(before.textContent.trim()))) {
      const earlier = before.previousElementSibling
      before.remove()
      before = earlier
    }
    place.remove()
    place = parent
  }
}

// --- Lists

const ORDERED = /^[([]?(?:[0-9٠-٩۰-۹]+|[ivxlcdm]+|[a-z]|[\u0621-\u064a])[.)\]\-ـ]/i

// Word writes a list as paragraphs that look like one: the marker in the text, the depth in the style.
function gatherWordLists(body) {
  let items = []
  const flush = () => {
    if (items.length) items[0].from.before(...nested(items))
    for (const item of items) item.from.remove()
    items = []
  }
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const style = paragraph.getAttribute("style") ?? ""
    const marker = [...paragraph.querySelectorAll("[style]")].find((element) => /mso-list:\s*ignore/i.test(element.getAttribute("style")))
    const list = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style)
    const sign = marker?.textContent.replace(/[\s\u200c-\u200f]/g, "") ?? ""
    if (!list || paragraph.localName !== "p" || paragraph.closest("li")) {
      if (list && sign) marker.replaceWith(`${sign} `) // the number of a heading belongs to its text
      continue
    }
    if (items.length && nextBlock(items.at(-1).from) !== paragraph) flush()
    marker?.remove()
    items.push({ from: paragraph, level: Number(list[1]), ordered: ORDERED.test(sign), start: numberOf(sign), content: [...paragraph.childNodes] })
  }
  flush()
}

// Word for the web gives each item a list of its own, with the depth in an attribute.
function gatherWebWordLists(body) {
  const isList = (element) => element?.matches(".ListContainerWrapper, ul[class*=ListStyle], ol[class*=ListStyle]")
  for (const first of [...body.querySelectorAll(".ListContainerWrapper, ul[class*=ListStyle], ol[class*=ListStyle]")]) {
    if (!first.isConnected || first.parentElement.closest("ul, ol, .ListContainerWrapper")) continue
    const run = [first]
    while (isList(run.at(-1).nextElementSibling)) run.push(run.at(-1).nextElementSibling)
    const items = run.flatMap((part) =>
      [...part.querySelectorAll("li")].map((item) => ({
        level: Number(item.dataset.ariaLevel ?? item.getAttribute("aria-level") ?? 1),
        ordered: item.parentElement.localName === "ol",
        start: Number(item.parentElement.getAttribute("start")) || Number(item.dataset.ariaPosinset) || 1,
        content: [...item.childNodes],
      })),
    )
    first.before(...nested(items))
    for (const part of run) part.remove()
  }
}

function nextBlock(element) {
  let next = element.nextSibling
  while (next && next.nodeType !== Node.ELEMENT_NODE && !next.textContent.trim()) next = next.nextSibling
  return next
}

function numberOf(sign) {
  const digits = /[0-9٠-٩۰-۹]+/.exec(sign)?.[0] ?? "1"
  return Number([...digits].map((digit) => (digit <= "9" ? digit : digit.charCodeAt(0) & 15)).join("")) || 1
}

function nested(items) {
  const roots = []
  const open = []
  for (const { level, ordered, start, content } of items) {
    const isOther = (top) => top.ordered !== ordered || (ordered && start === 1 && top.list.children.length > 0)
    while (open.length && open.at(-1).level > level) open.pop()
    if (open.length && open.at(-1).level === level && isOther(open.at(-1))) open.pop()
    if (!open.length || open.at(-1).level < level) {
      const list = document.createElement(ordered ? "ol" : "ul")
      if (ordered && start > 1) list.setAttribute("start", start)
      if (open.length) open.at(-1).list.lastElementChild.append(list)
      else roots.push(list)
      open.push({ level, ordered, list })
    }
    const item = document.createElement("li")
    item.append(...content)
    open.at(-1).list.append(item)
  }
  return roots
}

// --- Headings

function levelOf(element) {
  if (HEADINGS.test(element.localName)) return Number(element.localName[1])
  if (element.matches(".MsoTitle")) return 0
  return element.getAttribute("role") === "heading" ? Number(element.getAttribute("aria-level")) || 2 : null
}

/** `{level in the source: 2 or 3}`. One h1 above others is the text's title; several are its chapters. */
function headingLevels(body) {
  const count = {}
  for (const element of body.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading], .MsoTitle")) {
    if (element.textContent.trim()) count[levelOf(element)] = (count[levelOf(element)] ?? 0) + 1
  }
  const isChapters = count[1] && (count[0] || count[1] > 1 || !count[2])
  return (level) => (level <= 1 || (level === 2 && !isChapters) ? "h2" : "h3")
}

// --- The clean text

function marksOf(element, inherited) {
  const marks = { ...inherited }
  const style = declarations(element)
  const name = element.localName
  if (name === "b" || name === "strong") marks.strong = true
  if (name === "i" || name === "em") marks.em = true
  if (["sub", "sup", "cite", "bdi"].includes(name)) marks[name] = true
  if (style["font-weight"]) marks.strong = /^(?:bold|bolder|[6-9]00)/.test(style["font-weight"])
  if (style["font-style"] && name !== "cite") marks.em = /^(?:italic|oblique)/.test(style["font-style"])
  if (style["vertical-align"]) {
    marks.sup = style["vertical-align"].startsWith("super")
    marks.sub = style["vertical-align"].startsWith("sub")
  }
  if (name === "a" && element.hasAttribute("href")) marks.href = addressOf(element.getAttribute("href"))
  return marks
}

function addressOf(href) {
  let address = href.trim()
  for (let round = 0; round < 3; round++) {
    const [, names] = REDIRECTS.find(([form]) => form.test(address)) ?? []
    if (!names) break
    const query = new URL(address).searchParams
    const leads = names.map((name) => query.get(name)).find((value) => value && /^https?:/i.test(value))
    if (!leads) break
    address = leads
  }
  if (!HONEST.test(address)) return null
  const [, start, query, end] = /^([^?#]*)\?([^#]*)(.*)$/s.exec(address) ?? []
  if (query === undefined) return address
  const kept = query.split("&").filter((part) => !FOLLOWS.test(part.split("=")[0]))
  return start + (kept.length ? `?${kept.join("&")}` : "") + end
}

const isBlock = (node) => node.nodeType === Node.ELEMENT_NODE && BLOCKS.has(node.localName)
const isNote = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches("sup.footnote")
const make = (name, parent) => parent.ownerDocument.createElement(name)

/** Writes what is in `source` into the clean `target`, a block for each block. */
function fill(target, source, marks, levels) {
  let runs = []
  const flush = () => {
    for (const paragraph of paragraphsOf(runs)) {
      const block = make("p", target)
      write(block, paragraph)
      target.append(block)
    }
    runs = []
  }
  const walk = (parent, marks) => {
    for (const node of parent.childNodes) {
      if (!isBlock(node)) inline(node, marks)
      else if (node.localName === "p" || node.localName === "div") block(node, marks)
      else {
        flush()
        place(node, marks)
      }
    }
  }
  const inline = (node, marks) => {
    const run = runOf(node, marks)
    if (run) runs.push(run)
    else if (node.nodeType === Node.ELEMENT_NODE && node.localName !== "br") walk(node, marksOf(node, marks))
  }
  const block = (node, marks) => {
    flush()
    if (levelOf(node) !== null) return heading(node, marks)
    if (node.matches(".MsoQuote, .MsoIntenseQuote")) return quotation(node, marks)
    walk(node, marksOf(node, marks))
    flush()
  }
  const heading = (node, marks) => {
    const made = make(levels(levelOf(node)), target)
    write(made, inlineRuns(node, marks).map((run) => ({ ...run, marks: { ...run.marks, strong: false } })))
    if (made.textContent.trim()) target.append(made)
  }
  const quotation = (node, marks) => {
    const before = target.lastElementChild
    const quote = before?.localName === "blockquote" && node.localName === "p" ? before : make("blockquote", target)
    fill(quote, node, { ...marksOf(node, marks), em: false }, levels)
    if (quote.textContent.trim()) target.append(quote)
  }
  const place = (node, marks) => {
    const name = node.localName
    if (levelOf(node) !== null) heading(node, marks)
    else if (name === "ul" || name === "ol") list(target, node, marks, levels)
    else if (name === "table") table(target, node, levels)
    else if (name === "blockquote") quotation(node, marks)
    else if (name === "hr") target.append(make("hr", target))
    else {
      walk(node, marksOf(node, marks))
      flush()
    }
  }
  walk(source, marks)
  flush()
}

function runOf(node, marks) {
  if (node.nodeType === Node.TEXT_NODE) return { text: node.data, marks }
  if (node.localName === "span" && node.textContent === "\u00a0") return { text: " ", marks } // Chromium's plain space
  if (isNote(node)) return { note: node, marks: {} }
  return node.localName === "br" && !node.matches(".Apple-interchange-newline") ? { isBreak: true, marks: {} } : null
}

// All runs below an element that holds one paragraph's worth: a heading, a caption, a note.
function inlineRuns(element, marks) {
  const runs = []
  for (const node of element.childNodes) {
    if (isBlock(node) && runs.length) runs.push({ isBreak: true, marks: {} })
    const run = runOf(node, marks)
    if (run) runs.push(run)
    else if (node.nodeType === Node.ELEMENT_NODE && node.localName !== "br") runs.push(...inlineRuns(node, marksOf(node, marks)))
  }
  return runs
}

function list(target, source, marks, levels) {
  const made = make(source.localName, target)
  const start = Number.parseInt(source.getAttribute("start"), 10)
  if (source.localName === "ol" && start > 1 && start < 1000) made.setAttribute("start", start)
  for (const child of source.childNodes) {
    const isInner = child.localName === "ul" || child.localName === "ol" // Google Docs puts the inner list beside its item
    const item = isInner && made.lastElementChild ? made.lastElementChild : make("li", target)
    if (isInner) list(item, child, marks, levels)
    else if (child.nodeType === Node.ELEMENT_NODE) fill(item, child, marksOf(child, marks), levels)
    else if (child.nodeType === Node.TEXT_NODE) write(item, [{ text: child.data, marks }])
    unwrap(item)
    if (item.hasChildNodes()) made.append(item)
  }
  if (made.hasChildNodes()) target.append(made)
}

// One paragraph in an item or a cell needs no element of its own.
function unwrap(holder) {
  const only = [...holder.children].filter((child) => child.localName === "p")
  if (only.length === 1 && holder.firstElementChild === only[0]) only[0].replaceWith(...only[0].childNodes)
}

function table(target, source, levels) {
  const rows = [...source.rows].filter((row) => row.cells.length)
  if (rows.length === 1 && rows[0].cells.length === 1) return fill(target, rows[0].cells[0], {}, levels) // a box round a text
  const made = make("table", target)
  const head = []
  const isBold = (cell) => !cell.textContent.trim() || [...inlineRuns(cell, marksOf(cell, {}))].every((run) => !run.text?.trim() || run.marks.strong)
  rows.forEach((row, number) => {
    const cells = [...row.cells]
    const isNamed = row.textContent.trim() && cells.length > 1 && (row.closest("thead") || cells.every((cell) => cell.localName === "th") || (!number && cells.every(isBold)))
    const isHead = head.length === number && isNamed
    const line = make("tr", target)
    for (const cell of cells) line.append(cellOf(cell, isHead, levels, target))
    if (isHead) head.push(line)
    else made.append(line)
  })
  if (source.caption?.textContent.trim()) write(made.createCaption(), inlineRuns(source.caption, {}))
  const body = make("tbody", target)
  body.append(...made.querySelectorAll(":scope > tr"))
  if (head.length) {
    const top = make("thead", target)
    top.append(...head)
    made.append(top)
  }
  if (body.hasChildNodes()) made.append(body)
  if (made.textContent.trim()) target.append(made)
}

function cellOf(source, isHead, levels, target) {
  const made = make(isHead || source.localName === "th" ? "th" : "td", target)
  if (made.localName === "th") made.setAttribute("scope", isHead ? "col" : "row")
  for (const name of ["colspan", "rowspan"]) {
    const value = Number.parseInt(source.getAttribute(name), 10)
    if (value > 1 && value < 1000) made.setAttribute(name, value)
  }
  fill(made, source, made.localName === "th" ? {} : marksOf(source, {}), levels)
  if (made.localName === "th") for (const bold of made.querySelectorAll("strong")) bold.replaceWith(...bold.childNodes)
  unwrap(made)
  return made
}

// --- Words within a block

// Two line ends in a row, as old pages have them, part two paragraphs.
function paragraphsOf(runs) {
  const paragraphs = [[]]
  let breaks = 0
  for (const run of runs) {
    const isBlank = run.text !== undefined && !run.text.trim()
    breaks = run.isBreak ? breaks + 1 : isBlank ? breaks : 0
    if (breaks === 2) paragraphs.push([])
    else paragraphs.at(-1).push(run)
    if (breaks === 2) breaks = 0
  }
  return paragraphs.filter((paragraph) => paragraph.some((run) => run.note || run.text?.trim()))
}

function write(target, runs) {
  nest(target, tidy(runs), Object.keys(MARKS))
  target.normalize()
}

// White space as a reader sees it: one space between words, none at the ends or round a line end.
function tidy(runs) {
  const kept = []
  let isSpaced = true
  for (const run of runs) {
    if (run.text === undefined) {
      trimEnd(kept) // a note stands at the word that it belongs to
      kept.push(run)
      isSpaced = Boolean(run.isBreak)
      continue
    }
    let text = run.text.replace(/[ \t\n\r\f]+/g, " ").replace(/[ \u00a0]{2,}/g, " ").replace(/[\ufeff\u00ad]/g, "")
    if (isSpaced) text = text.replace(/^[ \u00a0]+/, "")
    if (!text) continue
    kept.push({ text, marks: run.marks })
    isSpaced = /[ \u00a0]$/.test(text)
  }
  while (kept.length && (kept.at(-1).isBreak || kept.at(-1).text?.trim() === "")) kept.pop()
  trimEnd(kept)
  while (kept.length && kept[0].isBreak) kept.shift()
  return kept
}

function trimEnd(runs) {
  while (runs.length && runs.at(-1).text !== undefined) {
    runs.at(-1).text = runs.at(-1).text.replace(/[ \u00a0]+$/, "")
    if (runs.at(-1).text) return
    runs.pop()
  }
}

function nest(target, runs, names) {
  const [name, ...inner] = names
  if (name === undefined) {
    for (const run of runs) target.append(nodeOf(run, target))
    return
  }
  for (let at = 0; at < runs.length; ) {
    const value = runs[at].marks[name]
    let end = at + 1
    while (end < runs.length && (runs[end].marks[name] || null) === (value || null)) end++
    const holder = value ? make(MARKS[name], target) : target
    if (name === "href" && value) holder.setAttribute("href", value)
    if (value) target.append(holder)
    nest(holder, runs.slice(at, end), inner)
    at = end
  }
}

function nodeOf(run, target) {
  if (run.text !== undefined) return run.text
  if (run.isBreak) return make("br", target)
  const note = make("sup", target)
  note.className = "footnote"
  write(note, inlineRuns(run.note, {}))
  return note
}
