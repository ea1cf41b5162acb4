// Small comforts. Every page is complete without them: the buttons stay hidden until this runs.
for (const tools of document.querySelectorAll(".tools")) {
  const copy = tools.querySelector("[data-copy]");
  const label = copy.textContent;
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.copy || location.href);
    copy.textContent = copy.dataset.done;
    setTimeout(() => { copy.textContent = label; }, 2000);
  });
  tools.querySelector("[data-print]").addEventListener("click", () => print());
  tools.hidden = false;
}
