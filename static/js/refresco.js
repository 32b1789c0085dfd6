// data-refrescar="seconds" on an element whose hx-trigger has "refrescar": it is asked for again, unless that would
// disturb. The server answers 204 or 304 when nothing changed; the same HTML is never swapped in twice.
(() => {
  const ultimo = new WeakMap();
  const proximo = new WeakMap();

  const estorba = (elemento) => {
    const activo = document.activeElement;
    if (document.hidden || document.querySelector("dialog[open]")) return true;
    if (elemento.matches(".htmx-request")) return true;
    if (activo && activo !== document.body && elemento.contains(activo)) return true;
    if (elemento.querySelector("input:checked, details[open]")) return true;
    const seleccion = getSelection();
    return Boolean(seleccion && !seleccion.isCollapsed && elemento.contains(seleccion.anchorNode));
  };

  const ronda = () => {
    const ahora = Date.now();
    for (const elemento of document.querySelectorAll("[data-refrescar]")) {
      const cada = Number(elemento.dataset.refrescar) * 1000;
      if (!proximo.has(elemento)) proximo.set(elemento, ahora + cada);
      if (ahora < proximo.get(elemento) || estorba(elemento)) continue;
      proximo.set(elemento, ahora + cada);
      window.htmx?.trigger(elemento, "refrescar");
    }
  };
  setInterval(ronda, 1000);
  document.addEventListener("visibilitychange", ronda);

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.triggeringEvent?.type === "refrescar") detail.headers["X-Refresco"] = "1";
  });
  document.addEventListener("htmx:beforeSwap", (evento) => {
    const { elt, xhr, requestConfig } = evento.detail;
    if (requestConfig?.triggeringEvent?.type !== "refrescar") return;
    if (ultimo.get(elt) === xhr.responseText || estorba(elt)) evento.detail.shouldSwap = false;
    ultimo.set(elt, xhr.responseText);
  });
})();
