// Keeps a choice with the account, so that it is the same on every machine.

const words = document.getElementById("preferences")?.dataset

export function remember(name, value) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value
  if (!words || !token) return
  fetch(words.remember, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ name, value }),
    redirect: "manual",
    keepalive: true,
  }).catch(() => {}) // the choice holds on this page all the same
}
