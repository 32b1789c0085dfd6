// Small things: data-imprimir prints, data-copiar="#id" copies its text, data-enviar-al-cambiar submits its form,
// [data-solo-js] shows only where scripts run, a form is sent once however often its button is pressed
// (data-descarga: the answer is a file, and the page stays), and one that came back
// refused has the focus on the first field that is wrong, or on what it says.
(() => {
  document.addEventListener("click", (evento) => {
    if (evento.target.closest("[data-imprimir]")) print();
    const copia = evento.target.closest("[data-copiar]");
    if (copia) {
      const origen = document.querySelector(copia.dataset.copiar);
      navigator.clipboard?.writeText(origen.value ?? origen.textContent.trim()).then(() => {
        document.dispatchEvent(new CustomEvent("aviso", { detail: { texto: copia.dataset.copiado, nivel: "exito" } }));
      });
    }
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-enviar-al-cambiar]")) target.form.requestSubmit();
  });
  document.addEventListener("submit", (evento) => {
    const formulario = evento.target;
    if (formulario.method !== "post" || formulario.matches("[hx-post]") || evento.submitter?.matches("[data-descarga]")) return;
    if (formulario.dataset.enviando) return evento.preventDefault();
    setTimeout(() => { if (!evento.defaultPrevented) formulario.dataset.enviando = "1"; });
  });
  const rechazo = document.querySelector("main form [aria-invalid=true]:not([type=hidden]), main form .errorlist");
  if (rechazo) {
    if (!rechazo.matches("input, select, textarea")) rechazo.tabIndex = -1;
    rechazo.focus();
    rechazo.select?.();
  }
  const mostrar = () => document.querySelectorAll("[data-solo-js]").forEach((x) => { x.hidden = false; });
  document.addEventListener("htmx:afterSettle", mostrar);
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-enviando]").forEach((x) => delete x.dataset.enviando);
    mostrar();
  });
})();
