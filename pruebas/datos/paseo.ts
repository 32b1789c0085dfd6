// The tour of docs/api.md by a TypeScript client: compiled with --strict against what openapi-typescript makes of the schema.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { env: Record<string, string | undefined>; exit(codigo: number): never };

type Problema409 = components["schemas"]["Problema409"];
const api = createClient<paths>({
  baseUrl: process.env.BASE ?? "",
  headers: { Authorization: `Token ${process.env.TOKEN ?? ""}` },
});

function exigir(condicion: boolean, que: string): asserts condicion {
  if (!condicion) throw new Error(que);
}

function bien<D>(respuesta: { data?: D; error?: unknown }): NonNullable<D> {
  exigir(respuesta.data !== undefined && respuesta.data !== null, JSON.stringify(respuesta.error));
  return respuesta.data;
}

async function paseo(): Promise<void> {
  const producto = bien(
    await api.POST("/api/v1/productos/", {
      body: { sku: "AMOX500", nombre: "Amoxicilina 500 mg", unidad: "tableta", stock_minimo: 100 },
    }),
  );
  const maximo: number | null = producto.stock_maximo;
  exigir(producto.sku === "AMOX500" && maximo === null, "producto");

  const entrada = {
    body: {
      motivo: "compra",
      contraparte: "Norte",
      lineas: [{ producto: producto.id, lote: "A-2291", fecha_caducidad: "2090-03-31", cantidad: 200, costo_unitario: "0.12" }],
    },
    params: { header: { "Idempotency-Key": "factura-1" } },
  };
  const hecha = bien(await api.POST("/api/v1/entradas/", entrada));
  const repetida = bien(await api.POST("/api/v1/entradas/", entrada));
  exigir(hecha.id === repetida.id && hecha.movimientos[0]?.cantidad === 200, "entrada");

  const pedido = { body: { contraparte: "Piso 3", lineas: [{ sku: "AMOX500", cantidad: 50, vida_minima: 30 }] } };
  const plan = bien(await api.POST("/api/v1/despachos/plan/", pedido));
  exigir(plan.completo && plan.lineas[0]?.lotes[0]?.lote_codigo === "A-2291", "plan");
  const despacho = bien(await api.POST("/api/v1/despachos/", pedido));
  exigir(despacho.tipo === "despacho" && despacho.movimientos[0]?.cantidad === -50, "despacho");

  const pagina = bien(await api.GET("/api/v1/productos/", { params: { query: { orden: "-sku", por_pagina: 10 } } }));
  exigir(pagina.resultados[0]?.disponible === 150 && pagina.siguiente === null, "productos");
  const lote = bien(await api.GET("/api/v1/lotes/{id}/", { params: { path: { id: despacho.movimientos[0].lote } } }));
  const fabricado: string | null = lote.fecha_fabricacion;
  exigir(lote.fecha_caducidad === "2090-03-31" && fabricado === null, "lote");
  const reporte = bien(await api.GET("/api/v1/reportes/existencias/", {}));
  exigir(typeof reporte !== "string", "the report is a file");
  exigir(reporte.filas[0]?.sku === "AMOX500" && reporte.totales.fisico === 150, "reporte");

  const cambiado = bien(
    await api.PATCH("/api/v1/productos/{id}/", { params: { path: { id: producto.id } }, body: { stock_minimo: 150 } }),
  );
  exigir(cambiado.stock_minimo === 150 && cambiado.sku === "AMOX500", "cambio");
  const reverso = bien(
    await api.POST("/api/v1/operaciones/{id}/revertir/", {
      params: { path: { id: despacho.id } },
      body: { nota: "piso equivocado" },
    }),
  );
  exigir(reverso.revierte === despacho.id, "reverso");

  const corto = await api.POST("/api/v1/despachos/", { body: { lineas: [{ sku: "AMOX500", cantidad: 9999 }] } });
  exigir(corto.response.status === 409 && corto.error !== undefined, "rechazo");
  const rechazo = corto.error as Problema409;
  exigir(rechazo.codigo === "stock_insuficiente" && rechazo.lineas?.[0]?.falta === 9799, "stock insuficiente");
  const nadie = await api.GET("/api/v1/productos/{id}/", { params: { path: { id: 10 ** 15 } } });
  exigir(nadie.error?.codigo === "no_encontrado", "no encontrado");
}

paseo().then(
  () => console.log("paseo completo"),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
