// Films, recordings and charts of other sites: an address and a title. Nothing of them is loaded, here as on the page.

import { Node, pm } from "django-prose-editor/editor"
import { ask } from "newsroom/dialog"
import { endOf } from "newsroom/editor"
import { label, settings } from "newsroom/words"

const sources = settings.embeds ?? []

/** The address that is stored for `address`, or null if it is none of a site on the list. */
function embeddable(address) {
  for (const { forms } of sources) {
    for (const [form, stored] of forms) {
      const [whole, ...groups] = new RegExp(`^(?:${form})$`).exec(address.trim()) ?? []
      if (whole) return stored.replaceAll("{}", () => groups.shift())
    }
  }
  return null
}

const sourceNames = () => sources.map(({ name }) => name).join(", ")

function askForEmbed(editor, { address = "", title = "" }) {
  const fields = {
    address: {
      label: label("address"),
      value: address,
      dir: "ltr",
      required: true,
      help: label("embedHelp", sourceNames()),
      wrong: (value) => (embeddable(value) ? null : label("embedRefused", sourceNames())),
    },
    title: { label: label("embedTitle"), value: title, required: true },
  }
  return ask(editor, { title: label("embed"), fields })
}

function insert(editor, { address, title }) {
  const content = { type: "embed", attrs: { address: embeddable(address) }, content: [{ type: "text", text: title }] }
  editor.chain().focus().insertContent(content).run()
}

export const Embed = Node.create({
  name: "embed",
  group: "block",
  content: "inline*",
  marks: "_",
  draggable: true,
  isolating: true,
  defining: true,
  addAttributes: () => ({ address: { default: "", parseHTML: (element) => element.dataset.embed, rendered: false } }),
  parseHTML: () => [
    {
      tag: "figure[data-embed]",
      priority: 100,
      contentElement: (element) => element.querySelector("figcaption") ?? document.createElement("figcaption"),
    },
  ],
  renderHTML: ({ node }) => ["figure", { "data-embed": node.attrs.address }, ["figcaption", 0]],
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
      name: "embed",
      groups: "nodes",
      priority: 60,
      button: buttons.text("▶", label("embed")),
      active: (editor) => editor.isActive("embed"),
      command(editor) {
        const { address } = editor.getAttributes("embed")
        const { $from } = editor.state.selection
        askForEmbed(editor, { address, title: address ? $from.parent.textContent : "" }).then((given) => {
          if (!given) return
          if (!address) return insert(editor, given)
          const chain = editor.chain().focus().updateAttributes("embed", { address: embeddable(given.address) })
          if (given.title !== $from.parent.textContent) chain.insertContentAt({ from: $from.start(), to: $from.end() }, given.title)
          chain.run()
        })
      },
    })
  },
  addProseMirrorPlugins() {
    // An address on a line of its own is offered; who declines gets it as a link.
    const handlePaste = (view, event) => {
      const text = event.clipboardData?.getData("text/plain").trim() ?? ""
      const { empty, $from } = view.state.selection
      const isOwnLine = empty && $from.parent.type.name === "paragraph" && !$from.parent.content.size
      if (!isOwnLine || !embeddable(text)) return false
      askForEmbed(this.editor, { address: text }).then((given) => {
        if (given) insert(this.editor, given)
        else this.editor.chain().focus().insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href: text } }] }).run()
      })
      return true
    }
    return [new pm.state.Plugin({ props: { handlePaste } })]
  },
})
