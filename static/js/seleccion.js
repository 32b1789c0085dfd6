// Bulk actions: inside [data-seleccion], [data-seleccion-todo] ticks every [data-seleccion-fila]; Shift ticks a range;
// [data-seleccion-cuenta] says how many are ticked (="x": how many different data-x), [data-seleccion-suma="x"] what their data-x add up to, and
// [data-seleccion-palabra] is data-uno or data-varios. [data-seleccion-barra] shows while something is ticked.
(() => {
  const filas = (caja) => [...caja.querySelectorAll("input[data-seleccion-fila]")];
  let anterior = null;

  const pintar = (caja) => {
    const todas = filas(caja);
    const cuales = todas.filter((x) => x.checked);
    const marcadas = cuales.length;
    const todo = caja.querySelector("[data-seleccion-todo]");
    if (todo) { todo.checked = marcadas > 0 && marcadas === todas.length; todo.indeterminate = marcadas > 0 && marcadas < todas.length; }
    const distintos = (clave) => (clave ? new Set(cuales.map((x) => x.dataset[clave])).size : marcadas);
    caja.querySelectorAll("[data-seleccion-cuenta]").forEach((x) => { x.textContent = window.numeroLocal(distintos(x.dataset.seleccionCuenta)); });
    caja.querySelectorAll("[data-seleccion-suma]").forEach((x) => {
      const suma = cuales.reduce((s, fila) => s + Number(fila.dataset[x.dataset.seleccionSuma]), 0);
      x.textContent = window.numeroLocal(suma, Number(x.dataset.decimales || 0));
    });
    caja.querySelectorAll("[data-seleccion-palabra]").forEach((x) => { x.textContent = distintos(x.dataset.seleccionPalabra) === 1 ? x.dataset.uno : x.dataset.varios; });
    caja.querySelectorAll("[data-seleccion-barra]").forEach((x) => { x.hidden = !marcadas; });
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
