// Scanners that type, on the pages with [data-lineas]. Keys that come faster than anybody types and end in Enter, Tab or silence
// are a scan, wherever the focus is: its product goes to a line, its lot, dates and quantity with it, and the same again adds one.
// Keys that come while a code is looked up wait, in order, for the field that will be theirs.
(() => {
  const ENTRE_TECLAS = 50; // ms; nobody types eight characters so fast
  const SILENCIO = 300;
  const MINIMO = 6;
  const SIN_FIN = 8; // characters of a scan that neither Enter nor Tab ends
  const GS = "\x1d"; // typed as Ctrl+] or Alt+029: a field would drop it
  let rafaga = null; // the keys that came fast: { texto, ultimo, campo, antes }
  let cola = null; // the keys that wait, while a code is looked up
  let alt = "";
  let reloj = 0;

  const caja = () => document.querySelector("[data-lineas]");
  const lineas = () => [...caja().querySelectorAll("[data-linea]")];
  const campo = (linea, nombre) => linea?.querySelector(`[name$="-${nombre}"]`);
  const escribible = (x) => x?.matches?.("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea");
  const avisar = (x) => ["input", "change"].forEach((tipo) => x.dispatchEvent(new Event(tipo, { bubbles: true })));
  const poner = (x, valor) => { x.value = valor; avisar(x); };

  const tecla = (evento) => {
    const altGr = evento.ctrlKey && evento.altKey; // `]` on many keyboards
    if (evento.ctrlKey && !altGr && evento.key === "]") return GS;
    if (["Enter", "Tab", "Backspace"].includes(evento.key)) return evento.ctrlKey || evento.metaKey ? "" : evento.key;
    return evento.key.length === 1 && (altGr || !(evento.ctrlKey || evento.altKey || evento.metaKey)) ? evento.key : "";
  };
  const termina = (t) => t === "Enter" || t === "Tab";

  const anotar = (t, cuando, destino) => {
    if (!rafaga || rafaga.campo !== destino || cuando - rafaga.ultimo > ENTRE_TECLAS) {
      rafaga = { texto: "", campo: destino, antes: escribible(destino) ? destino.value : null };
    }
    rafaga.texto += t;
    rafaga.ultimo = cuando;
    clearTimeout(reloj);
    if (rafaga.texto.length >= SIN_FIN) reloj = setTimeout(() => leer(rafaga, false), SILENCIO);
  };

  const leer = ({ texto, campo: donde, antes }, terminado = true) => {
    clearTimeout(reloj);
    rafaga = null;
    return esperar(escanear(texto, donde, antes, terminado));
  };

  // Where a quantity belongs nobody types eight digits: they are a code, however slowly they came.
  const codigoEnCantidad = (x) => (x?.name?.endsWith("-cantidad") && /^\d{8,}$/.test(x.value) ? x.value : "");

  document.addEventListener("keydown", (evento) => {
    if (!evento.isTrusted || !caja() || document.querySelector("dialog[open]")) return;
    if (evento.altKey && !evento.ctrlKey && /^\d$/.test(evento.key)) { alt += evento.key; return; }
    const t = tecla(evento);
    if (cola) {
      if (!t) return;
      evento.preventDefault();
      evento.stopImmediatePropagation();
      cola.push({ t, cuando: evento.timeStamp, llego: performance.now() });
      return;
    }
    if (t && !termina(t) && t !== "Backspace") {
      anotar(t, evento.timeStamp, evento.target);
      if (t === GS) evento.preventDefault();
      return;
    }
    clearTimeout(reloj);
    if (!termina(t)) { if (evento.key !== "Shift" && evento.key !== "Control") rafaga = null; return; }
    const escaneada = rafaga && rafaga.campo === evento.target && rafaga.texto.length >= MINIMO
      && evento.timeStamp - rafaga.ultimo <= 2 * ENTRE_TECLAS ? rafaga : null;
    const suelto = codigoEnCantidad(evento.target);
    rafaga = null;
    if (!escaneada && !suelto) return;
    evento.preventDefault();
    evento.stopImmediatePropagation();
    leer(escaneada || { texto: suelto, campo: evento.target, antes: "" });
  }, true);

  document.addEventListener("keyup", (evento) => {
    if (evento.key !== "Alt" || !alt) return;
    if (Number(alt) === 29) cola ? cola.push({ t: GS, cuando: evento.timeStamp, llego: performance.now() }) : anotar(GS, evento.timeStamp, document.activeElement);
    alt = "";
  }, true);

  // Hold the keys until `promesa` is kept, then hand them on.
  const esperar = (promesa) => {
    if (cola) return promesa;
    cola = [];
    return promesa.catch(() => {}).then(repartir);
  };

  const repartir = async () => {
    while (cola.length) {
      const fin = cola.findIndex(({ t }) => termina(t));
      const hasta = fin < 0 ? cola.length : fin;
      const rapida = hasta > 1 && cola.slice(1, hasta).every((x, i) => x.cuando - cola[i].cuando <= ENTRE_TECLAS);
      if (rapida && fin < 0 && performance.now() - cola[hasta - 1].llego < SILENCIO) {
        await new Promise((listo) => { setTimeout(listo, ENTRE_TECLAS); }); // half a scan: the rest is coming
      } else if (rapida && hasta >= (fin < 0 ? SIN_FIN : MINIMO)) {
        const texto = cola.splice(0, hasta + 1).slice(0, hasta).map(({ t }) => t).join("");
        const donde = document.activeElement;
        await escanear(texto, donde, escribible(donde) ? donde.value : null, true).catch(() => {});
      } else await teclear(cola.shift().t);
    }
    cola = null;
  };

  // A key that waited, as the focused field would have had it.
  const teclear = async (t) => {
    const x = document.activeElement;
    if (t === "Tab") return window.combo.siguiente(x);
    if (t === "Enter") {
      if (codigoEnCantidad(x)) return escanear(x.value, x, "", true);
      if (x.matches("input[data-combo]") && x.value.trim()) return window.combo.decidir(x);
      return void x.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }
    if (!escribible(x) || t === GS) return;
    const texto = x.selectionStart === null ? null : [x.selectionStart, x.selectionEnd];
    if (!texto) return; // a date control takes no text
    if (t === "Backspace") x.setRangeText("", texto[0] - (texto[0] === texto[1] ? 1 : 0), texto[1], "end");
    else x.setRangeText(t, ...texto, "end");
    avisar(x);
  };

  // The option of what a scanned code names, or null.
  const buscar = async (texto) => {
    const url = new URL(caja().dataset.escaneado, location.href);
    url.searchParams.set("q", texto);
    const r = await fetch(url, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (r.headers.get("HX-Redirect")) location.assign(r.headers.get("HX-Redirect"));
    const lista = document.createElement("ul");
    lista.innerHTML = r.ok && r.status !== 204 ? await r.text() : "";
    const aviso = lista.querySelector("[data-aviso]")?.textContent;
    if (aviso) document.dispatchEvent(new CustomEvent("aviso", { detail: { texto: aviso, nivel: "advertencia" } }));
    return lista.querySelector("[data-exacto]");
  };

  // `antes`: what the field held before; `terminado`: Enter or Tab ended it. A scanner that hesitates leaves the
  // beginning of a code in `antes`: the two together are tried too, first where only a code can be.
  const escanear = async (texto, donde, antes, terminado) => {
    const entero = (antes ?? "") + texto;
    const deCodigo = donde.matches?.("input[data-combo]");
    const posibles = [...new Set(deCodigo ? [entero, texto] : [texto, entero])];
    for (const posible of posibles) {
      const opcion = await buscar(posible);
      if (!opcion || ajena(opcion, donde)) continue;
      if (antes !== null) poner(donde, posible === texto ? antes : "");
      return colocar(opcion, donde.closest("[data-linea]"));
    }
    const linea = donde.closest("[data-linea]");
    if (!linea || !terminado) return undefined; // meant for that field, as the number of a document is; or the rest is to come
    let destino = donde;
    if (!deCodigo) { // an unknown code in a quantity, a date or a cost is of no use there
      if (antes !== null) poner(donde, antes);
      destino = campo(libre(linea), "producto");
    }
    destino.focus();
    poner(destino, (deCodigo ? entero : texto).replaceAll(GS, ""));
    return window.combo.decidir(destino);
  };

  // The bare code of a lot, scanned where the lot of another product is asked for, is what that one's pack says.
  const ajena = (opcion, donde) => {
    const producto = donde.name?.endsWith("-lote") && campo(donde.closest("[data-linea]"), "producto")?.value.trim();
    return producto && "suelto" in opcion.dataset && producto.toUpperCase() !== opcion.dataset.valor.toUpperCase();
  };

  const libre = (preferida) => {
    const vacia = (linea) => !campo(linea, "producto").value.trim();
    return (preferida && vacia(preferida) ? preferida : lineas().find(vacia)) || window.lineas.agregar(caja(), false);
  };

  const colocar = (opcion, actual) => {
    const { valor, llenarLote } = opcion.dataset;
    const [cuantos, unidades] = (opcion.dataset.llenarCantidad || "1").split("×").map(Number);
    const igual = (x, y) => x.trim().toUpperCase() === y.trim().toUpperCase();
    const mismoLote = (lote) => !lote || !llenarLote || !lote.value || igual(lote.value, llenarLote);
    const misma = lineas().filter((l) => igual(campo(l, "producto").value, valor) && mismoLote(campo(l, "lote")));
    const linea = (misma.includes(actual) ? actual : misma[0]) || libre(actual);
    const cantidad = campo(linea, "cantidad");
    const total = window.sumarCantidad(cantidad.value, cuantos, unidades);
    opcion.dataset.llenarCantidad = "";
    window.combo.elegir(campo(linea, "producto"), opcion, false);
    poner(cantidad, total);
    const pide = ["lote", "fecha_caducidad"].map((x) => campo(linea, x)).find((x) => x && x.offsetParent && !x.value);
    (pide || cantidad).focus();
    if (!pide) cantidad.select();
    return linea;
  };

  // What something else than a keyboard read; the line it went to, if it names anything.
  const leido = (texto) => escanear(texto, caja(), null, false);

  window.escaner = { esperar, leer: leido };
})();
