// Runs before the first paint: dark or light as the machine has it, and the curtain stays down over a reload.
"use strict";
(() => {
  const root = document.documentElement;
  if (root.hasAttribute("data-theme-auto")) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
    follow();
    dark.addEventListener("change", follow);
  }
  if (sessionStorage.getItem("asuh-covered")) root.classList.add("covered");
})();
