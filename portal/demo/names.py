"""Invented names. Family names are made up from places and trees that do not exist; nobody real is meant.

Telephone numbers come from the ranges kept for fiction (ARCEP decision 2018-0881), mail from ``.invalid`` (RFC 2606).
"""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """Words of a text, in order."""
    return tuple(text.split())


GIRLS = listed(
    "Aïssa Lilou Nour Ema Mélisande Soukaïna Binta Louane Yuna Safiya Anouk Leïla Romane Inaya Clémence Mai "
    "Violette Sirine Agathe Kadija Zélie Mariam Apolline Elif Célestine Oksana Tiphaine Fanta Ludivine Rosa "
    "Amira Perrine Thuy Solène Djeneba Capucine Hanae"
)

BOYS = listed(
    "Timéo Moussa Gwilherm Kenzo Issa Baptiste Rayan Ewen Ibrahima Loris Mehdi Côme Youssef Gaspard Adama "
    "Nolan Bilal Tristan Emre Sacha Souleymane Théodore Amine Léandre Minh Corentin Dimitri Omar Valentin "
    "Tiago Hamza Augustin Marius Cheikh Oleksiy Lubin Naël"
)

FAMILIES = listed(
    "Bensouane Roquemire Diakoumé Tillandre Ferreirinho Beaucendre Yildamar Mirebourg Trangvan Clairfontal "
    "Lormevent Haddaoul Pontargent Sissouma Chantemerlin Kovalenki Grandruisse Mansourel Vertpierre Traoulé "
    "Aubrelune Zerrouken Fontabelle Bamborou Sauvelande Nguyémont Belkadir-Roux Hautebruyer Camaroté "
    "Noirétang Elmourani Bellegrive Soumarel Pereirado Courtevigne Oztarik Blanchemare Diarassi Tournebois "
    "Benhaloud Ravinelle Mokassi Lahcenour Petitlac Silvaredo Orgeval-Bey Fofanard Brisemoulin Rachidel "
    "Tamboury Marécaille Zaïdouni Vieuxpré Gomisse Sourcevive Abdelhaïm Coteclaire Sangarou Aiguebrune "
    "Ormevieil Bakarou Cendrelac Dembour Fleuremont Hadjaroui Joncheval Lunebois Meridjou Makendo Plainebise "
    "Derrabi Fauvelange"
)

STAFF_GIVEN_WOMEN = listed(
    "Hélène Fatoumata Nathalie Sabrina Virginie Chantal Assia Delphine Mélanie Rokhaya Sandrine Karima Odile "
    "Elsa Nadège Isabelle Zohra Patricia Gwenaëlle Coralie Aminata Brigitte Marion Soraya Laurence Estelle "
    "Tassadit Justine"
)

STAFF_GIVEN_MEN = listed(
    "Frédéric Karim Pascal Mamadou Guillaume Denis Yacine Rémi Bruno Samir Olivier Abdoulaye Thierry Cédric "
    "Joaquim Laurent Hakim Erwan Philippe Sofiane"
)

STREETS = (
    "rue du Vieux-Lavoir",
    "allée des Noisetiers",
    "impasse du Moulin-Bleu",
    "rue de la Fontaine-Ronde",
    "chemin des Alouettes",
    "avenue du Pont-Neuf",
    "place du Grand-Orme",
    "rue des Tisserands",
    "rue du Four-Banal",
    "quai des Roseaux",
    "sente du Verger",
    "boulevard de la Gare-Haute",
)

CITIES = (
    ("99210", "Ambreuse-les-Prés"),
    ("99215", "Saint-Vaudrille"),
    ("99220", "Courmelange"),
    ("99230", "Villefontal"),
    ("99240", "Le Bois-d’Orvaine"),
    ("99250", "Roncelle-sur-Ambre"),
)
"""Towns of no department: postcodes in 99 are not given in France."""


def mobile(number: int) -> str:
    """A mobile number nobody has: 06 39 98 is kept for films and books."""
    return f"06 39 98 {number // 100 % 100:02d} {number % 100:02d}"


def landline(number: int) -> str:
    """A fixed number nobody has: 02 61 91 is kept for films and books."""
    return f"02 61 91 {number // 100 % 100:02d} {number % 100:02d}"


def address(number: int) -> tuple[str, str, str]:
    """``(line, postcode, city)`` of a home that does not exist; one for each number. Places stand below 31."""
    postcode, city = CITIES[number % len(CITIES)]
    return f"{number // 12 + 31} {STREETS[number % len(STREETS)]}", postcode, city
