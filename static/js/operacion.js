// The sheets of operations: what a chosen product or lot changes in its line, and the money of an entry.
(() => {
  const linea = (x) => x.closest("[data-linea]");

  document.addEventListener("elegido", ({ target, detail }) => {
    const fila = linea(target);
    if (!fila) return;
    if (target.name.endsWith("-producto")) {
      const caduca = detail.controlaCaducidad !== "false";
      fila.querySelectorAll("[data-si-caduca]").forEach((x) => { x.hidden = !caduca; });
      empaques(fila, JSON.parse(detail.empaques || "[]"));
    } else if (target.name.endsWith("-lote")) {
      fila.querySelector("[data-lote-eco]").textContent = detail.eco ?? "";
    }
  });

  document.addEventListener("input", ({ target }) => {
    const fila = linea(target);
    if (fila && target.name?.endsWith("-lote")) fila.querySelector("[data-lote-eco]").textContent = "";
    if (fila && target.name?.endsWith("-cantidad")) eco(fila);
    importe(target.closest?.("form"));
  });
  document.addEventListener("change", ({ target }) => importe(target.closest?.("form")));

  // The packs of the product, as buttons under the quantity: each adds one.
  const empaques = (fila, todos) => {
    fila.querySelector("[data-linea-empaques]").replaceChildren(...todos.map(([nombre, unidades]) => {
      const boton = document.createElement("button");
      Object.assign(boton, { type: "button", className: "btn btn-sm btn-fantasma", tabIndex: -1, textContent: `+ ${nombre} ×${window.numeroLocal(unidades)}` });
      boton.dataset.empaque = unidades;
      return boton;
    }));
  };
  document.addEventListener("click", ({ target }) => {
    const boton = target.closest?.("button[data-empaque]");
    const campo = boton && linea(boton).querySelector('[name$="-cantidad"]');
    if (!campo) return;
    campo.value = window.sumarCantidad(campo.value, 1, Number(boton.dataset.empaque));
    ["input", "change"].forEach((tipo) => campo.dispatchEvent(new Event(tipo, { bubbles: true })));
    campo.focus();
  });
  // What a quantity in packs is in units.
  const eco = (fila) => {
    const campo = fila.querySelector('[name$="-cantidad"]');
    const cuantos = /[x×*+]/i.test(campo.value) ? window.leerCantidad(campo.value) : 0;
    fila.querySelector("[data-cantidad-eco]").textContent = cuantos ? `= ${window.numeroLocal(cuantos)}` : "";
  };

  const numero = (fila, campo) => window.leerCantidad(fila.querySelector(`[name$="-${campo}"]`)?.value || "0");

  const importe = (formulario) => {
    const salida = formulario?.querySelector("[data-importe]");
    if (!salida) return;
    const total = [...formulario.querySelectorAll("[data-linea]")]
      .reduce((suma, fila) => suma + (numero(fila, "cantidad") * numero(fila, "costo_unitario") || 0), 0);
    salida.textContent = total ? window.numeroLocal(total, 2) : "—";
  };
  document.querySelectorAll("form").forEach(importe);
  document.querySelectorAll("[data-linea]").forEach(eco);
})();
