// Drafts: form[data-borrador="key"] keeps what is typed in sessionStorage, so that an expired session, a lost connection or
// the back button do not lose it. A draft belongs to one form (of one record: the key names it) of one user
// (body[data-usuario]): whoever logs in next never sees it. It is forgotten once the form was accepted, on Cancel
// (data-borrador-olvidar), on leaving (the login page without a place to go back to: body[data-olvidar-borradores]) and, of a
// form of a record (data-registro), when the record has changed since. The form's UUID is part of it, so sending the form
// twice registers it once. data-enviado: the server has filled the form in, and no draft is restored.
(() => {
  const PREFIJO = "borrador:", ENVIADO = "borrador-enviado";
  const { usuario } = document.body.dataset;
  const clave = (f) => `${PREFIJO}${usuario}:${f.dataset.borrador}`;
  const guarda = (x) => x.name && x.name !== "csrfmiddlewaretoken" && !["file", "password", "submit", "button"].includes(x.type);

  const leer = (f) => [...f.elements].filter(guarda).map((x) => [x.name, x.type === "checkbox" || x.type === "radio" ? x.checked : x.value, x.value]);
  const visibles = (f) => JSON.stringify([...f.elements].filter((x) => guarda(x) && x.type !== "hidden").map((x) => [x.name, x.defaultValue, x.defaultChecked]));

  const guardado = (f) => {
    try {
      const x = JSON.parse(sessionStorage.getItem(clave(f)));
      return x && typeof x.base === "string" && Array.isArray(x.campos) ? x : null;
    } catch { return null; }
  };
  const olvidar = (k) => { sessionStorage.removeItem(k); sessionStorage.removeItem(ENVIADO); };
  const olvidarTodos = (salvo) => Object.keys(sessionStorage).filter((k) => k.startsWith(PREFIJO) && !(salvo && k.startsWith(salvo))).forEach(olvidar);

  if (document.body.hasAttribute("data-olvidar-borradores")) olvidarTodos();
  if (!usuario) return; // nobody is in: what was typed waits for its owner
  olvidarTodos(`${PREFIJO}${usuario}:`);

  const bases = new WeakMap(); // what each form held as the server sent it
  const guardar = (f) => sessionStorage.setItem(clave(f), JSON.stringify({ base: bases.get(f), campos: leer(f) }));
  const avisar = (cual) => { const nota = document.querySelector(`[data-borrador-${cual}]`); if (nota) nota.hidden = false; };

  const restaurar = (f) => {
    const antes = guardado(f);
    bases.set(f, f.hasAttribute("data-enviado") && antes ? antes.base : visibles(f));
    if (!antes || f.hasAttribute("data-enviado")) return;
    if (f.hasAttribute("data-registro") && antes.base !== bases.get(f)) {
      olvidar(clave(f));
      avisar("viejo");
      return;
    }
    const valores = new Map(antes.campos.map(([n, v]) => [n, v]));
    for (const caja of f.querySelectorAll("[data-lineas]")) {
      const cuenta = f.elements[`${caja.dataset.lineas}-TOTAL_FORMS`];
      const quiere = Number(valores.get(cuenta?.name) || 0);
      while (Number(cuenta.value) < quiere) if (!window.lineas.agregar(caja, false)) break;
    }
    const deAntes = new Map(JSON.parse(antes.base).map(([n, v]) => [n, v]));
    let cambio = false;
    for (const x of [...f.elements].filter(guarda)) {
      if (x.name.endsWith("_FORMS")) continue;
      if (x.type === "checkbox" || x.type === "radio") {
        const fila = antes.campos.find(([n, , valor]) => n === x.name && valor === x.value);
        if (fila && fila[1] !== x.checked) { x.checked = fila[1]; cambio = true; }
      } else if (valores.has(x.name) && valores.get(x.name) !== x.value) {
        if (x.type === "date" && deAntes.get(x.name) === valores.get(x.name)) continue; // yesterday's "today", which nobody typed
        x.value = valores.get(x.name);
        cambio ||= x.type !== "hidden" && x.value !== "";
      }
    }
    f.querySelectorAll("[data-lineas]").forEach((caja) => window.lineas.sumar(caja));
    if (cambio) avisar("nota");
    if (cambio) f.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // A form was sent. If this page does not hold it, it was accepted.
  const enviado = sessionStorage.getItem(ENVIADO);
  if (enviado) {
    const sigue = [...document.querySelectorAll("form[data-borrador]")].find((f) => clave(f) === enviado);
    if (!sigue) olvidar(enviado);
    sessionStorage.removeItem(ENVIADO);
  }
  document.querySelectorAll("form[data-borrador]").forEach(restaurar);

  const suyo = (x) => x?.closest?.("form[data-borrador]");
  for (const suceso of ["input", "change"]) document.addEventListener(suceso, ({ target }) => { const f = suyo(target); if (f) guardar(f); });
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("form[data-borrador]")) return;
    guardar(target);
    if (!target.matches("[hx-post]")) sessionStorage.setItem(ENVIADO, clave(target));
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    const f = suyo(detail.elt);
    if (!f || detail.elt !== f || detail.requestConfig.verb !== "post") return;
    const destino = detail.xhr.getResponseHeader("HX-Redirect");
    const aEntrar = destino && new URL(destino, location.href).pathname.endsWith("/entrar/");
    if (detail.xhr.status < 300 && !aEntrar && (destino || detail.xhr.status !== 204)) olvidar(clave(f));
  });
  document.addEventListener("click", (evento) => {
    const f = suyo(evento.target) || document.querySelector("form[data-borrador]");
    if (!f) return;
    if (evento.target.closest("[data-borrador-olvidar]")) olvidar(clave(f));
    if (!evento.target.closest("[data-borrador-descartar]")) return;
    evento.preventDefault();
    olvidar(clave(f));
    location.assign(location.href.split("#")[0]);
  });
})();
