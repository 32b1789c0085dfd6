// Command palette: Ctrl+K, "/" or the search box of the top bar. The menu is filtered here, the rest comes by htmx.
(() => {
  const paleta = document.getElementById("paleta");
  if (!paleta) return;
  const entrada = paleta.querySelector("#paleta-q");
  const lisa = (texto) => texto.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const opciones = () => [...paleta.querySelectorAll("[data-paleta-opcion]")].filter((x) => !x.hidden);
  let activa = 0;
  let hallado = ""; // the text whose results are shown

  const marcar = (i) => {
    const todas = opciones();
    activa = todas.length ? (i + todas.length) % todas.length : 0;
    paleta.querySelectorAll("[data-paleta-opcion]").forEach((x) => { x.classList.remove("activa"); x.setAttribute("aria-selected", "false"); });
    const una = todas[activa];
    if (!una) return entrada.removeAttribute("aria-activedescendant");
    una.id ||= `paleta-${Math.random().toString(36).slice(2)}`;
    una.classList.add("activa");
    una.setAttribute("aria-selected", "true");
    entrada.setAttribute("aria-activedescendant", una.id);
    una.scrollIntoView({ block: "nearest" });
  };

  const filtrar = () => {
    const buscado = lisa(entrada.value.trim());
    const menu = paleta.querySelector("[data-paleta-menu]");
    for (const x of menu.querySelectorAll("[data-paleta-opcion]")) x.hidden = !lisa(x.textContent).includes(buscado);
    menu.hidden = !menu.querySelector("[data-paleta-opcion]:not([hidden])");
    if (!buscado) paleta.querySelector("#paleta-hallado").replaceChildren();
    marcar(0);
  };

  const abrir = (texto = "") => {
    if (paleta.open) return;
    document.querySelectorAll("dialog[open]").forEach((x) => x.close());
    entrada.value = texto;
    filtrar();
    paleta.showModal();
    entrada.focus();
  };
  window.abrirPaleta = abrir;

  entrada.addEventListener("input", filtrar);
  paleta.addEventListener("htmx:afterSettle", () => { hallado = entrada.value; marcar(0); });
  entrada.addEventListener("keydown", (evento) => {
    if (evento.key === "ArrowDown" || evento.key === "ArrowUp") {
      evento.preventDefault();
      marcar(activa + (evento.key === "ArrowDown" ? 1 : -1));
    } else if (evento.key === "Escape") {
      evento.preventDefault(); // else the first one only empties a search box
      entrada.blur(); // it would keep the keyboard until the next frame is painted, and swallow the first key of a shortcut
      paleta.close();
    } else if (evento.key === "Enter") {
      // A scanner is faster than the results: the form then goes to what the code names.
      const una = entrada.value === hallado ? opciones()[activa] : opciones().find((x) => x.closest("[data-paleta-menu]"));
      if (una) { evento.preventDefault(); una.click(); }
    }
  });
  for (const caja of document.querySelectorAll("[data-abrir-paleta]")) {
    caja.addEventListener("mousedown", (evento) => { evento.preventDefault(); abrir(caja.value); });
    caja.addEventListener("input", () => { abrir(caja.value); window.htmx?.trigger(entrada, "input"); });
  }
})();
