// The inbox of alerts: what its buttons do is done in place (form[data-en-su-lugar]), the row after the one that leaves has the
// focus, and keys do it all: j and k move, x ticks, and each button of a row says its own (data-tecla).
(() => {
  const filas = () => [...document.querySelectorAll("[data-bandeja-fila]")];
  let actual = 0;

  const ir = (n) => {
    const todas = filas();
    if (!todas.length) return;
    actual = Math.min(Math.max(n, 0), todas.length - 1);
    todas[actual].focus();
  };

  document.addEventListener("submit", (evento) => {
    const { target: formulario, submitter } = evento;
    if (!formulario.matches("[data-en-su-lugar]") || submitter?.hasAttribute("data-otra-pagina") || !window.htmx) return;
    evento.preventDefault();
    const fila = submitter?.closest("[data-bandeja-fila]");
    actual = Math.max(0, filas().indexOf(fila || document.querySelector("[data-bandeja-fila]:has(:checked)")));
    const values = {};
    for (const [campo, valor] of new FormData(formulario, submitter)) (values[campo] ||= []).push(valor);
    // What is written off is what the ticked rows hold, not their alerts.
    const marcadas = [...document.querySelectorAll("[data-seleccion-fila]:checked")];
    if (!values.existencias && formulario.id === "varias") values.existencias = marcadas.map((x) => x.dataset.existencias).filter(Boolean);
    window.htmx.ajax("POST", submitter?.getAttribute("formaction") || formulario.action, { values, swap: "none" });
  });
  document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
    if (target.id === "tabla" && detail.requestConfig?.triggeringEvent?.type === "alertas") ir(actual);
  });

  document.addEventListener("keydown", (evento) => {
    const { target, key } = evento;
    if (evento.ctrlKey || evento.metaKey || evento.altKey || evento.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (!filas().length || target.matches("textarea, select, input:not([type=checkbox])")) return;
    const fila = target.closest("[data-bandeja-fila]");
    if (key === "j" || key === "k") {
      evento.preventDefault();
      return ir(fila ? filas().indexOf(fila) + (key === "j" ? 1 : -1) : actual);
    }
    const suya = `[data-tecla="${CSS.escape(key)}"]`;
    const boton = key === "x" ? fila?.querySelector("[data-seleccion-fila]")
      : document.querySelector(`[data-seleccion-barra]:not([hidden]) ${suya}`) || fila?.querySelector(suya);
    if (!boton) return;
    evento.preventDefault();
    boton.click();
  });
})();
