// A click on the preview sets the focal point; the number fields stay what is stored.

const across = document.getElementById("id_focal_x")
const down = document.getElementById("id_focal_y")
const frame = document.querySelector(".focal")

if (across && down && frame) {
  const marker = document.createElement("span")
  marker.className = "focal-marker"
  frame.append(marker)
  const help = document.querySelector(".focal-help")
  if (help) help.hidden = false

  const show = () => {
    marker.style.insetInlineStart = `${across.value}%`
    marker.style.insetBlockStart = `${down.value}%`
  }
  frame.addEventListener("click", (event) => {
    const box = frame.querySelector("img").getBoundingClientRect()
    across.value = Math.round(((event.clientX - box.left) / box.width) * 100)
    down.value = Math.round(((event.clientY - box.top) / box.height) * 100)
    show()
  })
  across.addEventListener("input", show)
  down.addEventListener("input", show)
  show()
}
