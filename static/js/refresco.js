// data-refrescar="seconds" on an element whose hx-trigger has "refrescar": it is asked for again, unless that would
// disturb. data-marca, on it or inside, marks what it shows: while that is what there is, the server answers 304 and
// nothing on the page is touched.
(() => {
  const proximo = new WeakMap();

  const estorba = (elemento) => {
    const activo = document.activeElement;
    if (document.hidden || document.querySelector("dialog[open]")) return true;
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
      if (ahora < proximo.get(elemento) || elemento.matches(".htmx-request") || estorba(elemento)) continue;
      proximo.set(elemento, ahora + cada);
      window.htmx?.trigger(elemento, "refrescar");
    }
  };
  setInterval(ronda, 1000);
  document.addEventListener("visibilitychange", ronda);

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.triggeringEvent?.type !== "refrescar") return;
    const marcado = detail.elt.matches("[data-marca]") ? detail.elt : detail.elt.querySelector("[data-marca]");
    if (marcado) detail.headers["If-None-Match"] = `"${marcado.dataset.marca}"`;
  });
  document.addEventListener("htmx:beforeSwap", (evento) => {
    const { elt, requestConfig } = evento.detail;
    // What began while the answer travelled is not disturbed either: the next round brings it.
    if (requestConfig?.triggeringEvent?.type === "refrescar" && estorba(elt)) evento.detail.shouldSwap = false;
  });
})();
