// Tells the text editor's window which picture was chosen.

for (const button of document.querySelectorAll("[data-image]")) {
  button.addEventListener("click", () => {
    const { image, src } = button.dataset
    const alts = {}
    for (const { name, value } of button.attributes) {
      if (name.startsWith("data-alt-")) alts[name.slice("data-alt-".length)] = value
    }
    window.opener?.postMessage({ type: "newsroom:picture", image, src, alts }, window.location.origin)
    window.close()
  })
}
