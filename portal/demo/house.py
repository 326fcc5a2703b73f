"""The invented establishment: five boarding units, three day units, who works there, and the places people go to."""

from __future__ import annotations

from random import Random

from portal.access.models import Post
from portal.demo.names import STAFF_GIVEN_MEN, STAFF_GIVEN_WOMEN, listed
from portal.demo.world import House, Place, Professional

ORGANISATION = "Association du Val d’Ambreuse"
NAME = "Institut médico-éducatif du Val d’Ambreuse"
FINESS = "990000017"
"""Nine characters as FINESS has them; no department has number 99."""
SIRET = "99000001700012"
PHONE = "02 61 91 00 10"

HOUSES = (
    House("ERABLES", "Les Érables", True, 9, (9, 13)),
    House("BOULEAUX", "Les Bouleaux", True, 9, (10, 14)),
    House("MESANGES", "Les Mésanges", True, 9, (12, 16)),
    House("HIRONDELLES", "Les Hirondelles", True, 9, (14, 17)),
    House("TILLEULS", "Les Tilleuls", True, 9, (17, 21)),
    House("SAULES", "Les Saules", False, 10, (6, 10)),
    House("ROSEAUX", "Les Roseaux", False, 10, (10, 15)),
    House("GENETS", "Les Genêts", False, 9, (15, 19)),
)

PLACES = (
    Place("IME", "IME du Val d’Ambreuse", "1 chemin des Trois-Ponts", "99210", "Ambreuse-les-Prés"),
    Place("CLASSE", "Salle de classe"),
    Place("ATELIERS", "Bâtiment des ateliers"),
    Place("CUISINE", "Cuisine pédagogique"),
    Place("SOIN", "Pavillon des soins"),
    Place("SNOEZELEN", "Salle Snoezelen"),
    Place("GYMNASE", "Gymnase de l’IME"),
    Place("SALLE", "Salle de réunion de l’IME"),
    Place("JARDIN", "Jardin de l’IME"),
    Place("PISCINE", "Piscine de la Boucle", "3 quai des Roseaux", "99230", "Villefontal"),
    Place("CHEVAL", "Centre équestre du Grand-Pré", "2 chemin des Alouettes", "99220", "Courmelange"),
    Place("MEDIATHEQUE", "Médiathèque de Villefontal", "8 place du Grand-Orme", "99230", "Villefontal"),
    Place("FERME", "Ferme de la Roncelle", "4 sente du Verger", "99250", "Roncelle-sur-Ambre"),
    Place("COLLEGE", "Collège des Trois-Ponts", "15 avenue du Pont-Neuf", "99230", "Villefontal"),
    Place("HOPITAL", "Hôpital de Villefontal, consultation de neurologie", "1 boulevard de la Gare-Haute", "99230",
          "Villefontal"),
    Place("EEG", "Hôpital de Villefontal, exploration du système nerveux", "1 boulevard de la Gare-Haute", "99230",
          "Villefontal"),
    Place("DENTISTE", "Cabinet dentaire des Tisserands", "9 rue des Tisserands", "99210", "Ambreuse-les-Prés"),
    Place("YEUX", "Cabinet d’ophtalmologie du Pont-Neuf", "22 avenue du Pont-Neuf", "99230", "Villefontal"),
    Place("MDPH", "Maison des personnes handicapées", "6 place du Grand-Orme", "99230", "Villefontal"),
    Place("ESAT", "Établissement de travail adapté du Bois", "5 rue du Four-Banal", "99240", "Le Bois-d’Orvaine"),
    Place("FOYER", "Foyer de vie de l’Orvaine", "7 rue du Four-Banal", "99240", "Le Bois-d’Orvaine"),
    Place("TRIBUNAL", "Tribunal pour enfants", "2 place du Grand-Orme", "99230", "Villefontal"),
    Place("SOLIDARITES", "Maison des solidarités", "11 rue de la Fontaine-Ronde", "99215", "Saint-Vaudrille"),
    Place("DOMICILE", "À la maison"),
)  # fmt: skip

_TEAM: tuple[tuple[str, str, Post, bool], ...] = (
    ("DIR-1", "Directrice", Post.MANAGEMENT, True),
    ("DIR-2", "Chef de service éducatif", Post.MANAGEMENT, False),
    ("SEC-1", "Secrétaire", Post.ADMINISTRATION, True),
    ("MED-1", "Neurologue", Post.CARE, True),
    ("MED-2", "Pédiatre", Post.CARE, False),
    ("INF-1", "Infirmière", Post.CARE, True),
    ("INF-2", "Infirmière", Post.CARE, True),
    ("INF-3", "Infirmier de nuit", Post.CARE, False),
    ("ORT-1", "Orthophoniste", Post.CARE, True),
    ("ORT-2", "Orthophoniste", Post.CARE, True),
    ("PSM-1", "Psychomotricienne", Post.CARE, True),
    ("PSM-2", "Psychomotricien", Post.CARE, False),
    ("ERG-1", "Ergothérapeute", Post.CARE, True),
    ("KIN-1", "Kinésithérapeute", Post.CARE, False),
    ("PSY-1", "Psychologue", Post.CARE, True),
    ("PSY-2", "Psychologue", Post.CARE, False),
    ("ASS-1", "Assistante de service social", Post.SOCIAL_WORK, True),
    ("ENS-1", "Enseignante spécialisée", Post.EDUCATION, True),
    ("ENS-2", "Enseignante spécialisée", Post.EDUCATION, True),
    ("ENS-3", "Enseignant spécialisé", Post.EDUCATION, False),
    ("ENS-4", "Enseignant spécialisé", Post.EDUCATION, False),
    ("SPO-1", "Éducateur sportif", Post.EDUCATION, False),
    ("TEC-1", "Éducateur technique", Post.EDUCATION, False),
    ("TEC-2", "Éducatrice technique", Post.EDUCATION, True),
    ("CUI-1", "Cuisinier", Post.KITCHEN, False),
    ("CHA-1", "Conductrice", Post.NONE, True),
    ("EXT-1", "Dentiste", Post.NONE, True),
    ("EXT-2", "Ophtalmologue", Post.NONE, False),
    ("EXT-3", "Neurologue à l’hôpital", Post.NONE, True),
    ("EXT-4", "Technicien d’électroencéphalogramme", Post.NONE, False),
    ("EXT-5", "Conseillère de la maison des personnes handicapées", Post.NONE, True),
    ("EXT-6", "Monitrice d’atelier", Post.NONE, True),
)

_FAMILIES = listed(
    "Ardouel Bessombe Caillaret Dombrune Estavin Fouquelle Garambert Hostelin Jouvrence Kermeuil Lanterrade "
    "Moustivel Nervaux Ombredor Pastourelle Quercelin Ravaudin Sablonneau Tourmelec Urbanelle Vauclaise "
    "Wambreck Ysambret Zamorelli Abgrallec Boukhatir Coulibara Diawarel Essomban Fernandao Guerroudi Haidarat "
    "Issoufal Jelassani Keitambe Laghouani Mbayelo Nziengo Oumarel Pintosao Quartaro Rahmaniel Sow-Darcel "
    "Tchikaro Usturel Vangtran Wattelin Xavarez Yahiaten Zidoumel Alcantaro Berthoule Cassegrin Delmarque "
    "Etcheverrin Fanchoneau"
)


def unit_key(house: str) -> str:
    """Business key of a unit."""
    return f"3{FINESS}/{house}"


def make_staff(chance: Random) -> tuple[Professional, ...]:
    """The team: head office, care, teachers, three people per unit, and the outside people whom families meet."""
    women, men, families = list(STAFF_GIVEN_WOMEN), list(STAFF_GIVEN_MEN), list(_FAMILIES)
    for names in (women, men, families):
        chance.shuffle(names)
    posts = [(key, role, post, "", woman) for key, role, post, woman in _TEAM]
    posts += [post for house in HOUSES for post in _unit_posts(house)]
    counts = {True: 0, False: 0}
    staff = []
    for number, (key, role, post, house, woman) in enumerate(posts):
        pool = women if woman else men
        given = pool[counts[woman] % len(pool)]
        counts[woman] += 1
        staff.append(Professional(key, given, families[number % len(families)], role, post, house, woman))
    return tuple(staff)


def _unit_posts(house: House) -> list[tuple[str, str, Post, str, bool]]:
    posts = [
        (f"EDU-{house.key}-1", "Éducatrice spécialisée", Post.EDUCATION, house.key, True),
        (f"EDU-{house.key}-2", "Moniteur-éducateur", Post.EDUCATION, house.key, False),
    ]
    if house.boarding:
        posts.append((f"NUI-{house.key}", "Surveillante de nuit", Post.EDUCATION, house.key, True))
    return posts
