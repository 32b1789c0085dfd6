// Bulk actions: inside [data-seleccion], [data-seleccion-todo] ticks every [data-seleccion-fila]; Shift ticks a range;
// [data-seleccion-cuenta] says how many are ticked.
(() => {
  const filas = (caja) => [...caja.querySelectorAll("input[data-seleccion-fila]")];
  let anterior = null;

  const pintar = (caja) => {
    const todas = filas(caja);
    const marcadas = todas.filter((x) => x.checked).length;
    const todo = caja.querySelector("[data-seleccion-todo]");
    if (todo) { todo.checked = marcadas > 0 && marcadas === todas.length; todo.indeterminate = marcadas > 0 && marcadas < todas.length; }
    caja.querySelectorAll("[data-seleccion-cuenta]").forEach((x) => { x.textContent = marcadas; });
  };

  document.addEventListener("click", (evento) => {
    const { target } = evento;
    const caja = target.closest?.("[data-seleccion]");
    if (!caja) return;
    if (target.matches("[data-seleccion-todo]")) filas(caja).forEach((x) => { x.checked = target.checked; });
    else if (target.matches("[data-seleccion-fila]")) {
      const todas = filas(caja);
      const [a, b] = [todas.indexOf(anterior), todas.indexOf(target)].sort((x, y) => x - y);
      if (evento.shiftKey && a >= 0) todas.slice(a, b + 1).forEach((x) => { x.checked = target.checked; });
      anterior = target;
    } else return;
    pintar(caja);
  });
  const preparar = () => document.querySelectorAll("[data-seleccion]").forEach(pintar);
  preparar();
  document.addEventListener("htmx:afterSettle", preparar);
})();
