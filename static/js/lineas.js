// Lines of a form (a Django formset): [data-lineas="prefix"] holds [data-linea]s and a <template data-linea-plantilla>
// with __prefix__. data-linea-agregar adds one, data-linea-quitar takes it away, [data-suma="x"] inputs add up in
// [data-total="x"], and [data-cuenta-lineas] counts the lines in use.
// window.numeroLocal writes a number as the pages do, window.leerNumero reads one, window.leerCantidad one told in packs.
(() => {
  window.numeroLocal = (n, decimales = 0) =>
    new Intl.NumberFormat(document.documentElement.dataset.region, {
      useGrouping: "always", minimumFractionDigits: decimales, maximumFractionDigits: decimales,
    }).format(n);
  // What was typed, as the server reads it; NaN while it is no number. One separator before three figures: as pages write.
  const [millar, punto] = ["group", "decimal"].map((tipo) =>
    new Intl.NumberFormat(document.documentElement.dataset.region, { useGrouping: "always" })
      .formatToParts(1234.5).find((x) => x.type === tipo).value);
  window.leerNumero = (texto) => {
    const signos = texto.trim().match(/[^0-9]/g) || [];
    const ultimo = signos.at(-1);
    const agrupa = new Set(signos).size === 1 && /^[0-9]{1,3}([^0-9][0-9]{3})+$/.test(texto.trim());
    if (!signos.length || (agrupa && (signos.length > 1 || ultimo === millar))) return Number(texto.replace(/[^0-9]/g, ""));
    if (agrupa && ultimo !== punto) return NaN;
    const corte = texto.lastIndexOf(ultimo);
    return Number(`${texto.slice(0, corte).replace(/[^0-9]/g, "")}.${texto.slice(corte + 1)}`);
  };

  // A quantity that may be told in packs ("3×100 + 20"): in units, and with `n` more of `unidades` each.
  const partes = (texto) => texto.split("+").map((x) => x.split(/[x×*]/i).map((f) => window.leerNumero(f)));
  window.leerCantidad = (texto) => (texto.trim() ? partes(texto).reduce((s, [n, unidades = 1]) => s + n * unidades, 0) : 0);
  window.sumarCantidad = (texto, n, unidades = 1) => {
    const hay = texto.trim() ? partes(texto) : [];
    const igual = hay.find(([, u = 1]) => u === unidades);
    if (igual) igual[0] += n;
    else hay.push(unidades > 1 ? [n, unidades] : [n]);
    return hay.some((x) => x.some(Number.isNaN)) ? texto : hay.map((x) => x.join("×")).join("+");
  };

  const lineas = (caja) => [...caja.querySelectorAll("[data-linea]")];
  const total = (caja) => document.querySelector(`[name="${caja.dataset.lineas}-TOTAL_FORMS"]`);
  const cajaDe = (elemento) =>
    elemento.closest("[data-lineas]") || document.querySelector(elemento.dataset.lineaAgregar || "[data-lineas]");

  const sumar = (caja) => {
    const formulario = caja.closest("form") || document;
    for (const salida of formulario.querySelectorAll("[data-total]")) {
      const campos = lineas(caja).flatMap((x) => [...x.querySelectorAll(`[data-suma="${salida.dataset.total}"]`)]);
      const suma = campos.reduce((s, x) => s + (window.leerCantidad(x.value) || 0), 0);
      salida.textContent = window.numeroLocal(suma);
    }
    for (const salida of formulario.querySelectorAll("[data-cuenta-lineas]")) {
      salida.textContent = lineas(caja).filter((x) => [...x.querySelectorAll("input:not([type=hidden])")].some((c) => c.value)).length;
    }
  };

  const agregar = (caja, enfocar = true) => {
    const cuenta = total(caja);
    const tope = document.querySelector(`[name="${caja.dataset.lineas}-MAX_NUM_FORMS"]`);
    if (tope && Number(cuenta.value) >= Number(tope.value)) return null;
    const plantilla = caja.querySelector("template[data-linea-plantilla]");
    const molde = document.createElement("template");
    molde.innerHTML = plantilla.innerHTML.replaceAll("__prefix__", cuenta.value);
    const linea = molde.content.firstElementChild;
    plantilla.before(linea);
    cuenta.value = Number(cuenta.value) + 1;
    window.htmx?.process(linea);
    sumar(caja);
    if (enfocar) linea.querySelector("input:not([type=hidden]), select")?.focus();
    return linea;
  };

  // The server reads the lines 0..n-1: after one is taken away the rest are numbered anew.
  const renumerar = (caja) => {
    const prefijo = caja.dataset.lineas;
    const quedan = lineas(caja);
    quedan.forEach((linea, n) => {
      for (const x of linea.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const atributo of ["name", "id", "for", "aria-describedby"]) {
          const valor = x.getAttribute(atributo);
          if (valor) x.setAttribute(atributo, valor.replaceAll(new RegExp(`${prefijo}-\\d+-`, "g"), `${prefijo}-${n}-`));
        }
      }
    });
    total(caja).value = quedan.length;
  };

  const quitar = (linea) => {
    const caja = linea.closest("[data-lineas]");
    const siguiente = linea.nextElementSibling?.matches("[data-linea]") ? linea.nextElementSibling : linea.previousElementSibling;
    linea.remove();
    renumerar(caja);
    if (!lineas(caja).length) agregar(caja);
    else (siguiente?.querySelector?.("input:not([type=hidden])") || caja).focus?.();
    sumar(caja);
    caja.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("click", (evento) => {
    const agrega = evento.target.closest("[data-linea-agregar]");
    if (agrega) { evento.preventDefault(); agregar(cajaDe(agrega)); }
    const quita = evento.target.closest("[data-linea-quitar]");
    if (quita) { evento.preventDefault(); quitar(quita.closest("[data-linea]")); }
  });
  document.addEventListener("input", ({ target }) => {
    const caja = target.closest?.("[data-lineas]");
    if (caja) sumar(caja);
  });
  // Enter in a line goes on to the next field, and from the last one to a new line: it never sends a half-made form.
  document.addEventListener("keydown", (evento) => {
    const { target } = evento;
    if (evento.altKey && evento.key.toLowerCase() === "a" && document.querySelector("[data-lineas]")) {
      evento.preventDefault();
      agregar(document.querySelector("[data-lineas]"));
    }
    if (evento.key !== "Enter" || evento.ctrlKey || evento.metaKey || evento.defaultPrevented) return;
    const linea = target.closest?.("[data-linea]");
    if (!linea || !target.matches("input, select")) return;
    evento.preventDefault();
    const campos = [...linea.querySelectorAll("input, select")].filter((x) => x.type !== "hidden" && x.offsetParent && (x === target || !x.matches("[data-solo-tab]")));
    const proximo = campos[campos.indexOf(target) + 1];
    if (proximo) return proximo.focus();
    const caja = linea.closest("[data-lineas]");
    const lista = lineas(caja);
    const otra = lista[lista.indexOf(linea) + 1];
    if (otra) otra.querySelector("input:not([type=hidden]), select")?.focus();
    else agregar(caja);
  });

  const preparar = (raiz) => raiz.querySelectorAll?.("[data-lineas]").forEach(sumar);
  preparar(document);
  document.addEventListener("htmx:afterSettle", (e) => preparar(e.detail.elt));
  window.lineas = { agregar, sumar }; // borrador.js makes the lines it has to fill
})();
