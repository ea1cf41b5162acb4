// The text editor's own elements. What may be stored is thinktank/html.py's list; here is the same list for writing.
// Exports replace the editor's built-in elements of the same name.

import {
  Extension,
  Mark,
  Node,
  OrderedList as BaseOrderedList,
  Paragraph as BaseParagraph,
  pm,
  Superscript as BaseSuperscript,
  Table as BaseTable,
  TableCell as BaseTableCell,
  TableHeader as BaseTableHeader,
  TableRow as BaseTableRow,
} from "django-prose-editor/editor"
import { ask } from "newsroom/dialog"
import { cleanPaste, picturesIn } from "newsroom/paste"
import { furnish, say } from "newsroom/toolbar"
import { label } from "newsroom/words"

const SECTIONS = ["thead", "tbody", "tfoot"]

// --- What is stored

// The editor keeps a paragraph in every list item and cell, all rows in one body and a table's title in an attribute.
// This turns its HTML into the form that is stored and printed.
function storedForm(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body
  for (const cell of body.querySelectorAll("li, td, th")) {
    const only = [...cell.children].filter((child) => child.localName === "p")
    if (only.length === 1 && cell.firstElementChild === only[0] && only[0].hasAttribute("data-bare")) {
      only[0].replaceWith(...only[0].childNodes)
    }
  }
  for (const paragraph of body.querySelectorAll("[data-bare]")) paragraph.removeAttribute("data-bare")
  for (const table of body.querySelectorAll("table")) storeTable(table)
  for (const caption of body.querySelectorAll("figcaption:empty")) caption.remove()
  return [...body.children].map((block) => block.outerHTML).join("\n")
}

function storeTable(table) {
  const rows = [...table.rows].filter((row) => row.closest("table") === table)
  const isHead = (row) => row.cells.length && [...row.cells].every((cell) => cell.localName === "th")
  let inHead = true
  const sections = []
  for (const row of rows) {
    inHead = inHead && isHead(row)
    const name = row.dataset.section ?? (inHead ? "thead" : "tbody")
    row.removeAttribute("data-section")
    for (const cell of row.cells) {
      if (cell.getAttribute("scope") === "auto") cell.setAttribute("scope", name === "thead" ? "col" : "row")
    }
    if (sections.at(-1)?.localName !== name) sections.push(document.createElement(name))
    sections.at(-1).append(row)
  }
  const title = table.dataset.caption
  table.replaceChildren(...sections)
  if (title) {
    const caption = table.createCaption()
    caption.innerHTML = title // in a document without scripts; the server cleans what it stores
  }
  table.removeAttribute("data-caption")
  table.removeAttribute("data-caption-text")
}

function textOf(html) {
  return new DOMParser().parseFromString(html ?? "", "text/html").body.textContent
}

function escaped(text) {
  const holder = document.createElement("span")
  holder.textContent = text
  return holder.innerHTML
}

export const StoredForm = Extension.create({
  name: "storedForm",
  onBeforeCreate() {
    this.editor.options.injectCSS = false // an inline style, which the page's policy refuses: form.css has it
    const original = this.editor.getHTML.bind(this.editor)
    this.editor.getHTML = () => storedForm(original())
  },
})

// --- Words

// A paragraph remembers whether it was written as one: "<li>text</li>" and "<li><p>text</p></li>" both stay as they are.
export const Paragraph = BaseParagraph.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      written: {
        default: false,
        parseHTML: (element) => element.localName === "p" && !element.hasAttribute("data-bare"),
        renderHTML: ({ written }) => (written ? {} : { "data-bare": "" }),
      },
    }
  },
})

export const Superscript = BaseSuperscript.extend({
  parseHTML() {
    return [{ tag: "sup:not(.footnote)" }]
  },
})

function inlineMark(name, tag, sign) {
  return Mark.create({
    name,
    priority: 110, // outside bold and italic: a cited work with a title in it stays one citation
    parseHTML: () => [{ tag }],
    renderHTML: () => [tag, 0],
    addMenuItems({ buttons, menu }) {
      menu.defineItem({
        name,
        groups: "marks",
        priority: 10,
        command: (editor) => editor.chain().focus().toggleMark(name).run(),
        button: buttons.text(sign, label(name)),
        active: (editor) => editor.isActive(name),
        enabled: (editor) => editor.can().toggleMark(name),
      })
    },
  })
}

export const Cite = inlineMark("cite", "cite", "©")
export const Isolated = inlineMark("bdi", "bdi", "ض‎A")

export const OrderedList = BaseOrderedList.extend({
  addAttributes() {
    const { start } = this.parent?.() ?? {}
    return { start }
  },
})

// --- Quotations and notes

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "block+",
  defining: true,
  parseHTML: () => [{ tag: "blockquote.pullquote", priority: 100 }],
  renderHTML: () => ["blockquote", { class: "pullquote" }, 0],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "pullQuote",
      groups: "nodes",
      priority: 90,
      command: (editor) => editor.chain().focus().toggleWrap("pullQuote").run(),
      button: buttons.text("❝", label("pullQuote")),
      active: (editor) => editor.isActive("pullQuote"),
    })
  },
})

/** The place behind the element called `name` that the caret is in, or null. */
export function endOf(editor, name) {
  const { $from } = editor.state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === name) return $from.after(depth)
  }
  return null
}

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  content: "(text | hardBreak)*",
  marks: "_",
  parseHTML: () => [{ tag: "sup.footnote", priority: 100 }],
  renderHTML: () => ["sup", { class: "footnote" }, 0],
  addKeyboardShortcuts() {
    return {
      // Enter leaves the note: a note is one paragraph.
      Enter: ({ editor }) => {
        const end = endOf(editor, this.name)
        return end !== null && editor.commands.setTextSelection(end)
      },
      "Mod-Alt-f": ({ editor }) => editor.commands.addFootnote(),
    }
  },
  addCommands() {
    return {
      addFootnote:
        () =>
        ({ editor, chain, state, dispatch }) => {
          const { $to, to: at } = state.selection
          if (editor.isActive("footnote") || !$to.parent.inlineContent) return false
          const text = label("footnoteText")
          if (!dispatch) return true
          return chain()
            .focus()
            .insertContentAt(at, { type: "footnote", content: [{ type: "text", text }] })
            .setTextSelection({ from: at + 1, to: at + 1 + text.length })
            .run()
        },
    }
  },
  // A browser writes what is typed behind a note into the note. A gap behind each gives the caret a place of its own,
  // and what is typed there goes where the editor knows the caret to be.
  addProseMirrorPlugins() {
    const { name } = this
    const behindNotes = (doc) => {
      const gaps = []
      doc.descendants((node, at) => {
        if (node.type.name === name) gaps.push(pm.view.Decoration.widget(at + node.nodeSize, gap, { side: -1 }))
      })
      return pm.view.DecorationSet.create(doc, gaps)
    }
    const gap = () => {
      const made = document.createElement("span")
      made.className = "behind-note"
      made.contentEditable = "false"
      return made
    }
    return [
      new pm.state.Plugin({
        state: {
          init: (_config, { doc }) => behindNotes(doc),
          apply: (transaction, before) => (transaction.docChanged ? behindNotes(transaction.doc) : before),
        },
        props: {
          decorations(state) {
            return this.getState(state)
          },
          handleTextInput(view, from, _to, text) {
            const { empty, $from } = view.state.selection
            const strays = view.state.doc.resolve(from).parent.type.name === name && $from.parent.type.name !== name
            if (!empty || !strays) return false
            view.dispatch(view.state.tr.insertText(text, $from.pos))
            return true
          },
        },
      }),
    ]
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "footnote",
      groups: "nodes",
      priority: 80,
      command: (editor) => editor.commands.addFootnote(),
      button: buttons.text("[1]", label("footnote")),
      active: (editor) => editor.isActive("footnote"),
      enabled: (editor) => !editor.isActive("footnote") && editor.state.selection.$to.parent.inlineContent,
    })
  },
})

// --- Tables

const span = (name) => ({
  default: 1,
  parseHTML: (element) => Number.parseInt(element.getAttribute(name), 10) || 1,
  renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
})

export const TableCell = BaseTableCell.extend({
  addAttributes: () => ({ colspan: span("colspan"), rowspan: span("rowspan"), colwidth: { default: null, rendered: false } }),
})

export const TableHeader = BaseTableHeader.extend({
  addAttributes: () => ({
    scope: {
      default: "auto", // of a cell made here: by its place. A stored cell keeps what it has, or has not.
      parseHTML: (element) => element.getAttribute("scope") ?? "", // null would mean the default
      renderHTML: ({ scope }) => (scope ? { scope } : {}),
    },
    colspan: span("colspan"),
    rowspan: span("rowspan"),
    colwidth: { default: null, rendered: false },
  }),
})

export const TableRow = BaseTableRow.extend({
  addAttributes: () => ({
    section: {
      default: null,
      parseHTML: (element) => element.dataset.section ?? SECTIONS.find((name) => name === element.parentElement?.localName) ?? null,
      renderHTML: ({ section }) => (section ? { "data-section": section } : {}),
    },
  }),
})

export const Table = BaseTable.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      caption: {
        default: null,
        parseHTML: (element) => element.dataset.caption ?? element.querySelector(":scope > caption")?.innerHTML ?? null,
        renderHTML: ({ caption }) => (caption ? { "data-caption": caption, "data-caption-text": textOf(caption) } : {}),
      },
    }
  },
  parseHTML() {
    return [{ tag: "table" }]
  },
  addCommands() {
    return {
      ...this.parent?.(),
      insertTableWithOptions:
        () =>
        ({ commands }) =>
          commands.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    }
  },
})

// The title of a table: not part of the rows, so it is written in a dialog and shown by the style sheet.
export const TableTitle = Node.create({
  name: "tableTitle",
  group: "tableTitle",
  parseHTML: () => [{ tag: "caption", ignore: true }],
  renderHTML: () => ["caption"],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "table:caption",
      groups: "table",
      button: buttons.text("T¹", label("table:caption")),
      hidden: (editor) => !editor.isActive("table"),
      command(editor) {
        const before = textOf(editor.getAttributes("table").caption)
        const fields = { caption: { label: label("caption"), value: before } }
        ask(editor, { title: label("table:caption"), fields }).then((given) => {
          if (!given || given.caption === before) return
          editor.chain().focus().updateAttributes("table", { caption: escaped(given.caption) || null }).run()
        })
      },
    })
  },
})

// --- Pictures

let waiting = null // who asked the library for a picture

window.addEventListener("message", (event) => {
  if (event.origin !== window.location.origin || event.data?.type !== "newsroom:picture") return
  waiting?.(event.data)
  waiting = null
})

function openLibrary(then) {
  waiting = then
  const address = document.getElementById("language-tabs")?.dataset.pictures
  if (address) window.open(`${address}?_popup=1`, "newsroom-pictures", "width=960,height=700,resizable=yes,scrollbars=yes")
}

const BLOCKS = "table, ul, ol, blockquote, h2, h3, figure"

function flatCaption(figure) {
  const caption = figure.querySelector("figcaption")?.cloneNode(true) ?? document.createElement("figcaption")
  for (const paragraph of caption.querySelectorAll("p")) paragraph.replaceWith(...paragraph.childNodes, " ")
  return caption
}

const fromPicture = (name) => (element) => (element.localName === "img" ? element : element.querySelector("img"))?.getAttribute(name) ?? null
const own = (name) => ({ default: null, parseHTML: fromPicture(name), rendered: false })

export const LibraryFigure = Node.create({
  name: "figure",
  group: "block",
  content: "inline*",
  marks: "_",
  draggable: true,
  isolating: true,
  defining: true,
  addAttributes: () => ({ src: own("src"), alt: own("alt"), image: own("data-image") }),
  parseHTML: () => [
    {
      tag: "figure",
      getAttrs: (element) => (element.querySelectorAll("img").length === 1 && !element.querySelector(BLOCKS) ? null : false),
      contentElement: flatCaption,
    },
    { tag: "img", getAttrs: (element) => (element.hasAttribute("src") ? null : false), contentElement: () => document.createElement("figcaption") },
  ],
  renderHTML({ node }) {
    const { src, alt, image } = node.attrs
    return ["figure", ["img", { src, alt: alt ?? "", ...(image ? { "data-image": image } : {}) }], ["figcaption", 0]]
  },
  addCommands() {
    return {
      // The name that the editor's own button calls.
      insertFigure:
        () =>
        ({ editor, dispatch }) => {
          if (!dispatch) return true
          const replaces = editor.isActive("figure")
          openLibrary(({ image, src, alts, captions, credit }) => {
            const attrs = { image, src, alt: alts[editor.view.dom.lang] ?? "" }
            const caption = captions?.[editor.view.dom.lang]
            const content = caption ? [{ type: "text", text: caption }] : []
            if (credit) content.push(...(caption ? [{ type: "text", text: " " }] : []), { type: "text", text: credit, marks: [{ type: "cite" }] })
            const chain = editor.chain().focus()
            if (replaces) chain.updateAttributes("figure", attrs).run()
            else chain.insertContent({ type: "figure", attrs, content }).run()
          })
          return true
        },
    }
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        const end = endOf(editor, this.name)
        return end !== null && editor.chain().insertContentAt(end, { type: "paragraph" }).setTextSelection(end + 1).run()
      },
    }
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "figureAlt",
      groups: "nodes",
      priority: 70,
      button: buttons.text("alt", label("figureAlt")),
      hidden: (editor) => !editor.isActive("figure"),
      command(editor) {
        const fields = { alt: { label: label("alternativeText"), value: editor.getAttributes("figure").alt, lines: 3, help: label("alternativeHelp") } }
        ask(editor, { title: label("figureAlt"), fields }).then((given) => {
          if (given) editor.chain().focus().updateAttributes("figure", { alt: given.alt }).run()
        })
      },
    })
  },
})

// --- What comes from the clipboard

export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addProseMirrorPlugins() {
    const transformPastedHTML = (html) => {
      if (picturesIn(html)) say(this.editor, label("picturesLeftOut"))
      return cleanPaste(html)
    }
    return [new pm.state.Plugin({ props: { transformPastedHTML } })]
  },
})

// --- The editor in its form

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const field = document.querySelector(`label[for="${textarea.id}"]`)
  const name = field?.textContent.trim().replace(/:$/, "") ?? ""
  editor.setOptions({
    editorProps: {
      attributes: {
        lang: textarea.lang,
        dir: textarea.dir,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": name,
      },
    },
  })
  field?.addEventListener("click", () => editor.commands.focus())
  furnish(editor)
  textarea.proseEditor = editor // for the browser's console and the tests
})
