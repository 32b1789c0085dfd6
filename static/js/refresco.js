// data-refrescar="seconds" on an element whose hx-trigger has "refrescar": it is asked for again that often, but not while
// somebody is using it. data-marca, on it or inside, is the mark of what it shows, and is sent back: while nothing has
// changed the server answers 304 and the page is not touched.
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
    // Somebody may have begun to use it since the request left: then the answer is dropped, and the next round asks again.
    if (requestConfig?.triggeringEvent?.type === "refrescar" && estorba(elt)) evento.detail.shouldSwap = false;
  });
})();
