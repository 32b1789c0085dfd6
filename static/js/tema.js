// Runs before the first paint: sets the theme that the server wrote, which may be to follow the system.
(() => {
  const raiz = document.documentElement;
  const oscuro = matchMedia("(prefers-color-scheme: dark)");
  const pintar = () => {
    const tema = raiz.dataset.tema;
    raiz.dataset.bsTheme = tema === "oscuro" || (tema === "sistema" && oscuro.matches) ? "dark" : "light";
  };
  pintar();
  oscuro.addEventListener("change", pintar);

  // Without JavaScript the form posts and the page reloads; with it the theme changes in place.
  document.addEventListener("submit", (evento) => {
    const formulario = evento.target;
    if (!formulario.matches("[data-tema-formulario]") || !evento.submitter) return;
    evento.preventDefault();
    raiz.dataset.tema = evento.submitter.value;
    pintar();
    for (const boton of formulario.querySelectorAll("[name=tema]")) {
      boton.setAttribute("aria-pressed", String(boton === evento.submitter));
    }
    fetch(formulario.action, { method: "POST", body: new FormData(formulario, evento.submitter), redirect: "manual" });
  });
})();
