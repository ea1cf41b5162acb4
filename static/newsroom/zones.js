// A moment is printed in the institute's time zone. Where this person's clock is another, theirs is added.
const own = Intl.DateTimeFormat().resolvedOptions().timeZone
const language = document.documentElement.lang
const format = (moment, zone) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone, numberingSystem: "latn" }).format(moment)

for (const time of document.querySelectorAll("time[data-zone]")) {
  const moment = new Date(time.dateTime)
  if (format(moment, own) === format(moment, time.dataset.zone)) continue
  const here = document.createElement("small")
  here.className = "own-zone"
  const zone = document.createElement("bdi")
  zone.textContent = own
  here.append(` (${format(moment, own)} `, zone, ")")
  time.after(here)
}
