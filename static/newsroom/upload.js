// Sends dropped or chosen pictures one by one, and says what became of each. Without this script the form sends them together.

const form = document.querySelector(".upload")
const input = form.querySelector("input[type=file]")
const zone = form.querySelector(".drop-zone")
const answers = form.querySelector(".answers")
const progress = form.querySelector("[data-progress]")
const describe = form.querySelector("[data-describe-them]")
const words = form.dataset
const taken = []
let waiting = Promise.resolve()
let all = 0
let done = 0

form.classList.add("has-script")

function line(file) {
  const item = form.querySelector("template").content.firstElementChild.cloneNode(true)
  item.querySelector("bdi").textContent = file.name
  item.querySelector(".answer-words").textContent = words.wordsSending
  item.querySelector("img").hidden = true
  answers.append(item)
  return item
}

function say(item, answer) {
  item.querySelector(".answer-words").textContent = answer.refused ?? answer.words
  item.classList.toggle("refused", Boolean(answer.refused))
  if (answer.thumbnail) {
    const picture = item.querySelector("img")
    picture.src = answer.thumbnail
    picture.hidden = false
    const link = item.querySelector("a")
    link.href = answer.url
    link.setAttribute("aria-label", answer.name)
  }
  if (answer.is_new) taken.push(answer.key)
  done += 1
  progress.textContent = progress.dataset.words.replace("%(done)s", done).replace("%(all)s", all)
  describe.hidden = !taken.length
  describe.href = `${words.describe}?images=${taken.slice(-20).join(",")}`
}

async function send(file, item) {
  if (file.size > Number(words.mostBytes)) return say(item, { refused: words.wordsTooLarge })
  const data = new FormData()
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  data.append("files", file)
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } })
    const { answers: [answer] } = await response.json()
    say(item, answer)
  } catch {
    say(item, { refused: words.wordsFailed })
  }
}

function take(files) {
  for (const file of files) {
    all += 1
    const item = line(file)
    waiting = waiting.then(() => send(file, item))
  }
}

input.addEventListener("change", () => {
  take(input.files)
  input.value = ""
})
form.addEventListener("submit", (event) => event.preventDefault())

for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault()
    zone.classList.add("is-over")
  })
}
for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"))
zone.addEventListener("drop", (event) => {
  event.preventDefault()
  take(event.dataTransfer.files)
})
// A picture dropped beside the zone would otherwise open instead of the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault())
