// What the pages do beyond HTML. Everything works without it except keys, the curtain and the warning before
// leaving. No word of a form is ever written to the machine: drafts live in this page's memory and die with it.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = (id) => document.getElementById(id)?.content.textContent.trim() ?? "";

  // ---- curtain: button, Alt+L; Escape does not open it, so that a slip of the hand shows nothing
  const curtain = document.getElementById("tirai");
  let title = document.title;
  function cover() {
    if (!curtain || curtain.open) return;
    title = document.title;
    document.title = "Asuh";
    root.classList.add("covered");
    sessionStorage.setItem("asuh-covered", "1");
    curtain.showModal();
  }
  function uncover() {
    if (!curtain?.open) return;
    curtain.close();
    root.classList.remove("covered");
    sessionStorage.removeItem("asuh-covered");
    document.title = title;
  }
  curtain?.addEventListener("cancel", (event) => event.preventDefault());
  if (root.classList.contains("covered")) {
    if (curtain) cover();
    else root.classList.remove("covered");
  }

  // ---- keys
  const typing = (node) => node instanceof Element && node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyL") {
      event.preventDefault();
      if (curtain?.open) uncover();
      else cover();
      return;
    }
    if (event.key === "Escape") {
      for (const open of all("details.src[open], details[data-menu][open]")) {
        open.open = false;
        if (open.contains(document.activeElement)) open.querySelector("summary").focus();
      }
    }
    if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") || root.dataset.keys === "off") return;
    if (event.key === "/") {
      const box = all("[data-search]").find((input) => input.offsetParent !== null);
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    } else if (event.key === "?") {
      event.preventDefault();
      document.getElementById("bantuan-tombol")?.showModal();
    } else if (/^[a-z]$/.test(event.key) && !event.repeat) {
      const target = document.querySelector(`[data-key="${event.key}"]`);
      if (target && !target.disabled) {
        event.preventDefault();
        target.click();
      }
    }
  });

  // ---- clicks that need no element of their own
  document.addEventListener("click", (event) => {
    const hit = event.target instanceof Element ? event.target : null;
    if (hit?.closest("[data-cover]")) cover();
    if (hit?.closest("[data-uncover]")) uncover();
    if (hit?.closest("[data-print]")) window.print();
    if (hit?.closest("[data-keys-help]")) document.getElementById("bantuan-tombol")?.showModal();
    const close = hit?.closest("[data-close-ask]");
    if (close) {
      const ask = close.closest("details");
      ask.open = false;
      ask.querySelector("summary").focus();
    }
    for (const open of all("details.src[open], details[data-menu][open]")) {
      if (!open.contains(hit)) open.open = false;
    }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.ask[open]")) event.target.querySelector("textarea, select")?.focus();
  }, true);

  // ---- forms: say that something is unsaved, warn before leaving, send only once
  const drafts = new Map();
  const first = new WeakMap();
  const values = (form) => {
    const kept = [];
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken") kept.push([name, value instanceof File ? value.name : value]);
    }
    return JSON.stringify(kept);
  };
  let leaving = false;
  function watch(form) {
    if (first.has(form)) return;
    first.set(form, values(form));
    const draft = form.dataset.draft && drafts.get(form.dataset.draft);
    if (draft) restore(form, draft);
    tell(form);
  }
  function restore(form, draft) {
    for (const field of form.elements) {
      if (!field.name || !(field.name in draft) || field.type === "file" || field.type === "hidden") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = draft[field.name].includes(field.value);
      else field.value = draft[field.name][0] ?? "";
    }
  }
  function tell(form) {
    const dirty = first.get(form) !== values(form) || form.querySelector("[aria-invalid=true]") !== null;
    form.dataset.dirty = dirty ? "1" : "";
    const state = form.querySelector("[data-state]");
    if (state) {
      state.toggleAttribute("data-dirty", dirty);
      state.textContent = dirty ? words("t-kotor") : "";
    }
    if (form.dataset.draft) {
      const kept = {};
      for (const [name, value] of new FormData(form)) if (typeof value === "string") (kept[name] ??= []).push(value);
      if (dirty) drafts.set(form.dataset.draft, kept);
      else drafts.delete(form.dataset.draft);
    }
  }
  // what is typed is kept on the server: say so, and let the page be left without a warning
  document.addEventListener("htmx:afterRequest", (event) => {
    const kept = event.target.closest?.("[data-kept]");
    if (!kept || event.detail.elt !== kept || !event.detail.successful) return;
    const form = kept.closest("form");
    if (form.querySelector("[type=file]")?.value) return;
    form.dataset.dirty = "";
    const state = form.querySelector("[data-state]");
    if (state) {
      state.removeAttribute("data-dirty");
      state.textContent = words("t-disimpan");
    }
  });
  const wake = (within) => all("form[data-warn]", within).forEach(watch);
  wake(document);
  document.addEventListener("htmx:load", (event) => wake(event.target.parentNode ?? document));
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest?.("form[data-warn]");
      if (form) tell(form);
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.method === "dialog") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    if (form.matches("[data-warn]")) leaving = true;
    if (form.dataset.draft) drafts.delete(form.dataset.draft);
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sending = "1";
      // a download leaves the page standing: let it be sent again
      setTimeout(() => { delete form.dataset.sending; leaving = false; }, 4000);
    }
  });
  window.addEventListener("pageshow", () => { leaving = false; all("form[data-sending]").forEach((form) => delete form.dataset.sending); });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && all("form[data-warn]").some((form) => form.dataset.dirty)) event.preventDefault();
  });

  // ---- a refused form (422) opens where the first thing is to be mended, however long it is
  const refused = performance.getEntriesByType("navigation")[0]?.responseStatus === 422;
  const wrong = refused && document.querySelector("main form [aria-invalid=true]");
  if (wrong && !curtain?.open) {
    const box = wrong.matches("input, select, textarea") ? wrong : wrong.querySelector("input, select, textarea");
    (box ?? wrong).focus({ preventScroll: true });
    wrong.scrollIntoView({ block: "center" });
  }

  // ---- lists: choose all, count what is chosen
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches?.("[data-all], [data-one]")) return;
    const form = box.closest("form") ?? document;
    const ones = all("[data-one]", form);
    if (box.matches("[data-all]")) ones.forEach((one) => { one.checked = box.checked; });
    const chosen = ones.filter((one) => one.checked).length;
    const every = form.querySelector("[data-all]");
    if (every) {
      every.checked = chosen === ones.length;
      every.indeterminate = chosen > 0 && chosen < ones.length;
    }
    const bar = form.querySelector("[data-bulk]");
    if (bar) {
      bar.hidden = chosen === 0;
      const count = bar.querySelector("[data-count]");
      if (count) count.textContent = `${chosen.toLocaleString(root.lang)} ${words("t-dipilih")}`;
    }
  });

  // ---- a filter that applies itself
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-apply]")) event.target.form.requestSubmit();
  });

  // ---- htmx: a part that failed says so
  function failed(id) {
    const place = document.getElementById("kabar");
    const shape = document.getElementById(id);
    if (place && shape) place.replaceChildren(shape.content.cloneNode(true));
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    // signed out meanwhile: the whole page has to know
    if (status === 401) window.location.reload();
    else failed("t-gagal");
  });
  document.addEventListener("htmx:sendError", () => failed("t-putus"));
})();
