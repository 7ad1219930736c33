"""What the sample shop's seller says of the articles: products.toml, and the sheet that goes with the knife."""

SHEET = "knife-care.pdf"

PRODUCTS = f"""\
# What this shop's articles need. See docs/products.md; looked at with: retcon products

[category.Storage]
tips.en = "Wash it once before it is used. Let the lid breathe: a cloth below it keeps bread and salt from sweating."
tips.de = "Vor dem ersten Gebrauch einmal spülen. Ein Tuch unter dem Deckel hält Brot und Salz trocken."
tips.fr = "Lavez-le une fois avant de l'utiliser. Un linge sous le couvercle garde le pain et le sel au sec."
care.en = "Stoneware takes the dishwasher; lids of wood don't. Dry them at once."
care.de = "Steinzeug verträgt die Spülmaschine, Holzdeckel nicht: bitte gleich abtrocknen."
care.fr = "Le grès va au lave-vaisselle, les couvercles en bois non : séchez-les aussitôt."

[category.Bowls]
tips.en = "Warm the bowl with hot water first: what you serve in it stays hot twice as long."
tips.de = "Die Schale vorher mit heißem Wasser anwärmen: Was darin serviert wird, bleibt doppelt so lange warm."
tips.fr = "Réchauffez le bol à l'eau chaude : ce que vous y servez reste chaud deux fois plus longtemps."
care.en = "Dishwasher and microwave are fine; from the fridge straight into a hot oven is not."
care.de = "Spülmaschine und Mikrowelle gern; aus dem Kühlschrank direkt in den heißen Ofen bitte nicht."
care.fr = "Lave-vaisselle et micro-ondes conviennent ; du réfrigérateur au four chaud, non."
uses.en = "A bowl for the keys by the door, for dough that rises overnight, or as a planter for cress."
uses.de = "Als Schlüsselschale, für Teig, der über Nacht geht, oder als Töpfchen für Kresse."

[category.Plates]
tips.en = "Grey marks from knives are metal, not scratches: a little baking soda on a wet cloth takes them off."
tips.de = "Graue Spuren vom Besteck sind Metallabrieb: Etwas Natron auf einem nassen Tuch nimmt sie weg."
tips.fr = "Les traces grises sont du métal : un peu de bicarbonate sur un chiffon humide les enlève."
care.en = "Stack them with a sheet of paper between; the glaze stays as it is."
care.de = "Zum Stapeln ein Blatt Papier dazwischenlegen, dann bleibt die Glasur, wie sie ist."

[category.Cups]
tips.en = "Fill it with boiling water for a minute first; coffee and tea keep their warmth."
tips.de = "Eine Minute mit kochendem Wasser füllen: Kaffee und Tee bleiben länger warm."
tips.fr = "Remplissez-la d'eau bouillante une minute : le café et le thé restent chauds plus longtemps."
uses.en = "A small vase for one twig, a measure for flour, a night light with a tea candle."
uses.de = "Eine kleine Vase für einen Zweig, ein Maß für Mehl, ein Windlicht mit einem Teelicht."

[category."Tea and coffee"]
tips.en = "Water just off the boil, a minute of patience, and a scale: fifteen grams to a quarter litre."
tips.de = "Wasser kurz nach dem Kochen, eine Minute Geduld und eine Waage: fünfzehn Gramm auf einen Viertelliter."
tips.fr = "De l'eau juste frémissante, une minute de patience, une balance : quinze grammes pour un quart de litre."

[category.Tools]
durable = true
tips.en = "Wash it by hand and dry it at once; wood wants a little oil now and then."
tips.de = "Von Hand spülen und gleich abtrocknen; Holz möchte ab und zu etwas Öl."
tips.fr = "Lavez à la main et séchez aussitôt ; le bois aime un peu d'huile de temps en temps."

[category.Linen]
tips.en = "The first wash at 60 °C makes linen drink; it gets softer with each."
tips.de = "Die erste Wäsche bei 60 °C macht Leinen saugfähig; mit jeder weiteren wird es weicher."
tips.fr = "Le premier lavage à 60 °C rend le lin absorbant ; il s'adoucit à chaque fois."

[category.Baking]
durable = true
tips.en = "Flour it well the first three times; after that the dough lets go by itself."
tips.de = "Die ersten drei Male gut bemehlen; danach löst sich der Teig von selbst."
tips.fr = "Farinez bien les trois premières fois ; ensuite la pâte se détache d'elle-même."

[sku.COF-DRIP]
need = "dripper"
durable = true
accessories = ["COF-FILTER-100", "COF-SERVER"]
worn_after_days = 90
tips.en = "Rinse the filter with hot water, pour a little, wait half a minute, then pour in slow circles."
tips.de = "Den Filter heiß ausspülen, wenig aufgießen, eine halbe Minute warten, dann in Kreisen weitergießen."
uses.en = "It brews iced coffee as well: half the water hot, the other half as ice in the server."
uses.de = "Auch für Eiskaffee: die Hälfte des Wassers heiß, die andere als Eis in der Kanne."

[sku.COF-FILTER-100]
need = "filters"  # how long a pack lasts is learnt from the orders

[sku.COF-SERVER]
need = "server"
durable = true

[sku.COF-GRIND]
need = "grinder"
durable = true

[sku.TEA-POT]
need = "teapot"
durable = true

[sku.KNIFE-PARE]
need = "knife"
durable = true
worn_after_days = 90
accessories = ["KNIFE-STONE"]
sheet = "{SHEET}"
tips.en = "Cut on wood, never on glass or stone. A few strokes on a stone each month keep the edge."
tips.de = "Auf Holz schneiden, nie auf Glas oder Stein. Ein paar Züge auf dem Stein im Monat halten die Schneide."
tips.fr = "Coupez sur du bois, jamais sur du verre. Quelques passages sur une pierre par mois gardent le fil."
care.en = "Very sharp: keep it out of reach of children. By hand, never in the dishwasher."
care.de = "Sehr scharf: außer Reichweite von Kindern aufbewahren. Von Hand spülen, nie in der Maschine."
care.fr = "Très tranchant : à garder hors de portée des enfants. À la main, jamais au lave-vaisselle."

[sku.KNIFE-STONE]
need = "whetstone"
durable = true

[sku.BOARD-WALNUT]
need = "board"
durable = true
worn_after_days = 90
accessories = ["OIL-BOARD"]
care.en = "Never soak it. Oil it when water no longer beads."
care.de = "Nie einweichen. Ölen, sobald Wasser nicht mehr abperlt."

[sku.OIL-BOARD]
need = "board oil"
repeat_days = 100
tips.en = "A thin coat on dry wood, an hour, then a dry cloth. The cloth dries flat: oily rags can catch fire."
tips.de = "Dünn auftragen, nach einer Stunde abreiben. Das Tuch flach trocknen: Ölige Lappen können sich entzünden."
uses.en = "Spoons, knife handles and the lid of the bread bin like it as well."
uses.de = "Auch Löffel, Messergriffe und der Deckel vom Brottopf freuen sich."

[sku.KID-BOWL]
need = "first bowl"
next = "KID-SET"
next_after_days = 300
tips.en = "The heavy foot keeps it where it stands; the rim is made for a small spoon."
tips.de = "Der schwere Fuß hält sie, wo sie steht; der Rand ist für einen kleinen Löffel gemacht."

[sku.KID-SET]
need = "children's set"
durable = true

[sku.KETTLE-E]
need = "kettle"
durable = true
tips.en = "96 °C for coffee, 80 °C for green tea. Only water belongs in it."
tips.de = "96 °C für Kaffee, 80 °C für grünen Tee. Nur Wasser gehört hinein."
care.en = "For 220–240 V. In Great Britain it needs the plug that lies in the box."
care.en-US = "For 220–240 V only: not for 110 V, not even with an adapter. Reply before you plug it in."
care.de = "Für 220–240 V. Monatlich mit Zitronensäure entkalken."
not_for = ["US", "JP", "BR"]

[sku.CUP-SAKE-3]
need = "sake set"
not_for = ["SA", "AE", "ramadan"]
"""

_LINES = (
    "Paring knife: five things to know",
    "1  It is very sharp. Keep it out of reach of children.",
    "2  Wash it by hand and dry it at once.",
    "3  Cut on wood, never on glass, stone or a plate.",
    "4  A few strokes on a whetstone each month keep the edge.",
    "5  A little oil on the handle twice a year.",
)


def sheet() -> bytes:
    """The sheet: a page of PDF with the lines above, written by hand so that nothing has to be shipped."""
    shown = "".join(f"({line}) Tj 0 -26 Td " for line in _LINES)
    page = f"BT /F1 14 Tf 60 760 Td {shown}ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = b"%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + head + table + tail
