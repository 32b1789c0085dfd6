// The page on which people count: form[data-conteo]. What is counted goes to a queue in localStorage, of this user and this
// session, and from there to the server, one by one, in order: each with a key of its own, so that nothing is lost and
// nothing counts twice, and with its age, so that a number that waited is judged by its moment. A scan chooses the lot; the
// next scan sends what was typed and goes on.
(() => {
  const formulario = document.querySelector("form[data-conteo]");
  if (!formulario) return;
  const ENTRE_TECLAS = 50; // ms; nobody types so fast
  const MINIMO = 6;
  const REINTENTO = 5000;
  const campo = (nombre) => formulario.elements[nombre];
  const [codigo, lote, cantidad] = ["codigo", "lote", "cantidad"].map(campo);
  const elegido = document.querySelector("[data-conteo-elegido]");
  const marcador = document.querySelector("[data-conteo-avance]");
  const insignia = document.querySelector("[data-conteo-cola]");
  const estado = document.querySelector("[data-conteo-estado]");
  const rechazos = document.querySelector("[data-conteo-rechazos]");
  const lugar = `conteo:${document.body.dataset.usuario}:${formulario.dataset.conteo}`;

  // The queue -------------------------------------------------------------------------------------------------------

  const leer = (cual) => {
    try {
      const x = JSON.parse(localStorage.getItem(`${lugar}:${cual}`));
      return Array.isArray(x) ? x : [];
    } catch { return []; }
  };
  const escribir = (cual, x) => localStorage.setItem(`${lugar}:${cual}`, JSON.stringify(x));
  const clave = () => ([...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join(""));

  const pintar = (mensaje = "") => {
    const n = leer("cola").length;
    insignia.hidden = !n;
    insignia.textContent = `${insignia.dataset.texto}: ${n}`;
    estado.textContent = mensaje;
    const malos = leer("rechazos");
    rechazos.hidden = !malos.length;
    rechazos.querySelector("ul").replaceChildren(...malos.map((x) => {
      const fila = rechazos.querySelector("template").content.cloneNode(true);
      fila.querySelector("[data-que]").textContent = `${x.que}: ${x.cantidad}`;
      fila.querySelector("[data-por-que]").textContent = x.porQue;
      fila.querySelector("[data-quitar]").dataset.quitar = x.clave;
      return fila;
    }));
  };

  let enviando = false;
  let reloj = 0;
  const enviar = async () => {
    if (enviando) return;
    enviando = true;
    clearTimeout(reloj);
    let mensaje = "";
    for (let x = leer("cola")[0]; x; x = leer("cola")[0]) {
      const hecho = await enviarUno(x);
      if (typeof hecho === "string") { mensaje = hecho; break; }
      escribir("cola", leer("cola").filter((y) => y.clave !== x.clave));
      pintar();
    }
    enviando = false;
    pintar(mensaje);
    if (leer("cola").length) reloj = setTimeout(enviar, REINTENTO);
  };

  // True when the server has it or will never take it; else what to say meanwhile.
  const enviarUno = async (x) => {
    const datos = new FormData();
    const dice = { clave: x.clave, cantidad: x.cantidad, minutos: x.minutos || "", [x.lote ? "lote" : "codigo"]: x.lote || x.codigo };
    const hace = Math.max(0, Math.round((Date.now() - x.cuando) / 1000));
    Object.entries({ ...dice, ...(hace > 2 ? { hace } : {}) }).forEach(([k, v]) => datos.append(k, v));
    let r;
    try {
      r = await fetch(formulario.action, {
        method: "POST",
        body: datos,
        headers: { "HX-Request": "true", "X-CSRFToken": campo("csrfmiddlewaretoken").value },
      });
    } catch { return estado.dataset.sinRed; }
    if (r.headers.get("HX-Redirect") || r.status === 403) return estado.dataset.sesion;
    if (r.status >= 500 || r.status === 429 || r.status === 408) return estado.dataset.sinRed;
    const cuerpo = await r.json().catch(() => ({}));
    if (r.ok) contado(cuerpo);
    else escribir("rechazos", [...leer("rechazos"), { ...x, porQue: (cuerpo.errores || []).join(" ") || String(r.status) }]);
    return true;
  };

  const contado = ({ lote: cual, contadas, lineas }) => {
    const numero = (n) => new Intl.NumberFormat(document.documentElement.lang).format(n);
    if (contadas !== undefined) marcador.textContent = `${numero(contadas)} / ${numero(lineas)}`;
    document.querySelector(`[data-conteo-linea="${cual}"]`)?.closest("li").remove();
  };

  // What is counted ---------------------------------------------------------------------------------------------------

  const limpiar = () => {
    [codigo, lote, cantidad].forEach((x) => { x.value = ""; });
    elegido.textContent = "";
    codigo.focus();
  };

  const apuntar = () => {
    if (!cantidad.value.trim() || !(lote.value || codigo.value.trim())) return false;
    const que = lote.value ? elegido.textContent.trim() : codigo.value.trim();
    const nuevo = { clave: clave(), lote: lote.value, codigo: codigo.value, cantidad: cantidad.value.trim(), minutos: campo("minutos").value.trim(), cuando: Date.now(), que };
    escribir("cola", [...leer("cola"), nuevo]);
    if (lote.value) document.querySelector(`[data-conteo-linea="${lote.value}"]`)?.closest("li").remove();
    limpiar();
    pintar();
    enviar();
    return true;
  };

  const decir = (titulo, detalle) => {
    elegido.replaceChildren(Object.assign(document.createElement("strong"), { textContent: titulo }), ` ${detalle}`);
  };

  const elegir = (cual, titulo, detalle) => {
    lote.value = cual;
    codigo.value = "";
    decir(titulo, detalle);
    cantidad.focus(); // and what was typed there meanwhile stays
  };

  const enlace = (a) => elegir(a.dataset.conteoLinea, a.querySelector("strong").textContent, a.querySelector(".detalle").textContent);

  // The line of the list that a code names by itself, without the server.
  const deLaLista = (texto) => {
    const igual = (x) => x.trim().toUpperCase() === texto.trim().toUpperCase();
    const lineas = [...document.querySelectorAll("[data-conteo-linea]")];
    const suyas = lineas.filter(({ dataset: d }) => igual(d.loteCodigo) || igual(d.sku));
    return suyas.length === 1 ? suyas[0] : null;
  };

  const buscar = async (texto) => {
    lote.value = "";
    const cerca = deLaLista(texto);
    if (cerca) return enlace(cerca);
    elegido.textContent = "";
    cantidad.focus();
    const url = new URL(formulario.action);
    url.searchParams.set("codigo", texto);
    try {
      const r = await fetch(url, { headers: { "HX-Request": "true" } });
      const cuerpo = r.status === 204 ? {} : await r.json();
      if (codigo.value !== texto) return undefined;
      if (r.ok && cuerpo.lote) return elegir(cuerpo.lote, cuerpo.titulo, cuerpo.detalle);
      elegido.textContent = (cuerpo.errores || []).join(" ");
      codigo.focus();
      codigo.select();
    } catch { if (codigo.value === texto) decir(texto, elegido.dataset.desconocido); }
    return undefined;
  };

  // A scan in the quantity: the keys that came fast are the next code, what was there before is the quantity.
  let rafaga = { texto: "", ultima: 0, antes: "" };
  cantidad.addEventListener("keydown", (evento) => {
    if (evento.key.length === 1) {
      if (evento.timeStamp - rafaga.ultima > ENTRE_TECLAS) rafaga = { texto: "", antes: cantidad.value };
      rafaga.texto += evento.key;
      rafaga.ultima = evento.timeStamp;
    } else if (evento.key === "Enter") {
      const suelto = /^\d{8,}$/.test(cantidad.value);
      const escaneada = rafaga.texto.length >= MINIMO && evento.timeStamp - rafaga.ultima <= 2 * ENTRE_TECLAS;
      if (!suelto && !escaneada) return;
      evento.preventDefault();
      const texto = escaneada ? rafaga.texto : cantidad.value;
      cantidad.value = escaneada && cantidad.value !== rafaga.texto ? rafaga.antes : "";
      rafaga = { texto: "", ultima: 0, antes: "" };
      apuntar();
      codigo.value = texto;
      buscar(texto);
    }
  });

  codigo.addEventListener("keydown", (evento) => {
    if (evento.key !== "Enter" || !codigo.value.trim()) return;
    evento.preventDefault();
    buscar(codigo.value);
  });
  codigo.addEventListener("input", () => { lote.value = ""; elegido.textContent = ""; });

  formulario.addEventListener("submit", (evento) => {
    evento.preventDefault();
    if (!apuntar()) (lote.value || codigo.value.trim() ? cantidad : codigo).focus();
  });

  document.addEventListener("click", (evento) => {
    const a = evento.target.closest("[data-conteo-linea]");
    if (a) { evento.preventDefault(); enlace(a); }
    const quitar = evento.target.closest("[data-quitar]");
    if (quitar) { escribir("rechazos", leer("rechazos").filter((x) => x.clave !== quitar.dataset.quitar)); pintar(); }
  });

  window.addEventListener("online", enviar);
  pintar();
  enviar();
})();
