// Keeps the form as this person's draft a moment after each change, and shows who else has the text open.

const bar = document.getElementById("editing")
const form = bar?.closest("form")
const question = document.getElementById("draft-question")

const SOON = 2000 // milliseconds from a change to its draft
const SIGN_OF_LIFE = 10000
const RETRY = 5000
const KEEPALIVE = 60000 // bytes; browsers refuse to send more while a page closes

let kept = "" // the form as the server has it
let changed = false
let failed = false
let ended = false // the session, when last asked
let leaving = false
let timer = 0
let running = null

function fields() {
  const pairs = []
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") pairs.push([name, value])
  }
  return pairs
}

const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value
const state = bar?.querySelector(".draft-state")
const others = bar?.querySelector(".others")
const logIn = bar?.querySelector(".log-in")

function say(words, isError = false) {
  if (state.textContent !== words) state.textContent = words
  state.classList.toggle("failed", isError)
}

function sessionIs(over) {
  ended = over
  logIn.hidden = !over
}

function showOthers(sentences) {
  const shown = [...others.children].map((item) => item.textContent)
  others.hidden = sentences.length === 0
  if (shown.join("\n") === sentences.join("\n")) return
  others.replaceChildren(
    ...sentences.map((words) => {
      const item = document.createElement("li")
      item.dir = "auto"
      item.textContent = words
      return item
    }),
  )
}

async function send(data, options = {}) {
  const response = await fetch(bar.dataset.draft, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ opened_at: bar.dataset.openedAt, ...data }),
    redirect: "manual",
    ...options,
  })
  if (response.type === "opaqueredirect" || response.status === 401) throw new Error("sessionEnded")
  if (response.status === 413 || response.status === 400) throw new Error("tooLarge")
  if (response.status === 403) throw new Error((await renewToken()) ? "failed" : "refused")
  if (!response.ok) throw new Error("failed")
  return response.json()
}

// After a new log-in, in another tab, the forms of this page need its new token; with it the next try succeeds.
async function renewToken() {
  const response = await fetch(bar.dataset.draft, { redirect: "manual" })
  if (response.type === "opaqueredirect") throw new Error("sessionEnded")
  if (!response.ok) return false
  const fresh = (await response.json()).token
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = fresh
  return true
}

async function keep() {
  if (running || leaving) return
  clearTimeout(timer)
  timer = 0
  const pairs = fields()
  const now = JSON.stringify(pairs)
  const isNew = now !== kept
  running = new AbortController()
  changed = false
  let next = SIGN_OF_LIFE
  try {
    const answer = await send(isNew ? { fields: pairs } : {}, { signal: running.signal })
    if (isNew) {
      kept = now
      say(answer.said)
    }
    if (failed) say(answer.said)
    failed = false
    sessionIs(false)
    showOthers(answer.others)
  } catch (error) {
    if (leaving) return
    const reason = ["sessionEnded", "tooLarge", "refused", "failed"].includes(error.message) ? error.message : "offline"
    if (reason !== "offline") sessionIs(reason === "sessionEnded")
    if (isNew || reason !== "offline") {
      failed = isNew || failed
      say(bar.dataset[reason], true)
    }
    next = RETRY
  } finally {
    running = null
    if (!leaving) timer = setTimeout(keep, changed ? SOON : next)
  }
}

function noteChange() {
  if (leaving) return
  if (!changed && !running) {
    clearTimeout(timer)
    timer = setTimeout(keep, failed ? RETRY : SOON)
  }
  changed = true
}

const isDirty = () => changed || failed || JSON.stringify(fields()) !== kept

function keepNow() {
  if (leaving || !isDirty()) return
  const pairs = fields()
  const body = JSON.stringify({ fields: pairs })
  send({ fields: pairs }, body.length < KEEPALIVE ? { keepalive: true } : {}).then(
    (answer) => {
      kept = JSON.stringify(pairs)
      say(answer.said)
    },
    () => {},
  )
}

function start() {
  kept = "dirty" in bar.dataset ? "" : JSON.stringify(fields()) // a form that came back unsaved is a change already
  form.addEventListener("input", noteChange)
  form.addEventListener("change", noteChange)
  document.addEventListener("formset:added", noteChange)
  document.addEventListener("formset:removed", noteChange)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepNow()
    else if (!running) keep()
  })
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return // the preview, which saves nothing
    if (ended || navigator.onLine === false) {
      // What is sent now would be lost: it would meet the page that asks for the password, or none.
      event.preventDefault()
      say(bar.dataset[ended ? "sessionEnded" : "offline"], true)
      if (ended) logIn.focus()
      return
    }
    leaving = true
    clearTimeout(timer)
    running?.abort()
  })
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !isDirty()) return
    keepNow()
    event.preventDefault()
  })
  window.addEventListener("pagehide", () => {
    if (!leaving) send({ leaving: true }, { keepalive: true }).catch(() => {})
  })
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false
  })
  timer = setTimeout(keep, 0)
}

if (form && bar) {
  if (question) {
    // Until the question is answered nothing is typed, so that no newer draft takes the place of the one asked about.
    form.inert = true
    question.focus()
  } else if (document.readyState === "complete") {
    start()
  } else {
    window.addEventListener("load", start)
  }
}
