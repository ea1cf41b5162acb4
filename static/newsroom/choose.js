// The field for one picture: “Choose…” opens the library in a window, which says what was chosen.

for (const box of document.querySelectorAll(".picture-choice")) {
  const key = box.querySelector("input")
  const picture = box.querySelector("img")
  const name = box.querySelector(".picture-name")
  const choose = box.querySelector("[data-choose]")
  const remove = box.querySelector("[data-remove]")
  const said = box.querySelector("[data-said]")
  let library = null

  const show = (words) => {
    for (const mark of box.querySelectorAll(".picture-mark")) mark.remove()
    name.textContent = said.textContent = words
    remove.hidden = !key.value
    picture.hidden = !key.value
    key.dispatchEvent(new Event("input", { bubbles: true }))
    key.dispatchEvent(new Event("change", { bubbles: true }))
  }

  box.classList.add("has-script")
  remove.hidden = !key.value
  choose.addEventListener("click", (event) => {
    event.preventDefault()
    library = window.open(box.dataset.library, `newsroom-${key.id}`, "width=960,height=700,resizable=yes,scrollbars=yes")
  })
  choose.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault()
      choose.click()
    }
  })
  remove.addEventListener("click", () => {
    key.value = ""
    show(box.dataset.none)
    choose.focus()
  })
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== library || event.data?.type !== "newsroom:picture") return
    library = null
    key.value = event.data.image
    picture.src = event.data.thumbnail
    show(event.data.name)
    choose.focus()
  })
}
