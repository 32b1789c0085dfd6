// Menus made of <details data-menu>: one open at a time, closed by Escape or a press outside.
(() => {
  const abiertos = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (evento) => {
    for (const menu of abiertos()) if (!menu.contains(evento.target)) menu.open = false;
  });
  document.addEventListener("keydown", (evento) => {
    if (evento.key !== "Escape") return;
    for (const menu of abiertos()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
