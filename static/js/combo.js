// Autocomplete (ARIA combobox) for <input data-combo="url">: GET url?q=…, whose answer is a list of
// <li role="option" data-valor="SKU" …>. Picking one writes data-valor in the input, fires "elegido", and goes on to the
// next field.
// Enter waits for the answer and takes the exact match, or the only one; what is typed meanwhile waits too (escaner.js).
// window.combo lends the same steps to a scan.
(() => {
  let serie = 0;
  const estados = new WeakMap();

  const estado = (input) => {
    if (estados.has(input)) return estados.get(input);
    const lista = document.createElement("ul");
    lista.className = "combo-lista";
    lista.id = `combo-${++serie}`;
    lista.role = "listbox";
    lista.hidden = true;
    lista.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() || "");
    let caja = input.closest(".combo");
    if (!caja) {
      caja = document.createElement("div");
      caja.className = "combo";
      input.replaceWith(caja);
      caja.append(input);
      input.focus();
    }
    caja.append(lista);
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": lista.id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" })
      .forEach(([k, v]) => input.setAttribute(k, v));
    const e = { lista, reloj: 0, pedido: null, texto: null, activa: -1 };
    estados.set(input, e);
    return e;
  };

  const opciones = (e) => [...e.lista.querySelectorAll('[role="option"]')];

  const cerrar = (input) => {
    const e = estado(input);
    e.lista.hidden = true;
    e.activa = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const marcar = (input, i) => {
    const e = estado(input);
    const todas = opciones(e);
    e.activa = todas.length ? (i + todas.length) % todas.length : -1;
    todas.forEach((x, n) => x.setAttribute("aria-selected", String(n === e.activa)));
    const activa = todas[e.activa];
    if (activa) {
      input.setAttribute("aria-activedescendant", activa.id);
      activa.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const pedir = (input) => {
    const e = estado(input);
    const texto = input.value.trim();
    clearTimeout(e.reloj);
    if (e.texto === texto && e.pedido) return e.pedido;
    e.texto = texto;
    const url = new URL(input.dataset.combo, location.href);
    url.searchParams.set("q", texto);
    const fila = input.closest("[data-linea]") || input.form || document;
    for (const par of (input.dataset.comboExtra || "").split(" ").filter(Boolean)) { // "producto=[name$=producto]": a field of the row, or else of the form
      const [clave, selector] = par.split(/=(.*)/);
      const valor = (fila.querySelector(selector) || input.form?.querySelector(selector))?.value;
      if (valor) url.searchParams.set(clave, valor);
    }
    e.pedido = fetch(url, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } })
      .then((r) => {
        const destino = r.headers.get("HX-Redirect");
        if (destino) location.assign(destino);
        return r.ok && r.status !== 204 ? r.text() : "";
      })
      .catch(() => "")
      .then((html) => {
        if (e.texto !== texto) return;
        e.lista.innerHTML = html;
        opciones(e).forEach((x, n) => { x.id = `${e.lista.id}-${n}`; x.setAttribute("aria-selected", "false"); });
        const hay = e.lista.children.length > 0 && document.activeElement === input;
        e.lista.hidden = !hay;
        input.setAttribute("aria-expanded", String(hay));
        e.activa = -1;
      });
    return e.pedido;
  };

  const siguiente = (input) => {
    const campos = [...(input.form || document).querySelectorAll("input, select, textarea, button")]
      .filter((x) => !x.disabled && x.type !== "hidden" && x.offsetParent && !x.closest(".combo-lista") && x.tabIndex >= 0);
    campos[campos.indexOf(input) + 1]?.focus();
  };

  // What is not there yet (data-crear="url") is created in the dialog of the page: its form comes from there, is sent there, and
  // answers 201 with the option to take.
  const crear = async (input, opcion) => {
    const dialogo = document.querySelector("[data-crear-dialogo]");
    const pedir = async (url, envio) => {
      const r = await fetch(url, { headers: { "HX-Request": "true", "HX-Current-URL": location.href }, ...envio });
      if (r.headers.get("HX-Redirect")) return void location.assign(r.headers.get("HX-Redirect"));
      const html = r.ok || r.status === 422 ? await r.text() : "";
      if (!html) throw new Error(String(r.status));
      dialogo.innerHTML = html;
      if (r.status === 201) {
        const hecha = dialogo.querySelector("[data-valor]");
        dialogo.close();
        return void elegir(input, hecha, true);
      }
      if (!dialogo.open) dialogo.showModal();
      const formulario = dialogo.querySelector("form");
      const campos = [...formulario.querySelectorAll("input:not([type=hidden], [type=checkbox])")];
      (formulario.querySelector("[aria-invalid=true]") || campos.find((x) => !x.value))?.focus();
      formulario.addEventListener("submit", (evento) => {
        evento.preventDefault();
        evento.stopPropagation();
        pedir(formulario.action, { method: "POST", body: new FormData(formulario) }).catch(fallo);
      });
    };
    const { errorServidor } = document.getElementById("avisos").dataset;
    const fallo = () => document.dispatchEvent(new CustomEvent("aviso", { detail: { texto: errorServidor, nivel: "error" } }));
    cerrar(input);
    const url = new URL(opcion.dataset.crear, location.href);
    url.searchParams.set("q", opcion.dataset.valor);
    await pedir(url).catch(fallo);
  };

  const elegir = (input, opcion, avanzar) => {
    if (opcion.dataset.crear) return void crear(input, opcion);
    const e = estado(input);
    input.value = opcion.dataset.valor ?? opcion.textContent.trim();
    e.texto = input.value.trim();
    e.pedido = null;
    const fila = input.closest("[data-linea]") || input.form || document;
    const eco = fila.querySelector("[data-combo-eco]");
    const hay = fila.querySelector("[data-combo-hay]");
    if (input.hasAttribute("data-combo-con-eco")) {
      if (eco) eco.textContent = opcion.dataset.eco ?? "";
      if (hay) hay.textContent = opcion.querySelector("[data-hay]")?.textContent.trim() ?? "";
    }
    for (const [clave, valor] of Object.entries(opcion.dataset)) { // data-llenar-<name> fills that field of the row, if it is empty
      if (!clave.startsWith("llenar")) continue;
      const nombre = clave.slice(6).replace(/[A-Z]/g, (c, i) => (i ? "_" : "") + c.toLowerCase());
      const campo = fila.querySelector(`[name$="${nombre}"]`);
      if (campo && !campo.value) campo.value = valor;
    }
    cerrar(input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.dispatchEvent(new CustomEvent("elegido", { bubbles: true, detail: opcion.dataset }));
    clearTimeout(e.reloj);
    cerrar(input);
    if (avanzar) siguiente(input);
  };

  document.addEventListener("input", (evento) => {
    const input = evento.target;
    if (!input.matches?.("input[data-combo]") || !evento.isTrusted) return;
    const e = estado(input);
    clearTimeout(e.reloj);
    if (!input.value.trim() && !input.hasAttribute("data-combo-vacio")) return void cerrar(input);
    e.reloj = setTimeout(() => pedir(input), 120);
  });

  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("input[data-combo]")) {
      const nuevo = !estados.has(target);
      estado(target);
      if (target.hasAttribute("data-combo-vacio") && !target.value && !nuevo) pedir(target);
      else if (target.hasAttribute("data-combo-vacio") && !target.value) setTimeout(() => pedir(target));
    }
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.("input[data-combo]") && estados.has(target)) setTimeout(() => document.activeElement !== target && cerrar(target), 150);
  });

  document.addEventListener("keydown", (evento) => {
    const input = evento.target;
    if (!input.matches?.("input[data-combo]")) return;
    const e = estado(input);
    if (evento.key === "ArrowDown" || evento.key === "ArrowUp") {
      evento.preventDefault();
      const paso = evento.key === "ArrowDown" ? 1 : -1;
      if (e.lista.hidden) pedir(input).then(() => marcar(input, paso > 0 ? 0 : -1));
      else marcar(input, e.activa < 0 && paso < 0 ? -1 : e.activa + paso);
    } else if (evento.key === "Escape" && !e.lista.hidden) {
      evento.preventDefault();
      evento.stopPropagation();
      cerrar(input);
    } else if (evento.key === "Enter" && !evento.ctrlKey && !evento.metaKey) {
      evento.preventDefault(); // a scanner's Enter must not send the form
      evento.stopPropagation();
      if (e.activa >= 0 && !e.lista.hidden) return void elegir(input, opciones(e)[e.activa], true);
      if (!input.value.trim()) return;
      const espera = decidir(input);
      window.escaner?.esperar(espera);
    }
  });

  const decidir = async (input) => {
    const e = estado(input);
    const tecleado = input.value.trim();
    await pedir(input);
    if (input.value.trim() !== tecleado) return;
    const todas = opciones(e);
    const exacta = todas.find((x) => x.hasAttribute("data-exacto") || x.dataset.valor?.toUpperCase() === tecleado.toUpperCase());
    if (exacta || todas.length === 1) elegir(input, exacta || todas[0], true);
    else if (!todas.length && input.hasAttribute("data-combo-libre")) siguiente(input);
    else marcar(input, 0);
  };

  document.addEventListener("mousedown", (evento) => {
    const opcion = evento.target.closest?.('.combo-lista [role="option"]');
    if (!opcion) return;
    evento.preventDefault();
    elegir(opcion.closest(".combo").querySelector("input[data-combo]"), opcion, true);
  });

  window.combo = { decidir, elegir, siguiente };
})();
