// Filter bars (form[data-filtros]): the URL holds only the filters in use.
document.addEventListener("htmx:configRequest", (evento) => {
  if (!evento.detail.elt.matches("form[data-filtros]")) return;
  for (const [clave, valor] of [...evento.detail.formData.entries()]) {
    if (valor === "") evento.detail.formData.delete(clave);
  }
  // The tabs, the heads and the days are outside the form: what they chose is in the URL, not in its hidden fields.
  const pedido = new URLSearchParams(location.search);
  const ocultos = [...evento.detail.elt.elements].filter((x) => x.name && x.type === "hidden").map((x) => x.name);
  for (const clave of new Set([...ocultos, "orden", "al"])) {
    evento.detail.formData.delete(clave);
    if (pedido.has(clave)) evento.detail.formData.set(clave, pedido.get(clave));
  }
});
// What was typed has been asked for already: leaving the search box must not ask again, and paint what is being used.
document.addEventListener("change", (evento) => {
  if (evento.target.matches("form[data-filtros] input[type=search]")) evento.stopPropagation();
}, true);
// The same without htmx: an empty field is not sent.
document.addEventListener("submit", (evento) => {
  if (!evento.target.matches("form[data-filtros]")) return;
  const vacios = [...evento.target.elements].filter((x) => x.name && x.value === "" && !x.disabled);
  vacios.forEach((x) => { x.disabled = true; });
  setTimeout(() => vacios.forEach((x) => { x.disabled = false; }));
});
// On back and forward the fields must show what the URL says: keep the browser from filling in what was typed last.
addEventListener("pageshow", () => document.querySelectorAll("form[data-filtros]").forEach((x) => x.setAttribute("autocomplete", "off")));
