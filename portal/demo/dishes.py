"""What the kitchen can cook, with its allergens as a kitchen writes them. « ? » : it did not write them."""

from __future__ import annotations

from portal.menus.words import Allergen

Dish = tuple[str, tuple[Allergen, ...] | None]
"""A dish and its allergens in the order of ``Allergen``: None when the kitchen gave none, () when it says none."""

_LETTERS = {
    "G": Allergen.GLUTEN,
    "K": Allergen.CRUSTACEANS,
    "O": Allergen.EGGS,
    "P": Allergen.FISH,
    "A": Allergen.PEANUTS,
    "S": Allergen.SOYBEANS,
    "L": Allergen.MILK,
    "N": Allergen.NUTS,
    "C": Allergen.CELERY,
    "M": Allergen.MUSTARD,
    "T": Allergen.SESAME,
    "U": Allergen.SULPHITES,
}

_ORDER = list(Allergen)


def _dishes(text: str) -> tuple[Dish, ...]:
    """One dish a line: ``name = letters``, ``name = -`` for none, ``name = ?`` when not written."""
    result: list[Dish] = []
    for line in text.strip().splitlines():
        name, _, letters = line.strip().partition(" = ")
        given = (
            None if letters == "?" else tuple(sorted(map(_LETTERS.__getitem__, letters.strip("-")), key=_ORDER.index))
        )
        result.append((name, given))
    return tuple(result)


STARTERS = _dishes("""
Carottes râpées vinaigrette = MU
Concombre à la crème = L
Taboulé = G
Œuf dur mayonnaise = OM
Salade verte = MU
Betteraves vinaigrette = MU
Soupe de légumes = C
Potage poireaux pommes de terre = CL
Velouté de potiron = L
Salade de tomates = ?
Céleri rémoulade = COM
Macédoine de légumes = COM
Salade de lentilles = MU
Radis et beurre = L
Salade de pommes de terre = OM
Chou rouge aux pommes = ?
""")

MEATS = _dishes("""
Rôti de bœuf = -
Blanquette de veau = GL
Cuisse de poulet = -
Escalope de dinde à la crème = L
Couscous poulet merguez = GC
Gigot d’agneau = ?
Spaghettis bolognaise = GC
Hachis parmentier = LC
Bœuf bourguignon = GUC
Émincé de dinde au curry = LM
Poulet basquaise = ?
Boulettes de bœuf sauce tomate = GO
Paupiette de veau = GLU
Tajine de poulet aux abricots = U
""")

FISHES = _dishes("""
Filet de colin sauce citron = PL
Brandade de morue = PL
Thon à la tomate = P
Poisson pané = PG
Dos de cabillaud au four = P
Paella = PK
""")

MEATLESS = _dishes("""
Omelette aux pommes de terre = O
Quiche aux légumes = GOL
Lasagnes aux légumes = GLC
Dahl de lentilles corail = ?
Gratin de pâtes aux fromages = GL
Galette de blé noir au fromage = OL
Chili de haricots rouges = -
""")

PORKS = (("Rôti de porc", "Rôti de dinde"), ("Saucisse de Toulouse", "Saucisse de volaille"))
"""With pork, and what is served beside it to whoever eats none."""

SIDES = _dishes("""
Purée de pommes de terre = L
Riz pilaf = -
Coquillettes = G
Haricots verts = -
Petits pois carottes = -
Brocolis = ?
Gratin de courgettes = LO
Semoule = G
Blé aux petits légumes = GC
Épinards à la crème = L
Ratatouille = -
Pommes noisettes = ?
Carottes au cumin = -
Chou-fleur béchamel = GL
""")

DAIRIES = _dishes("""
Camembert = L
Petit suisse = L
Yaourt nature = L
Emmental = L
Fromage blanc = L
Tomme = L
Chèvre = L
Yaourt aux fruits = ?
""")

DESSERTS = _dishes("""
Pomme = -
Banane = -
Kiwi = -
Compote de pommes = -
Orange = -
Mousse au chocolat = LOS
Gâteau au yaourt = GOL
Poire = -
Flan vanille = LO
Tarte aux pommes = GOL
Clémentines = -
Crème dessert au chocolat = ?
Salade de fruits = -
Riz au lait = L
Moelleux au chocolat et noisettes = GOLN
""")

SNACKS = _dishes("""
Pain et chocolat = GLS
Gâteau maison = GOL
Yaourt à boire = L
Compote à boire = -
Brioche et confiture = GOL
Fruit de saison = -
Biscuits secs = ?
""")

SUPPERS = _dishes("""
Croque-monsieur au fromage = GL
Tarte aux poireaux = GOL
Soupe et tartines de fromage = GLC
Pizza aux légumes = GL
Pâtes au saumon = GPL
Gratin dauphinois = L
Crêpes aux champignons = GOL
Riz cantonais = OS
Salade composée = ?
Œufs cocotte aux épinards = OL
""")

BREAD: Dish = ("Pain", (Allergen.GLUTEN,))
