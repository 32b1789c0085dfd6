"""What the pharmacy of the demo sells. One line a product: name | cost | units a week | months of shelf life.

Names are generic (INN) drugs and plain articles; every figure is invented.
"""

from typing import NamedTuple

# categoría: (días de aviso, estación en que más se vende, proveedor, productos)
_CATALOGO: dict[str, tuple[int | None, str, str, str]] = {
    "Analgésicos y antiinflamatorios": (None, "", "Distribuidora Farmacéutica del Valle", """
        Paracetamol 500 mg, 20 tabletas|18.50|60|30
        Paracetamol 120 mg/5 ml, jarabe 120 ml|32.00|22|24
        Paracetamol 100 mg/ml, gotas 15 ml|28.00|14|24
        Ibuprofeno 400 mg, 10 tabletas|21.00|48|30
        Ibuprofeno 100 mg/5 ml, suspensión 120 ml|46.00|18|24
        Naproxeno 250 mg, 30 tabletas|38.00|16|36
        Diclofenaco 100 mg, 20 grageas|29.00|14|36
        Diclofenaco 1 %, gel 60 g|54.00|12|24
        Ketorolaco 10 mg, 10 tabletas|26.00|20|24
        Ketorolaco 30 mg/ml, 3 ampolletas|34.00|8|24
        Metamizol sódico 500 mg, 10 tabletas|22.00|15|36
        Ácido acetilsalicílico 500 mg, 20 tabletas|14.00|18|36
        Meloxicam 15 mg, 10 tabletas|42.00|10|30
        Celecoxib 200 mg, 20 cápsulas|118.00|6|30
        Tramadol 50 mg, 10 cápsulas|68.00|4|30"""),
    "Antibióticos y antiinfecciosos": (None, "invierno", "Laboratorios Unidos del Centro", """
        Amoxicilina 500 mg, 12 cápsulas|36.00|26|24
        Amoxicilina 250 mg/5 ml, suspensión 75 ml|44.00|14|18
        Amoxicilina y clavulanato 875/125 mg, 10 tabletas|128.00|16|18
        Amoxicilina y clavulanato 400/57 mg, suspensión 50 ml|142.00|9|18
        Azitromicina 500 mg, 3 tabletas|64.00|18|24
        Claritromicina 500 mg, 10 tabletas|132.00|7|24
        Ciprofloxacino 500 mg, 14 tabletas|48.00|12|30
        Levofloxacino 750 mg, 7 tabletas|156.00|5|30
        Cefalexina 500 mg, 20 cápsulas|92.00|8|24
        Ceftriaxona 1 g, frasco ámpula|38.00|14|24
        Trimetoprima y sulfametoxazol 160/800 mg, 14 tabletas|42.00|9|36
        Metronidazol 500 mg, 30 tabletas|39.00|10|36
        Nitrofurantoína 100 mg, 40 cápsulas|88.00|5|30
        Fluconazol 150 mg, 1 cápsula|24.00|12|30
        Aciclovir 400 mg, 35 tabletas|96.00|4|30
        Ivermectina 6 mg, 4 tabletas|72.00|4|24"""),
    "Respiratorio y gripe": (None, "invierno", "Distribuidora Farmacéutica del Valle", """
        Ambroxol 15 mg/5 ml, jarabe 120 ml|34.00|30|24
        Dextrometorfano 15 mg/5 ml, jarabe 120 ml|46.00|22|24
        Bromhexina 8 mg/5 ml, jarabe 100 ml|38.00|10|24
        Paracetamol, fenilefrina y clorfenamina, 10 tabletas|44.00|46|24
        Oxolamina 28 mg/5 ml, jarabe 120 ml|52.00|9|24
        Salbutamol 100 mcg, inhalador 200 dosis|78.00|14|24
        Beclometasona 250 mcg, inhalador 200 dosis|186.00|4|24
        Budesonida 0.25 mg/ml, 5 ampolletas para nebulizar|162.00|6|18
        Ipratropio y salbutamol, 10 ampolletas para nebulizar|148.00|7|18
        Montelukast 10 mg, 20 tabletas|112.00|7|24
        Oximetazolina 0.05 %, solución nasal 20 ml|48.00|18|24
        Solución salina nasal, aerosol 100 ml|86.00|12|30
        Pastillas para la garganta, miel y limón, 16 piezas|29.00|26|24"""),
    "Alergia": (None, "primavera", "Distribuidora Farmacéutica del Valle", """
        Loratadina 10 mg, 20 tabletas|26.00|28|30
        Loratadina 5 mg/5 ml, jarabe 60 ml|32.00|13|24
        Cetirizina 10 mg, 10 tabletas|34.00|18|30
        Desloratadina 5 mg, 10 tabletas|62.00|9|24
        Fexofenadina 180 mg, 10 tabletas|94.00|7|24
        Clorfenamina 4 mg, 20 tabletas|16.00|15|36
        Mometasona 50 mcg, aerosol nasal 140 dosis|178.00|6|24
        Hidroxizina 10 mg, 30 tabletas|68.00|4|30"""),
    "Digestivo": (None, "verano", "Laboratorios Unidos del Centro", """
        Omeprazol 20 mg, 30 cápsulas|32.00|38|24
        Pantoprazol 40 mg, 14 tabletas|58.00|14|24
        Ranitidina 150 mg, 20 tabletas|28.00|6|30
        Hidróxido de aluminio y magnesio, suspensión 240 ml|44.00|14|24
        Loperamida 2 mg, 12 tabletas|22.00|18|36
        Subsalicilato de bismuto, suspensión 240 ml|68.00|12|24
        Butilhioscina 10 mg, 10 tabletas|36.00|18|30
        Metoclopramida 10 mg, 20 tabletas|19.00|10|36
        Ondansetrón 8 mg, 10 tabletas|98.00|5|24
        Senósidos A y B 8.6 mg, 20 tabletas|24.00|9|30
        Psyllium, polvo 400 g|82.00|5|24
        Lactulosa 66.7 %, jarabe 120 ml|92.00|4|24
        Electrolitos orales, sobre 27.9 g|9.50|75|24
        Saccharomyces boulardii 250 mg, 6 cápsulas|118.00|6|12
        Simeticona 40 mg, 30 tabletas masticables|38.00|9|30"""),
    "Cardiovascular": (120, "", "Genéricos del Pacífico", """
        Losartán 50 mg, 30 tabletas|34.00|42|30
        Enalapril 10 mg, 30 tabletas|26.00|24|30
        Captopril 25 mg, 30 tabletas|22.00|16|30
        Telmisartán 40 mg, 28 tabletas|124.00|9|30
        Amlodipino 5 mg, 30 tabletas|28.00|22|30
        Nifedipino 30 mg, 30 tabletas|86.00|7|24
        Metoprolol 100 mg, 20 tabletas|31.00|15|30
        Propranolol 40 mg, 30 tabletas|33.00|6|36
        Hidroclorotiazida 25 mg, 20 tabletas|21.00|9|36
        Furosemida 40 mg, 20 tabletas|18.00|10|36
        Espironolactona 25 mg, 20 tabletas|72.00|5|30
        Atorvastatina 20 mg, 30 tabletas|54.00|22|30
        Pravastatina 10 mg, 30 tabletas|48.00|7|30
        Ácido acetilsalicílico 100 mg, 30 tabletas|19.00|24|30
        Clopidogrel 75 mg, 28 tabletas|96.00|9|24
        Digoxina 0.25 mg, 20 tabletas|58.00|2|30"""),
    "Diabetes y endocrino": (120, "", "Genéricos del Pacífico", """
        Metformina 850 mg, 30 tabletas|28.00|52|30
        Glibenclamida 5 mg, 50 tabletas|24.00|16|30
        Metformina y glibenclamida 500/5 mg, 60 tabletas|62.00|18|30
        Sitagliptina 100 mg, 28 tabletas|286.00|5|24
        Dapagliflozina 10 mg, 28 tabletas|398.00|4|24
        Levotiroxina 100 mcg, 50 tabletas|58.00|14|18
        Levotiroxina 50 mcg, 50 tabletas|54.00|9|18
        Prednisona 5 mg, 20 tabletas|29.00|9|30
        Dexametasona 8 mg/2 ml, ampolleta|14.00|22|24
        Alopurinol 300 mg, 20 tabletas|34.00|8|36"""),
    "Sistema nervioso": (None, "", "Genéricos del Pacífico", """
        Sertralina 50 mg, 14 tabletas|62.00|12|30
        Fluoxetina 20 mg, 14 cápsulas|38.00|10|30
        Escitalopram 10 mg, 28 tabletas|148.00|5|30
        Clonazepam 2 mg, 30 tabletas|54.00|4|36
        Gabapentina 300 mg, 15 cápsulas|72.00|8|30
        Pregabalina 75 mg, 28 cápsulas|128.00|7|30
        Carbamazepina 200 mg, 20 tabletas|44.00|4|30
        Ácido valproico 250 mg, 60 cápsulas|168.00|2|24
        Melatonina 3 mg, 30 tabletas|92.00|8|24
        Betahistina 16 mg, 30 tabletas|126.00|4|30"""),
    "Dermatología": (None, "verano", "Laboratorios Unidos del Centro", """
        Clotrimazol 1 %, crema 30 g|28.00|14|24
        Ketoconazol 2 %, crema 30 g|34.00|9|24
        Ketoconazol 2 %, champú 120 ml|98.00|5|24
        Betametasona 0.05 %, crema 30 g|38.00|9|24
        Hidrocortisona 1 %, crema 15 g|42.00|8|24
        Mupirocina 2 %, ungüento 15 g|116.00|5|18
        Neomicina y bacitracina, ungüento 15 g|36.00|7|24
        Sulfadiazina de plata 1 %, crema 28 g|64.00|4|24
        Óxido de zinc, pasta 30 g|26.00|12|36
        Calamina, loción 120 ml|34.00|8|30
        Peróxido de benzoílo 5 %, gel 60 g|88.00|4|18
        Protector solar FPS 50, 120 ml|196.00|9|24
        Repelente de insectos, aerosol 150 ml|94.00|10|30"""),
    "Vitaminas y suplementos": (None, "invierno", "Nutrición y Salud Integral", """
        Ácido ascórbico 1 g, 10 tabletas efervescentes|38.00|36|18
        Complejo B, 30 tabletas|54.00|20|24
        Complejo B inyectable, 5 ampolletas|82.00|8|18
        Ácido fólico 5 mg, 20 tabletas|16.00|16|24
        Sulfato ferroso 200 mg, 30 tabletas|19.00|12|24
        Hierro polimaltosado 50 mg/ml, gotas 30 ml|124.00|4|18
        Calcio 600 mg y vitamina D, 60 tabletas|86.00|11|24
        Vitamina D3 4000 UI, 30 cápsulas|112.00|9|24
        Multivitamínico adulto, 30 tabletas|94.00|12|18
        Multivitamínico infantil, jarabe 240 ml|88.00|8|12
        Zinc 50 mg, 30 tabletas|68.00|7|24
        Magnesio 400 mg, 60 cápsulas|128.00|5|24
        Omega 3 1 g, 60 cápsulas|136.00|6|18
        Fórmula láctea etapa 1, 800 g|312.00|8|12"""),
    "Oftálmicos y óticos": (60, "primavera", "Laboratorios Unidos del Centro", """
        Hipromelosa 0.5 %, gotas 15 ml|62.00|14|18
        Cloranfenicol 0.5 %, gotas 15 ml|34.00|9|18
        Tobramicina 0.3 %, gotas 5 ml|68.00|6|18
        Tobramicina y dexametasona, gotas 5 ml|98.00|6|18
        Olopatadina 0.1 %, gotas 5 ml|148.00|5|18
        Nafazolina 0.1 %, gotas 15 ml|42.00|9|24
        Timolol 0.5 %, gotas 5 ml|76.00|3|18
        Ciprofloxacino ótico 0.3 %, gotas 10 ml|84.00|4|18"""),
    "Soluciones e inyectables": (None, "", "Suministros Hospitalarios del Norte", """
        Cloruro de sodio 0.9 %, 1000 ml|31.00|26|30
        Cloruro de sodio 0.9 %, 250 ml|22.00|18|30
        Solución Hartmann, 1000 ml|34.00|16|30
        Glucosa 5 %, 1000 ml|33.00|10|30
        Glucosa 50 %, 50 ml|24.00|4|30
        Agua inyectable, ampolleta 10 ml|3.80|60|36
        Lidocaína 2 %, frasco ámpula 50 ml|42.00|6|24
        Epinefrina 1 mg/ml, ampolleta|18.00|4|18
        Atropina 1 mg/ml, ampolleta|16.00|2|24
        Diazepam 10 mg/2 ml, ampolleta|22.00|2|24
        Omeprazol 40 mg, frasco ámpula|36.00|9|24
        Bicarbonato de sodio 7.5 %, ampolleta 10 ml|14.00|4|24"""),
    "Refrigerados y biológicos": (45, "", "Cadena Fría Especializada", """
        Insulina humana NPH 100 UI/ml, 10 ml|148.00|12|12
        Insulina humana regular 100 UI/ml, 10 ml|152.00|6|12
        Insulina glargina 100 UI/ml, pluma 3 ml|218.00|10|12
        Insulina lispro 100 UI/ml, pluma 3 ml|206.00|5|12
        Vacuna contra influenza, jeringa 0.5 ml|186.00|14|8
        Vacuna contra hepatitis B, frasco 1 ml|164.00|4|12
        Vacuna antitetánica, ampolleta 0.5 ml|88.00|6|12
        Toxoide y vacuna contra neumococo, jeringa 0.5 ml|642.00|2|12
        Enoxaparina 40 mg/0.4 ml, jeringa|128.00|9|18
        Oxitocina 5 UI/ml, ampolleta|22.00|4|10
        Supositorios de glicerina infantil, 6 piezas|28.00|6|12"""),
    "Material de curación": (None, "", "Suministros Hospitalarios del Norte", """
        Gasa estéril 10 × 10 cm, paquete de 10|18.00|42|48
        Venda elástica 5 cm|9.50|24|60
        Venda elástica 10 cm|14.00|30|60
        Tela adhesiva microporosa 2.5 cm|22.00|26|48
        Apósito adhesivo, caja de 100|38.00|14|48
        Algodón absorbente, 100 g|24.00|18|0
        Alcohol etílico 70 %, 500 ml|32.00|34|36
        Agua oxigenada 3 %, 480 ml|18.00|18|18
        Yodopovidona 10 %, 120 ml|46.00|12|24
        Clorhexidina 2 %, solución 500 ml|88.00|8|24
        Jeringa 3 ml con aguja 22 G|2.60|110|48
        Jeringa 5 ml con aguja 21 G|2.90|90|48
        Jeringa para insulina 1 ml|3.20|60|48
        Catéter intravenoso 20 G|14.50|22|48
        Equipo para venoclisis|16.00|26|48
        Guante de nitrilo mediano, caja de 100|118.00|12|48
        Guante quirúrgico estéril 7½, par|11.00|24|36
        Sutura nailon 3-0, sobre|32.00|8|48
        Sonda Foley 16 Fr|28.00|4|48
        Cubrebocas tricapa, caja de 50|46.00|20|48"""),
    "Higiene y cuidado": (None, "", "Comercial Higiene y Hogar", """
        Gel antibacterial 70 %, 500 ml|48.00|18|30
        Jabón neutro, barra 100 g|16.00|20|36
        Champú para bebé, 400 ml|62.00|8|30
        Pañal infantil mediano, paquete de 38|168.00|12|0
        Pañal para adulto grande, paquete de 10|112.00|14|0
        Toallas femeninas, paquete de 10|28.00|22|0
        Toallitas húmedas, paquete de 80|36.00|18|24
        Pasta dental con flúor, 100 ml|34.00|22|30
        Cepillo dental suave|19.00|16|0
        Enjuague bucal con clorhexidina, 250 ml|78.00|7|24
        Preservativos, caja de 3|32.00|20|36
        Prueba de embarazo, pieza|24.00|14|18
        Termómetro digital, pieza|64.00|5|0
        Desodorante sin perfume, 50 ml|46.00|10|30"""),
    "Reactivos y pruebas": (60, "", "Diagnóstica Integral", """
        Tiras reactivas de glucosa, frasco de 50|196.00|16|14
        Lancetas estériles, caja de 100|64.00|10|36
        Tiras reactivas de orina, 10 parámetros, frasco de 100|148.00|5|18
        Prueba rápida de antígeno SARS-CoV-2|58.00|18|12
        Prueba rápida de influenza A y B|94.00|10|10
        Prueba rápida de estreptococo A|76.00|6|12
        Prueba rápida de VIH|82.00|5|12
        Prueba rápida de sífilis|46.00|5|12
        Prueba rápida de dengue NS1|118.00|4|10
        Control de glucosa, nivel normal, 4 ml|132.00|2|6
        Reactivo de hemoglobina, 250 ml|224.00|2|8
        Colorante de Wright, 500 ml|186.00|1|18
        Tubo con EDTA 4 ml, caja de 100|212.00|5|18
        Tubo sin aditivo 6 ml, caja de 100|204.00|4|18"""),
}  # fmt: skip


class Articulo(NamedTuple):
    sku: str
    nombre: str
    categoria: str
    dias_aviso: int | None  # of the category
    estacion: str
    proveedor: str
    costo: str
    semanal: float  # units sold in an average week
    vida: int  # months of shelf life when made; 0: it does not expire


def articulos() -> list[Articulo]:
    """Every product of the demo, in a fixed order."""
    todos = []
    for numero, (categoria, (dias, estacion, proveedor, lineas)) in enumerate(_CATALOGO.items(), start=1):
        for orden, linea in enumerate(lineas.strip().splitlines(), start=1):
            nombre, costo, semanal, vida = linea.strip().split("|")
            sku = f"{numero:02d}-{orden:03d}"
            todos.append(Articulo(sku, nombre, categoria, dias, estacion, proveedor, costo, float(semanal), int(vida)))
    return todos
