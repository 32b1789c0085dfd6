// Toasts. The server sends {"aviso": {"texto", "nivel"}} in HX-Trigger; a failure of the network or of the server makes one too.
(() => {
  const DURA = 7000;
  const region = () => document.getElementById("avisos");

  const despedir = (aviso) => {
    if (aviso.classList.contains("aviso-error")) return; // an error stays until it is read
    let reloj = setTimeout(() => aviso.remove(), DURA);
    aviso.addEventListener("mouseenter", () => clearTimeout(reloj));
    aviso.addEventListener("mouseleave", () => { reloj = setTimeout(() => aviso.remove(), DURA / 2); });
  };

  const avisar = (texto, nivel = "info") => {
    const plantilla = document.getElementById(`aviso-${nivel}`) || document.getElementById("aviso-info");
    const aviso = plantilla.content.firstElementChild.cloneNode(true);
    aviso.querySelector(".aviso-texto").textContent = texto;
    const iguales = [...region().children].filter((x) => x.textContent.trim() === texto);
    iguales.forEach((x) => x.remove());
    region().append(aviso);
    despedir(aviso);
  };

  document.addEventListener("aviso", ({ detail }) => avisar(detail.texto || detail.value, detail.nivel));
  document.addEventListener("click", (evento) => {
    evento.target.closest("[data-aviso-cerrar]")?.closest("[data-aviso]").remove();
  });

  // Nobody is told of a poll that failed (there will be another), nor of a request cut off by leaving the page.
  let saliendo = false;
  addEventListener("pagehide", () => { saliendo = true; });
  addEventListener("beforeunload", () => { saliendo = true; setTimeout(() => { saliendo = false; }, 2000); });
  const callado = (evento) => saliendo || evento.detail.elt?.closest("[data-refrescar]");
  document.addEventListener("htmx:sendError", (e) => { if (!callado(e)) avisar(region().dataset.errorRed, "error"); });
  document.addEventListener("htmx:responseError", (evento) => {
    if (callado(evento) || evento.detail.xhr.getResponseHeader("HX-Trigger")?.includes("aviso")) return;
    const { status } = evento.detail.xhr;
    const clave = status === 403 ? "errorPermiso" : status === 503 ? "errorOcupado" : "errorServidor";
    avisar(region().dataset[clave], "error");
  });
  document.querySelectorAll("[data-aviso]").forEach(despedir);
})();
