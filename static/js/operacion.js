// The sheets of operations: what a chosen product or lot changes in its line, what the plan says that it lacks, and the money
// of an entry. Columns that are seldom used (data-plegado) unfold by themselves when they hold something.
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

  // A name or a balance is of the code that was chosen: not of what is typed over it, nor of another warehouse.
  const callar = (raiz, cuales) => raiz.querySelectorAll(cuales).forEach((x) => { x.textContent = ""; });
  document.addEventListener("input", ({ target, isTrusted }) => {
    const fila = linea(target);
    if (fila && target.name?.endsWith("-lote")) callar(fila, "[data-lote-eco]");
    if (fila && isTrusted && target.name?.endsWith("-producto")) callar(fila, "[data-combo-eco], [data-combo-hay]");
    if (fila && target.name?.endsWith("-cantidad")) eco(fila);
    importe(target.closest?.("form"));
  });
  document.addEventListener("change", ({ target }) => {
    if (target.name === "almacen") callar(document, "[data-combo-hay], [data-lote-eco]");
    importe(target.closest?.("form"));
    desplegar();
  });

  const desplegar = () => {
    const mas = document.querySelector("[data-mas-campos]");
    if (mas && [...document.querySelectorAll("[data-linea] [data-plegado] input")].some((x) => x.value)) mas.checked = true;
  };

  const faltas = () => {
    const dichas = new Map([...document.querySelectorAll("#plan [data-falta-de]")].map(({ dataset }) => [dataset.faltaDe, dataset.faltaDice]));
    for (const falta of document.querySelectorAll("[data-linea] [data-falta]")) {
      const fila = linea(falta);
      const dice = dichas.get(fila.querySelector("[name$='-producto']").value.trim());
      falta.hidden = !dice;
      falta.querySelector("[data-falta-texto]").textContent = fila.querySelector(".linea-cantidad .errorlist") ? "" : dice ?? "";
    }
  };
  document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "plan") faltas(); });

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
  desplegar();
  faltas();
})();
