// Toasts. The server sends {"aviso": {"texto", "nivel", "deshacer"}} in HX-Trigger; a failure of the network or of the server makes
// one too. `deshacer` is what to post to take it back: [{"url", ...fields}]; its button answers to the key z.
(() => {
  const DURA = 7000;
  const region = () => document.getElementById("avisos");

  const despedir = (aviso) => {
    if (aviso.classList.contains("aviso-error")) return; // an error stays until it is read
    let reloj = setTimeout(() => aviso.remove(), DURA);
    aviso.addEventListener("mouseenter", () => clearTimeout(reloj));
    aviso.addEventListener("mouseleave", () => { reloj = setTimeout(() => aviso.remove(), DURA / 2); });
  };

  const deshacer = (cuales) => {
    const boton = document.createElement("button");
    Object.assign(boton, { type: "button", className: "btn btn-sm btn-secundario", textContent: region().dataset.deshacer });
    boton.dataset.atajo = "z";
    boton.addEventListener("click", async () => {
      boton.closest("[data-aviso]").remove();
      for (const { url, ...values } of cuales) await window.htmx.ajax("POST", url, { values, swap: "none" });
      document.dispatchEvent(new CustomEvent("alertas"));
    });
    return boton;
  };

  const avisar = (texto, nivel = "info", cuales = []) => {
    const plantilla = document.getElementById(`aviso-${nivel}`) || document.getElementById("aviso-info");
    const aviso = plantilla.content.firstElementChild.cloneNode(true);
    aviso.querySelector(".aviso-texto").textContent = texto;
    const iguales = [...region().children].filter((x) => x.textContent.trim() === texto);
    iguales.forEach((x) => x.remove());
    document.querySelectorAll("[data-aviso] [data-atajo]").forEach((x) => x.remove()); // only the last thing is taken back
    if (cuales.length) aviso.querySelector(".aviso-texto").after(deshacer(cuales));
    region().append(aviso);
    despedir(aviso);
  };

  document.addEventListener("aviso", ({ detail }) => avisar(detail.texto || detail.value, detail.nivel, detail.deshacer));
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
