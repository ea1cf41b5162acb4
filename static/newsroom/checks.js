// What is checked before publishing, as the text stands in the form: asked for at the start and after each change.

const PAUSE = 1500 // milliseconds without a change
const panel = document.getElementById("checks")
const form = panel?.closest("form") ?? document.getElementById("analysis_form")
let timer
let asked
let last

function written() {
  const data = new FormData(form)
  for (const name of [...data.keys()]) if (data.get(name) instanceof File) data.delete(name)
  return data
}

async function check() {
  const data = written()
  const now = JSON.stringify([...data])
  if (now === last) return
  asked?.abort()
  asked = new AbortController()
  try {
    const answer = await fetch(panel.dataset.url, { method: "POST", body: data, signal: asked.signal, headers: { Accept: "text/html" } })
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    summarise(page.querySelector(".findings-summary"))
    panel.querySelector(".checks-found").replaceChildren(...page.body.childNodes)
    last = now
  } catch (error) {
    if (error.name !== "AbortError") panel.querySelector(".checks-found").textContent = panel.dataset.failed
  }
}

// Beside the buttons, so that nobody has to look for the panel.
function summarise(said) {
  const summary = document.querySelector(".checks-summary")
  if (!summary) return
  summary.hidden = !said
  if (said) summary.replaceChildren(...[...said.childNodes].map((node) => node.cloneNode(true)))
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(check, PAUSE)
}

// A field may stand behind another language's tab, and a text in an editor of its own.
function show(hash) {
  const field = document.getElementById(decodeURIComponent(hash.slice(1)))
  if (!field) return
  const hidden = field.closest("[role=tabpanel][hidden]")
  if (hidden) document.getElementById(hidden.id.replace("panel", "tab"))?.click()
  const editor = field.proseEditor
  const place = editor ? field.closest(".form-row") ?? field : field
  place.scrollIntoView({ block: "center" })
  if (editor) editor.commands.focus()
  else (field.matches("input, textarea, select") ? field : field.querySelector("input, textarea, select, a"))?.focus()
}

if (panel && form) {
  form.addEventListener("input", soon)
  form.addEventListener("change", soon)
  form.addEventListener("click", soon)
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-language]")
    if (!link) return
    event.preventDefault()
    show(link.hash)
  })
  soon()
  if (location.hash.length > 1) {
    if (document.readyState === "complete") show(location.hash)
    else addEventListener("load", () => show(location.hash)) // the text editors are there then
  }
}
