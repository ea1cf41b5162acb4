// Whole-language tabs: "English | العربية | side by side". Without this script every language is shown.

import { remember } from "./preferences.js"

const words = document.getElementById("language-tabs")?.dataset
const fieldsets = [...document.querySelectorAll("fieldset.language")]
const codeOf = (fieldset) => [...fieldset.classList].find((name) => name.startsWith("language-")).slice("language-".length)

function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

if (words && fieldsets.length > 1) {
  const box = element("div", { class: "languages" })
  fieldsets[0].before(box)
  const panels = fieldsets.map((fieldset) => {
    const code = codeOf(fieldset)
    const panel = element("div", { class: "language-panel", id: `panel-${code}`, role: "tabpanel", "aria-labelledby": `tab-${code}` }, fieldset)
    box.append(panel)
    return panel
  })

  const tabs = fieldsets.map((fieldset, index) => {
    const code = codeOf(fieldset)
    const name = element("span", { lang: code }, fieldset.querySelector(".fieldset-heading").textContent)
    const tab = element("button", { type: "button", role: "tab", id: `tab-${code}`, "aria-controls": panels[index].id, "data-shows": code }, name)
    if (fieldset.querySelector(".errorlist")) {
      tab.classList.add("has-errors")
      tab.append(element("span", { class: "error-mark" }, ` (${words.hasErrors})`))
    }
    return tab
  })
  tabs.push(
    element(
      "button",
      { type: "button", role: "tab", id: "tab-all", "aria-controls": panels.map((panel) => panel.id).join(" "), "data-shows": "all" },
      words.sideBySide,
    ),
  )
  box.before(element("div", { class: "language-tabs", role: "tablist", "aria-label": words.name }, ...tabs))

  const choose = (tab) => {
    const shows = tab.dataset.shows
    for (const other of tabs) {
      other.setAttribute("aria-selected", String(other === tab))
      other.tabIndex = other === tab ? 0 : -1
    }
    panels.forEach((panel, index) => {
      panel.hidden = shows !== "all" && tabs[index].dataset.shows !== shows
      panel.setAttribute("aria-labelledby", shows === "all" ? "tab-all" : tabs[index].id)
    })
    box.classList.toggle("side-by-side", shows === "all")
    document.dispatchEvent(new CustomEvent("newsroom:language", { detail: shows }))
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => {
      choose(tab)
      remember("languages", tab.dataset.shows)
    })
    tab.addEventListener("keydown", (event) => {
      const step = getComputedStyle(tab).direction === "rtl" ? -1 : 1
      const to = { ArrowRight: index + step, ArrowLeft: index - step, Home: 0, End: tabs.length - 1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      const next = tabs[(to + tabs.length) % tabs.length]
      next.focus()
      next.click()
    })
  })

  const wrong = tabs.find((tab) => tab.classList.contains("has-errors"))
  choose(wrong ?? tabs.find((tab) => tab.dataset.shows === words.chosen) ?? tabs[0])
}
