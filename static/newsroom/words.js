// What the page tells the text editor: its words in the language of the interface, and what it may embed.

function read(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}")
}

export const labels = read("editor-labels")
export const settings = read("editor-settings")

/** The word called `name`, with `%s` in it replaced. */
export function label(name, value = "") {
  return (labels[name] ?? name).replace("%s", value)
}
