// Round the text: the toolbar's keys, the line under it with the number of words, and the list of shortcuts.

import { element, openDialog } from "newsroom/dialog"
import { label, labels } from "newsroom/words"

const TOGGLES = new Set(
  "paragraph heading2 heading3 bulletList orderedList blockquote pullQuote bold italic subscript superscript cite bdi link footnote figure embed".split(" "),
)
const SHORTCUTS = [
  ["Mod B", "bold"],
  ["Mod I", "italic"],
  ["Mod K", "link"],
  ["Mod Alt F", "footnote"],
  ["Mod Alt 2", "heading2"],
  ["Mod Alt 3", "heading3"],
  ["Mod Alt 0", "paragraph"],
  ["Mod Shift 8", "bulletList"],
  ["Mod Shift 7", "orderedList"],
  ["Mod Shift B", "blockquote"],
  ["Mod Z", "history:undo"],
  ["Mod Shift Z", "history:redo"],
  ["Alt F10", "toolbar"],
  ["Esc Tab", "leaveKeys"],
]
const isMac = /mac|iphone|ipad/i.test(navigator.platform)

/** Everything that stands round the editor in its form. */
export function furnish(editor) {
  const status = element("p", { class: "prose-status", role: "status" })
  const words = element("p", { class: "prose-words" })
  const help = element("button", { type: "button", class: "prose-help" }, label("shortcuts"))
  help.addEventListener("click", () => openShortcuts())
  editor.view.dom.after(element("div", { class: "prose-footer" }, status, words, help))
  countWords(editor, words)
  letLeave(editor, status)
  const toolbar = () => editor.view.dom.parentElement.querySelector(".prose-menubar")
  // The toolbar is built when the editor says that it is there, which may be later than it is.
  if (toolbar()) equip(editor, toolbar())
  else editor.on("create", () => equip(editor, toolbar()))
}

/** What there is to say about the last thing done, for the eye and for a screen reader. */
export function say(editor, words) {
  editor.view.dom.parentElement.querySelector(".prose-status").textContent = words
}

// --- The toolbar: one stop for the Tab key, arrows within it (the toolbar pattern of ARIA)

function equip(editor, toolbar) {
  toolbar.setAttribute("role", "toolbar")
  toolbar.setAttribute("aria-label", label("toolbar"))
  const buttons = [...toolbar.querySelectorAll("button[data-name]")]
  for (const button of buttons) {
    const words = labels[button.dataset.name]
    if (words) {
      button.title = words
      button.setAttribute("aria-label", words)
    }
  }
  let current = buttons[0]
  const shown = () => buttons.filter((button) => !button.classList.contains("hidden"))
  const sync = () => {
    if (!shown().includes(current)) current = shown()[0]
    for (const button of buttons) {
      button.tabIndex = button === current ? 0 : -1
      button.setAttribute("aria-disabled", String(button.classList.contains("disabled")))
      if (TOGGLES.has(button.dataset.name)) button.setAttribute("aria-pressed", String(button.classList.contains("active")))
    }
  }
  const go = (button) => {
    current = button
    sync()
    button.focus()
  }
  toolbar.addEventListener("focusin", ({ target }) => {
    if (buttons.includes(target)) current = target
    sync()
  })
  toolbar.addEventListener("keydown", (event) => {
    const all = shown()
    const at = all.indexOf(current)
    const step = getComputedStyle(toolbar).direction === "rtl" ? -1 : 1
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === "Escape") editor.view.focus()
    else if (to !== undefined) go(all[(to + all.length) % all.length])
    else return
    event.preventDefault()
  })
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.altKey) return
    event.preventDefault()
    go(current)
  })
  editor.on("transaction", sync)
  sync()
}

// --- Leaving: in a table and in a list the Tab key has work to do; after Escape it leaves the text

function letLeave(editor, status) {
  let leaves = false
  // Before the editor sees the key, because there is no telling it afterwards to leave it to the browser.
  editor.view.dom.parentElement.addEventListener(
    "keydown",
    (event) => {
      if (!editor.view.dom.contains(event.target)) return
      if (event.key === "Tab" && leaves) event.stopPropagation()
      else if (event.key === "Escape") status.textContent = label("leave")
      if (!["Tab", "Shift"].includes(event.key)) leaves = event.key === "Escape"
    },
    true,
  )
  editor.on("blur", () => {
    leaves = false
    if (status.textContent === label("leave")) status.textContent = ""
  })
}

// --- The number of words: as on the page, those of the notes included

function countWords(editor, place) {
  let timer = null
  const count = () => {
    let words = 0
    editor.state.doc.descendants((node) => {
      if (!node.inlineContent) return
      let text = ""
      node.forEach((child) => (text += child.isText ? child.text : child.type.name === "hardBreak" ? " " : ""))
      words += text.split(/\s+/).filter(Boolean).length
    })
    place.textContent = label("words", words)
  }
  editor.on("update", () => {
    clearTimeout(timer)
    timer = setTimeout(count, 300)
  })
  count()
}

// --- The list of shortcuts

function openShortcuts() {
  const rows = SHORTCUTS.map(([keys, name]) => element("div", {}, element("dt", {}, label(name)), element("dd", { dir: "ltr" }, ...keysOf(keys))))
  const close = element("button", { type: "button", class: "default" }, label("close"))
  const dialog = openDialog(label("shortcuts"), element("dl", { class: "shortcuts" }, ...rows), element("div", { class: "newsroom-dialog-buttons" }, close))
  close.addEventListener("click", () => dialog.close())
  close.focus()
}

function keysOf(keys) {
  const names = isMac ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" }
  return keys.split(" ").flatMap((key, index) => [...(index ? [" "] : []), element("kbd", {}, names[key] ?? key)])
}
