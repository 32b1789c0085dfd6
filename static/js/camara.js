// The camera as a scanner: [data-camara] opens #camara. The browser's own detector where it knows DataMatrix, which needs no
// network; else grey frames that the server decodes and forgets, one at a time. What is read goes to the lines of the sheet
// (escaner.js), or to the search (data-camara="url"). A code counts again once it was out of sight for a while.
(() => {
  const dialogo = document.getElementById("camara");
  const botones = [...document.querySelectorAll("[data-camara]")];
  if (!dialogo || !navigator.mediaDevices?.getUserMedia) return;
  const video = dialogo.querySelector("video");
  const estado = dialogo.querySelector("[data-camara-estado]");
  const MAXIMO = 290_000; // pixels of a frame: the server takes 300 kB
  const OTRA_VEZ = 2500; // ms out of sight
  const ESPERA = 200; // ms between frames: at most as many a minute as the server takes
  let destino = "";
  let visto = { codigo: "", cuando: 0 };

  botones.forEach((x) => { x.hidden = false; });

  const detector = async () => {
    const formatos = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats() : [];
    return formatos.includes("data_matrix") ? new window.BarcodeDetector({ formats: formatos }) : null;
  };

  const lienzo = document.createElement("canvas");
  const cuadro = () => {
    const escala = Math.min(1, Math.sqrt(MAXIMO / (video.videoWidth * video.videoHeight)));
    const [ancho, alto] = [video.videoWidth, video.videoHeight].map((x) => Math.floor(x * escala));
    Object.assign(lienzo, { width: ancho, height: alto });
    const dibujo = lienzo.getContext("2d", { willReadFrequently: true });
    dibujo.drawImage(video, 0, 0, ancho, alto);
    const { data } = dibujo.getImageData(0, 0, ancho, alto);
    const gris = new Uint8Array(ancho * alto);
    for (let i = 0; i < gris.length; i += 1) gris[i] = (data[4 * i] * 77 + data[4 * i + 1] * 150 + data[4 * i + 2] * 29) >> 8;
    return new Blob([`P5\n${ancho} ${alto}\n255\n`, gris]);
  };

  const enServidor = async () => {
    const datos = new FormData();
    datos.append("cuadro", cuadro(), "cuadro.pgm");
    const r = await fetch(dialogo.dataset.leer, { method: "POST", body: datos, headers: JSON.parse(document.body.getAttribute("hx-headers")) });
    if (r.status === 429) await new Promise((listo) => { setTimeout(listo, 1000 * (r.headers.get("Retry-After") ?? 5)); });
    return r.ok ? (await r.json()).codigo : null;
  };

  const usar = async (codigo) => {
    const repetido = codigo === visto.codigo && Date.now() - visto.cuando < OTRA_VEZ;
    visto = { codigo, cuando: Date.now() };
    if (repetido) return;
    navigator.vibrate?.(60);
    if (destino) {
      const url = new URL(destino, location.href);
      url.searchParams.set("q", codigo);
      location.assign(url);
      return;
    }
    const linea = await window.escaner.leer(codigo);
    const producto = linea?.querySelector("[data-combo-eco]")?.textContent;
    estado.textContent = linea ? `✓ ${producto} · ${linea.querySelector('[name$="-cantidad"]').value}` : dialogo.dataset.desconocido;
  };

  const mirar = async (corriente) => {
    const propio = await detector();
    while (dialogo.open && corriente.active) {
      const codigo = propio ? (await propio.detect(video).catch(() => []))[0]?.rawValue : await enServidor().catch(() => null);
      if (codigo && dialogo.open) await usar(codigo);
      await new Promise((listo) => { setTimeout(listo, ESPERA); });
    }
  };

  const abrir = async (boton) => {
    destino = boton.dataset.camara;
    estado.textContent = dialogo.dataset.apunte;
    dialogo.showModal();
    let corriente;
    try {
      corriente = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      estado.textContent = dialogo.dataset.negada;
      return;
    }
    const apagar = () => corriente.getTracks().forEach((x) => x.stop());
    if (!dialogo.open) return void apagar();
    dialogo.addEventListener("close", apagar, { once: true });
    video.srcObject = corriente;
    await video.play().catch(() => {});
    mirar(corriente);
  };

  document.addEventListener("click", ({ target }) => {
    const boton = target.closest?.("[data-camara]");
    if (boton) abrir(boton);
  });
  if (location.hash === "#escanear" && botones.length) abrir(botones[0]);
})();
