// The public page of what is being typed, beside the form. The server makes it from the form and keeps nothing of it.

import { remember } from "./preferences.js"

const pane = document.getElementById("preview-pane")
const bar = document.getElementById("editing")
const form = bar?.closest("form")

const PAUSE = 600 // milliseconds after the last key
const DESKTOP = 1280 // pixels that the page is given, whatever the pane has
const PHONE = 390
const BESIDE = matchMedia("(min-width: 75em)") // as in form.css; elsewhere the pane covers the form

function setUp() {
  const buttons = [...form.querySelectorAll("[data-preview]")]
  const widths = [...pane.querySelectorAll("[data-width]")]
  const message = pane.querySelector(".preview-message")
  const box = pane.querySelector(".preview-frames")
  let frames = [...pane.querySelectorAll("iframe")] // the shown one first
  let code = buttons[0].dataset.preview
  let width = pane.dataset.chosen
  let timer = 0
  let running = null
  let opener = null

  bar.querySelector(".preview-buttons").hidden = false
  document.querySelector(".preview-row").hidden = true // the same without a script

  const isOpen = () => !pane.hidden

  function fit() {
    const full = width === "phone" ? PHONE : DESKTOP
    const scale = Math.min(1, box.clientWidth / full)
    for (const frame of frames) {
      frame.style.setProperty("inline-size", `${full}px`)
      frame.style.setProperty("block-size", `${box.clientHeight / scale}px`)
      frame.style.setProperty("transform", `scale(${scale})`)
    }
    for (const button of widths) button.setAttribute("aria-pressed", String(button.dataset.width === width))
    pane.classList.toggle("phone", width === "phone")
  }

  function body() {
    const sent = new URLSearchParams()
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "opened") sent.append(name, value)
    }
    return sent
  }

  async function refresh() {
    clearTimeout(timer)
    timer = 0
    if (!isOpen()) return
    running?.abort()
    const mine = (running = new AbortController())
    pane.setAttribute("aria-busy", "true")
    try {
      const address = buttons.find((button) => button.dataset.preview === code).dataset.address
      const response = await fetch(address, { method: "POST", body: body(), signal: mine.signal, redirect: "manual" })
      if (response.type === "opaqueredirect") throw new Error("sessionEnded")
      if (!response.ok) throw new Error("failed")
      await show(await response.text(), mine)
      message.textContent = ""
    } catch (error) {
      if (mine.signal.aborted) return
      message.textContent = pane.dataset[error.message] ?? pane.dataset.offline
    } finally {
      if (running === mine) {
        running = null
        pane.removeAttribute("aria-busy")
      }
    }
  }

  // The new page loads behind the old one and takes its place at the same height, so that nothing flickers or jumps.
  function show(html, mine) {
    const [shown, next] = frames
    const page = new DOMParser().parseFromString(html, "text/html")
    for (const script of page.querySelectorAll("script")) script.remove()
    return new Promise((done) => {
      next.onload = () => {
        next.onload = null
        if (mine.signal.aborted) return done()
        const inside = next.contentDocument
        inside.addEventListener("click", (event) => {
          const link = event.target.closest?.("a")
          if (!link) return
          event.preventDefault()
          const [, id] = (link.getAttribute("href") ?? "").split("#")
          if (link.getAttribute("href").startsWith("#")) inside.getElementById(decodeURIComponent(id))?.scrollIntoView()
        })
        inside.addEventListener("submit", (event) => event.preventDefault())
        fit()
        const same = shown.dataset.code === code
        next.contentWindow.scrollTo(0, same ? (shown.contentWindow?.scrollY ?? 0) : 0)
        next.dataset.code = code
        next.classList.remove("loading")
        shown.hidden = true
        frames = [next, shown]
        done()
      }
      next.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`
      next.classList.add("loading") // it has its size, but is not seen
      next.hidden = false
    })
  }

  function later() {
    if (!isOpen()) return
    clearTimeout(timer)
    timer = setTimeout(refresh, PAUSE)
  }

  function turnTo(language) {
    if (language === code || !buttons.some((button) => button.dataset.preview === language)) return
    code = language
    if (isOpen()) refresh()
  }

  function open(chosen, keep = true) {
    width = chosen === "closed" ? "desktop" : chosen
    pane.hidden = false
    if (keep) remember("preview", width)
    fit()
    refresh()
  }

  function close() {
    pane.hidden = true
    running?.abort()
    remember("preview", "closed")
    opener?.focus()
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      opener = button
      code = button.dataset.preview
      open(width)
      if (!BESIDE.matches) pane.querySelector(".preview-close").focus()
    })
  }
  for (const button of widths) button.addEventListener("click", () => open(button.dataset.width))
  pane.querySelector(".preview-close").addEventListener("click", close)
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close()
  })
  pane.querySelector(".preview-tab").addEventListener("click", () => {
    form.querySelector(`[data-tab="${code}"]`).click()
  })
  form.addEventListener("input", later)
  form.addEventListener("change", later)
  document.addEventListener("formset:removed", later)
  document.addEventListener("newsroom:language", (event) => turnTo(event.detail))
  form.addEventListener("focusin", (event) => turnTo(event.target.closest("[lang]")?.lang))
  new ResizeObserver(fit).observe(box)
  if (width !== "closed" && BESIDE.matches) open(width, false)
}

if (pane && form && !form.inert && !document.getElementById("draft-question")) {
  if (document.readyState === "complete") setUp()
  else window.addEventListener("load", setUp)
}
