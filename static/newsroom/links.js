// Links: an address, typed or found by the title of one of the institute's own texts, people, terms and pages.

import { Link as BaseLink } from "django-prose-editor/editor"
import { ask, element } from "newsroom/dialog"
import { label, settings } from "newsroom/words"

const PAUSE = 200 // milliseconds without a key before the search

/** `typed` as it is stored, or null if nothing could follow it. */
function addressOf(typed) {
  const address = typed.trim()
  if (/^(?:https?:\/\/[^\s/]|mailto:|tel:|\/(?![/\\])|#|\?)/i.test(address)) return address
  if (/^[\w-]+(?:\.[\w-]+)+(?:[/?#]|$)/.test(address)) return `https://${address}`
  return /^[\w\u0600-\u06ff-]+$/.test(address) ? address : null // a slug beside this text's own
}

export const Link = BaseLink.extend({
  addAttributes() {
    return { href: { default: null, parseHTML: (element) => element.getAttribute("href") } }
  },
  addMenuItems({ buttons, menu }) {
    this.parent?.({ buttons, menu })
    menu.defineItem({
      name: "link",
      groups: "link",
      button: buttons.material("insert_link", label("link")),
      active: (editor) => editor.isActive("link"),
      command: (editor) => editor.commands.addLink(), // with nothing selected, it is inserted under its title
    })
  },
  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) askForLink(editor)
          return true
        },
    }
  },
})

async function askForLink(editor) {
  const isLink = editor.isActive("link")
  const isEmpty = editor.state.selection.empty && !isLink
  let chosen = null
  const given = await ask(editor, {
    title: label("link"),
    fields: {
      href: {
        label: label("address"),
        value: editor.getAttributes("link").href,
        dir: "ltr",
        required: isEmpty,
        help: isLink ? label("addressHelp") : null,
        wrong: (value) => (addressOf(value) === null ? label("addressRefused") : null),
      },
    },
    extend: (form) =>
      form.prepend(
        chooser(editor.view.dom.lang, (target) => {
          chosen = target
          form.elements.href.value = target.path
          form.querySelector("[type=submit]").focus()
        }),
      ),
  })
  if (!given) return
  const href = given.href && addressOf(given.href)
  const chain = editor.chain().focus()
  if (isLink) chain.extendMarkRange("link")
  if (!href) chain.unsetMark("link")
  else if (isEmpty) chain.insertContent({ type: "text", text: chosen?.path === href ? chosen.title : given.href, marks: [{ type: "link", attrs: { href } }] })
  else chain.setMark("link", { href })
  chain.run()
}

// A field with a list of what was found, worked with the arrow keys (the combobox pattern of ARIA).
function chooser(language, choose) {
  const list = element("ul", { id: "link-targets", role: "listbox", "aria-label": label("linkFound"), hidden: "" })
  const status = element("p", { class: "help", role: "status" })
  const input = element("input", {
    id: "link-search", type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, dir: "auto",
  })
  let found = []
  let at = -1
  let timer = null
  let asked = null

  const show = (targets) => {
    found = targets
    list.replaceChildren(...targets.map(optionOf))
    list.hidden = !targets.length
    input.setAttribute("aria-expanded", String(Boolean(targets.length)))
    point(-1)
  }
  const point = (to) => {
    at = to
    ;[...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)))
    if (at < 0) return input.removeAttribute("aria-activedescendant")
    input.setAttribute("aria-activedescendant", list.children[at].id)
    list.children[at].scrollIntoView({ block: "nearest" })
  }
  const pick = (index) => {
    const target = found[index]
    input.value = target.title
    show([])
    choose(target)
  }
  const search = async () => {
    asked?.abort()
    asked = new AbortController()
    const words = input.value.trim()
    if (!words) {
      status.textContent = ""
      return show([])
    }
    try {
      const answer = await fetch(`${settings.links}?${new URLSearchParams({ q: words, language })}`, { signal: asked.signal })
      if (!answer.ok) throw new Error(answer.statusText)
      const { targets } = await answer.json()
      show(targets)
      status.textContent = targets.length ? label("linkCount", targets.length) : label("linkNothing")
    } catch (error) {
      if (error.name === "AbortError") return // another search has begun
      show([])
      status.textContent = label("linkFailed")
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(search, PAUSE)
  })
  input.addEventListener("keydown", (event) => {
    const { key } = event
    if (key === "Escape" && found.length) show([])
    else if (key === "Enter" && found.length) pick(Math.max(at, 0))
    else if ((key === "ArrowDown" || key === "ArrowUp") && found.length) point((at + (key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + found.length) % found.length)
    else if (key !== "Enter") return
    event.preventDefault() // Enter here never applies, Escape with a list open never closes the dialog
  })
  list.addEventListener("mousedown", (event) => event.preventDefault()) // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]")
    if (option) pick([...list.children].indexOf(option))
  })
  return element("div", { class: "newsroom-dialog-field link-chooser" }, element("label", { for: input.id }, label("linkSearch")), input, list, status)
}

function optionOf({ kind, title, language, is_live: isLive, state }, index) {
  return element(
    "li",
    { role: "option", id: `link-target-${index}`, "aria-selected": "false" },
    element("span", { class: "link-title", lang: language, dir: "auto" }, title),
    " ",
    element("span", { class: "link-kind" }, kind),
    " ",
    element("span", { class: isLive ? "link-state" : "link-state draft" }, state),
  )
}
