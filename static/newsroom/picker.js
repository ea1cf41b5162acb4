// Tells the window that opened the library which picture was chosen.

const byLanguage = (button, prefix) =>
  Object.fromEntries([...button.attributes].filter(({ name }) => name.startsWith(prefix)).map(({ name, value }) => [name.slice(prefix.length), value]))

for (const button of document.querySelectorAll("[data-image]")) {
  button.addEventListener("click", () => {
    const { image, src, thumbnail, name, credit } = button.dataset
    const alts = byLanguage(button, "data-alt-")
    const captions = byLanguage(button, "data-caption-")
    window.opener?.postMessage({ type: "newsroom:picture", image, src, alts, captions, credit, thumbnail, name }, window.location.origin)
    setTimeout(() => window.close())
  })
}
