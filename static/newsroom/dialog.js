// The text editor's questions: a titled dialog, which gives the focus back to whom it came from.

import { label } from "newsroom/words"

let count = 0

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value)
  }
  made.append(...children)
  return made
}

/** A dialog with `title` and `content`, open; taken away when it is closed. */
export function openDialog(title, ...content) {
  const id = `newsroom-dialog-${++count}`
  const dialog = element("dialog", { class: "newsroom-dialog", "aria-labelledby": id }, element("h2", { id }, title), ...content)
  // At the end of the page: within the form, what is typed here would count as typed there.
  document.body.append(dialog)
  dialog.addEventListener("close", () => dialog.remove())
  dialog.showModal()
  return dialog
}

/**
 * Ask for some lines of text. `fields` is `{name: {label, value, help, lines, required, wrong(value)}}`.
 *
 * Resolves to `{name: value}`, trimmed, or to null if it was closed without an answer. `extend(form)` may add to the form.
 */
export function ask(editor, { title, fields, submit = label("apply"), extend }) {
  const inputs = Object.entries(fields).map(([name, field]) => fieldOf(name, field))
  const cancel = element("button", { type: "button" }, label("cancel"))
  const buttons = element("div", { class: "newsroom-dialog-buttons" }, element("button", { type: "submit", class: "default" }, submit), cancel)
  const form = element("form", { novalidate: "" }, ...inputs, buttons)
  extend?.(form)
  const dialog = openDialog(title, form)
  form.querySelector("input, textarea")?.select()
  return new Promise((resolve) => {
    let answer = null
    cancel.addEventListener("click", () => dialog.close())
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      const given = Object.fromEntries(Object.keys(fields).map((name) => [name, form.elements[name].value.trim()]))
      const wrong = Object.entries(fields).find(([name, field]) => refuse(form.elements[name], problemOf(field, given[name])))
      if (wrong) return form.elements[wrong[0]].focus()
      answer = given
      dialog.close()
    })
    dialog.addEventListener("close", () => {
      editor.view.focus()
      resolve(answer)
    })
  })
}

function fieldOf(name, { label: words, value = "", help, lines = 1, required, type = "text", dir }) {
  const id = `newsroom-field-${++count}`
  const shared = { id, name, dir, "aria-describedby": help ? `${id}-help ${id}-error` : `${id}-error`, "aria-required": required ? "true" : null }
  const input = lines > 1 ? element("textarea", { ...shared, rows: lines }) : element("input", { ...shared, type, autocomplete: "off" })
  input.value = value ?? ""
  const parts = [element("label", { for: id }, words), input]
  if (help) parts.push(element("p", { id: `${id}-help`, class: "help" }, help))
  return element("div", { class: "newsroom-dialog-field" }, ...parts, element("p", { id: `${id}-error`, class: "error", role: "alert" }))
}

function problemOf(field, value) {
  if (field.required && !value) return label("required")
  return value ? field.wrong?.(value) : null
}

function refuse(input, problem) {
  document.getElementById(`${input.id}-error`).textContent = problem ?? ""
  if (problem) input.setAttribute("aria-invalid", "true")
  else input.removeAttribute("aria-invalid")
  return Boolean(problem)
}
