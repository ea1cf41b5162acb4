// A click on the preview, or the arrow keys, set the focal point; the number fields stay what is stored. The crops follow.

const across = document.getElementById("id_focal_x")
const down = document.getElementById("id_focal_y")
const frame = document.querySelector(".focal")
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

if (across && down && frame) {
  const marker = document.createElement("span")
  marker.className = "focal-marker"
  frame.append(marker)
  const help = document.querySelector(".focal-help")
  if (help) help.hidden = false
  const now = document.querySelector("[data-focal-now]")
  const whole = frame.querySelector("img")
  const crops = [...document.querySelectorAll(".crops img")]
  const within = (value) => Math.min(100, Math.max(0, Math.round(value) || 0))

  // The same box as the server cuts: the focal point in its middle, as far as the picture reaches.
  function crop(image) {
    const { width, height } = whole
    const ratio = image.dataset.across / image.dataset.down
    const boxWidth = Math.min(width, height * ratio)
    const boxHeight = Math.min(height, width / ratio)
    const place = (size, box, percent) => {
      const room = size - box
      return room <= 0 ? 50 : (Math.min(Math.max(0, (size * percent) / 100 - box / 2), room) / room) * 100
    }
    image.style.objectPosition = `${place(width, boxWidth, within(across.value))}% ${place(height, boxHeight, within(down.value))}%`
  }

  const show = () => {
    marker.style.insetInlineStart = `${within(across.value)}%`
    marker.style.insetBlockStart = `${within(down.value)}%`
    crops.forEach(crop)
  }
  const set = (x, y) => {
    across.value = within(x)
    down.value = within(y)
    if (now) now.textContent = frame.dataset.now.replace("%(across)s", across.value).replace("%(down)s", down.value)
    for (const field of [across, down]) field.dispatchEvent(new Event("change", { bubbles: true }))
    show()
  }

  frame.addEventListener("click", (event) => {
    const box = whole.getBoundingClientRect()
    set(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100)
  })
  frame.addEventListener("keydown", (event) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const size = event.shiftKey ? 10 : 1
    set(Number(across.value) + step[0] * size, Number(down.value) + step[1] * size)
  })
  across.addEventListener("input", show)
  down.addEventListener("input", show)
  for (const image of crops) {
    image.style.aspectRatio = `${image.dataset.across} / ${image.dataset.down}`
    image.removeAttribute("srcset")
    image.src = image.dataset.whole
  }
  show()
}
