// Keyboard: data-atajo="g p" or "n" on a link, button or field. They are off while a text field has the focus or a dialog is open.
(() => {
  let previa = "";
  let reloj = 0;
  const escribe = (x) => x.isContentEditable || (x.matches("input, textarea, select") && !["checkbox", "radio", "button", "submit"].includes(x.type));

  document.addEventListener("keydown", (evento) => {
    const { target, key } = evento;
    if ((evento.ctrlKey || evento.metaKey) && key.toLowerCase() === "k") {
      evento.preventDefault();
      return window.abrirPaleta?.();
    }
    if ((evento.ctrlKey || evento.metaKey) && key === "Enter" && target.form) {
      evento.preventDefault();
      return target.form.requestSubmit(target.form.querySelector("[type=submit]:not([formaction])") || undefined);
    }
    if (evento.ctrlKey || evento.metaKey || evento.altKey || evento.defaultPrevented || escribe(target) || document.querySelector("dialog[open]")) return;
    if (key === "?") { evento.preventDefault(); return document.getElementById("dialogo-atajos")?.showModal(); }
    if (key === "/") { evento.preventDefault(); return window.abrirPaleta?.(); }
    const secuencia = previa ? `${previa} ${key}` : key;
    clearTimeout(reloj);
    previa = !previa && key === "g" ? "g" : "";
    if (previa) { reloj = setTimeout(() => { previa = ""; }, 1200); return; }
    const destino = [...document.querySelectorAll("[data-atajo]")].find((x) => x.dataset.atajo === secuencia);
    if (!destino) return;
    evento.preventDefault();
    if (destino.matches("input, select, textarea")) destino.focus();
    else destino.click();
  });
})();
