// The sheets of operations: what a chosen product or lot changes in its line, and the money of an entry.
(() => {
  const linea = (x) => x.closest("[data-linea]");

  document.addEventListener("elegido", ({ target, detail }) => {
    const fila = linea(target);
    if (!fila) return;
    if (target.name.endsWith("-producto")) {
      const caduca = detail.controlaCaducidad !== "false";
      fila.querySelectorAll("[data-si-caduca]").forEach((x) => { x.hidden = !caduca; });
    } else if (target.name.endsWith("-lote")) {
      fila.querySelector("[data-lote-eco]").textContent = detail.eco ?? "";
    }
  });

  document.addEventListener("input", ({ target }) => {
    const fila = linea(target);
    if (fila && target.name?.endsWith("-lote")) fila.querySelector("[data-lote-eco]").textContent = "";
    importe(target.closest?.("form"));
  });
  document.addEventListener("change", ({ target }) => importe(target.closest?.("form")));

  const numero = (fila, campo) => window.leerNumero(fila.querySelector(`[name$="-${campo}"]`)?.value || "0");

  const importe = (formulario) => {
    const salida = formulario?.querySelector("[data-importe]");
    if (!salida) return;
    const total = [...formulario.querySelectorAll("[data-linea]")]
      .reduce((suma, fila) => suma + (numero(fila, "cantidad") * numero(fila, "costo_unitario") || 0), 0);
    salida.textContent = total ? window.numeroLocal(total, 2) : "—";
  };
  document.querySelectorAll("form").forEach(importe);
})();
