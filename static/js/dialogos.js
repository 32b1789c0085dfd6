// Dialogs. data-abrir="#id" opens one, data-cerrar closes it. data-confirmar="text" (data-confirmar-titulo,
// data-confirmar-boton) on a form, its button, or an hx-* element asks first.
(() => {
  const dialogo = () => document.getElementById("dialogo-confirmar");
  let continuar = null;

  const preguntar = (origen, accion) => {
    const d = dialogo();
    const si = d.querySelector("[data-confirmar-si]");
    const titulo = d.querySelector("#confirmar-titulo");
    titulo.textContent = origen.dataset.confirmarTitulo || titulo.dataset.omision;
    si.textContent = origen.dataset.confirmarBoton || si.dataset.omision;
    si.className = origen.hasAttribute("data-peligro") ? "btn btn-peligro" : "btn btn-primary";
    d.querySelector("#confirmar-texto").textContent = origen.dataset.confirmar;
    continuar = accion;
    d.showModal();
  };

  document.addEventListener("click", (evento) => {
    const abre = evento.target.closest("[data-abrir]");
    if (abre) {
      const destino = document.querySelector(abre.dataset.abrir);
      if (destino) {
        evento.preventDefault();
        abre.closest("details[open]")?.removeAttribute("open");
        destino.showModal();
      }
    }
    if (evento.target.closest("[data-cerrar]")) evento.target.closest("dialog").close();
    if (evento.target.closest("[data-confirmar-si]")) {
      const accion = continuar;
      dialogo().close();
      accion?.();
    }
    // A click on the backdrop has the dialog as its target, and lies outside its box.
    if (evento.target.matches?.("dialog[open]")) {
      const caja = evento.target.getBoundingClientRect();
      const fuera = evento.clientX < caja.left || evento.clientX > caja.right || evento.clientY < caja.top || evento.clientY > caja.bottom;
      if (fuera && evento.detail > 0) evento.target.close();
    }
  });

  const quienPregunta = (formulario, boton) =>
    boton?.hasAttribute("data-confirmar") ? boton : formulario.hasAttribute("data-confirmar") ? formulario : null;

  document.addEventListener("submit", (evento) => {
    const origen = quienPregunta(evento.target, evento.submitter);
    if (!origen || origen.dataset.confirmado || evento.target.matches("[hx-post]")) return;
    evento.preventDefault();
    evento.stopImmediatePropagation();
    const { target, submitter } = evento;
    preguntar(origen, () => {
      origen.dataset.confirmado = "1";
      target.requestSubmit(submitter);
      delete origen.dataset.confirmado;
    });
  }, true);

  document.addEventListener("htmx:confirm", (evento) => {
    const { elt, triggeringEvent } = evento.detail;
    const origen = quienPregunta(elt, triggeringEvent?.submitter);
    if (!origen) return;
    evento.preventDefault();
    preguntar(origen, () => evento.detail.issueRequest(true));
  });
})();
