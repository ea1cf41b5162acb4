// Archive and search. Every page is complete without this: filters are links, the search is a form.
const main = document.querySelector("main");
const status = document.createElement("p");
status.className = "visually-hidden";
status.role = "status";
document.body.append(status);

// --- Filters, orders and pages without a full reload: the same address is fetched, and its main part takes the place of ours.

const ours = ".facet a, .chosen a, .orders a, .pagination a";
let going, shown = location.pathname + location.search;

async function go(url, { push = true, key } = {}) {
  going?.abort();
  const mine = going = new AbortController();
  main.ariaBusy = "true";
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = [...main.querySelectorAll("details[open]")].map(name);
    main.replaceChildren(...page.querySelector("main").childNodes);
    for (const details of main.querySelectorAll("details")) details.open = open.includes(name(details));
    document.querySelector(".language-switch").replaceWith(page.querySelector(".language-switch"));
    document.title = page.title;
    if (push) history.pushState(null, "", answer.url);
    shown = location.pathname + location.search;
    arrive(key);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  } finally {
    if (going === mine) main.ariaBusy = null;
  }
}

// Another page has another header too.
const isThisPage = (url) => new URL(url, location).pathname === location.pathname;
const name = (details) => details.dataset.key || details.className;

function arrive(key) {
  const total = document.getElementById("total");
  const again = key && main.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (again || total || main).focus({ preventScroll: Boolean(again) });
  status.textContent = total?.textContent.trim() || document.title;
  suggest();
}

main.addEventListener("click", (event) => {
  const link = event.target.closest(ours);
  if (!link || !isThisPage(link.href) || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href, { key: link.dataset.key });
});

main.addEventListener("submit", (event) => {
  const { action } = event.target;
  if (!isThisPage(action)) return;
  const query = new URLSearchParams(new FormData(event.target));
  if (event.target.matches(".search-form") && !query.get("q").trim()) return;
  event.preventDefault();
  for (const [key, value] of [...query]) if (!value) query.delete(key, value);
  go(`${action}?${query}`);
});

addEventListener("popstate", () => {
  if (shown !== location.pathname + location.search) go(location.href, { push: false }); // not for a step within the page
});

// --- Suggestions while typing: a combobox whose list is offered, never forced.

function suggest() {
  const form = main.querySelector(".search-form");
  if (!form) return;
  const input = form.querySelector("[type=search]");
  const list = document.createElement("ul");
  Object.assign(list, { id: "suggestions", className: "suggestions", role: "listbox", ariaLabel: form.dataset.label, hidden: true });
  form.querySelector(".search-row").append(list);
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);
  const known = new Map();
  let asking, waiting, current = -1;

  function close() {
    list.hidden = true;
    input.ariaExpanded = "false";
    choose(-1);
  }

  function choose(place) {
    list.children[current]?.setAttribute("aria-selected", "false");
    current = place;
    const option = list.children[current];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show({ suggestions, status: said }) {
    list.replaceChildren(...suggestions.map(({ kind, name: text, url }, place) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `suggestion-${place}`, role: "option", ariaSelected: "false" });
      option.dataset.url = url;
      option.append(Object.assign(document.createElement("bdi"), { textContent: text }), " ",
        Object.assign(document.createElement("span"), { className: "suggestion-kind", textContent: kind }));
      return option;
    }));
    current = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !suggestions.length;
    input.ariaExpanded = String(!list.hidden);
    status.textContent = said;
  }

  async function ask() {
    const text = input.value.trim();
    asking?.abort();
    if (text.length < 2) return close();
    if (!known.has(text)) {
      asking = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: asking.signal });
        if (!answer.ok) return close();
        known.set(text, await answer.json());
      } catch { return; }
    }
    if (document.activeElement === input && input.value.trim() === text) show(known.get(text));
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "ArrowDown" && list.hidden) ask();
    else if (event.key === "ArrowDown") choose(current < last ? current + 1 : -1);
    else if (event.key === "ArrowUp" && !list.hidden) choose(current < 0 ? last : current - 1);
    else if (event.key === "Enter" && current >= 0) location.assign(list.children[current].dataset.url);
    else {
      if (event.key === "Enter") clearTimeout(waiting);
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}

suggest();
