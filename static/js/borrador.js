// Drafts: form[data-borrador="key"] keeps what is typed in sessionStorage, so that an expired session, a lost connection or
// the back button do not lose it. The draft is forgotten once the form was accepted. The form's UUID is part of it, so
// sending the form twice registers it once. data-enviado: the server has filled the form in, and no draft is restored.
(() => {
  const clave = (f) => `borrador:${f.dataset.borrador}`;
  const guarda = (x) => x.name && x.name !== "csrfmiddlewaretoken" && !["file", "password", "submit", "button"].includes(x.type);

  const leer = (f) => [...f.elements].filter(guarda).map((x) => [x.name, x.type === "checkbox" || x.type === "radio" ? x.checked : x.value, x.value]);

  const guardar = (f) => sessionStorage.setItem(clave(f), JSON.stringify(leer(f)));

  const restaurar = (f) => {
    const guardado = JSON.parse(sessionStorage.getItem(clave(f)) || "null");
    if (!guardado || f.hasAttribute("data-enviado")) return;
    const valores = new Map(guardado.map(([n, v]) => [n, v]));
    for (const caja of f.querySelectorAll("[data-lineas]")) {
      const cuenta = f.elements[`${caja.dataset.lineas}-TOTAL_FORMS`];
      const quiere = Number(valores.get(cuenta?.name) || 0);
      while (Number(cuenta.value) < quiere) if (!window.lineas.agregar(caja, false)) break;
    }
    let cambio = false;
    for (const x of [...f.elements].filter(guarda)) {
      if (x.name.endsWith("_FORMS")) continue;
      if (x.type === "checkbox" || x.type === "radio") {
        const fila = guardado.find(([n, , valor]) => n === x.name && valor === x.value);
        if (fila && fila[1] !== x.checked) { x.checked = fila[1]; cambio = true; }
      } else if (valores.has(x.name) && valores.get(x.name) !== x.value) {
        x.value = valores.get(x.name);
        cambio ||= x.type !== "hidden" && x.value !== "";
      }
    }
    f.querySelectorAll("[data-lineas]").forEach((caja) => window.lineas.sumar(caja));
    const nota = f.querySelector("[data-borrador-nota]") || document.querySelector("[data-borrador-nota]");
    if (cambio && nota) nota.hidden = false;
    if (cambio) f.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const olvidar = (k) => { sessionStorage.removeItem(k); sessionStorage.removeItem("borrador:enviado"); };

  // A form was sent. If this page does not hold it, it was accepted; but the login page keeps the draft.
  const enviado = sessionStorage.getItem("borrador:enviado");
  if (enviado && !document.body.hasAttribute("data-conservar-borradores")) {
    const sigue = [...document.querySelectorAll("form[data-borrador]")].find((f) => clave(f) === enviado);
    if (!sigue) olvidar(enviado);
    sessionStorage.removeItem("borrador:enviado");
  }
  document.querySelectorAll("form[data-borrador]").forEach(restaurar);

  const suyo = (x) => x?.closest?.("form[data-borrador]");
  for (const suceso of ["input", "change"]) document.addEventListener(suceso, ({ target }) => { const f = suyo(target); if (f) guardar(f); });
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("form[data-borrador]")) return;
    guardar(target);
    if (!target.matches("[hx-post]")) sessionStorage.setItem("borrador:enviado", clave(target));
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    const f = suyo(detail.elt);
    if (!f || detail.elt !== f || detail.requestConfig.verb !== "post") return;
    const destino = detail.xhr.getResponseHeader("HX-Redirect");
    const aEntrar = destino && new URL(destino, location.href).pathname.endsWith("/entrar/");
    if (detail.xhr.status < 300 && !aEntrar && (destino || detail.xhr.status !== 204)) olvidar(clave(f));
  });
  document.addEventListener("click", (evento) => {
    if (!evento.target.closest("[data-borrador-descartar]")) return;
    evento.preventDefault();
    const f = suyo(evento.target) || document.querySelector("form[data-borrador]");
    olvidar(clave(f));
    location.assign(location.href.split("#")[0]);
  });
})();
