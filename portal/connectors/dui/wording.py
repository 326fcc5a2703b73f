"""What each code means, in French, for OperationOutcome, the command line and the state-of-reception page.

Not in the catalogues: these sentences are read by the people who run a DUI, and a DUI gets the same whoever looks.
"""

from __future__ import annotations

SAYS = {
    # The message as a whole
    "message-too-large": "Le message dépasse la taille acceptée (64 Mio).",
    "too-many-values": "Le message contient trop de valeurs.",
    "too-many-entries": "Le message contient trop d’entrées.",
    "too-deep": "Le message est imbriqué trop profondément.",
    "not-utf8": "Le message n’est pas en UTF-8.",
    "not-json": "Le message n’est pas du JSON valide.",
    "duplicate-name": "Un objet porte deux fois le même nom.",
    "number-too-long": "Un nombre est hors des limites acceptées.",
    "string-too-long": "Un texte dépasse un million de caractères.",
    "control-character": "Un texte contient un caractère de contrôle interdit.",
    "not-a-bundle": "Le message n’est pas une ressource Bundle.",
    "not-a-transaction": "Le Bundle n’est pas de type « transaction ».",
    "empty": "La transaction ne contient aucune entrée.",
    "several-establishments": "Le message parle de plusieurs établissements : envoyez un message par établissement.",
    "no-establishment": "Rien dans le message ne dit de quel établissement il vient.",
    # One entry
    "method-not-taken": "Seules les méthodes POST et PUT sont acceptées.",
    "no-resource": "L’entrée ne contient pas de ressource.",
    "unknown-type": "Ce type de ressource n’existe pas en FHIR R4.",
    "structure": "La ressource ne respecte pas la structure FHIR R4 à cet endroit.",
    "unresolved-reference": "La référence ne mène à rien, ni dans le message ni dans les dossiers déjà reçus.",
    "ambiguous-reference": "La référence mène à plusieurs entrées.",
    "crosses-dossiers": "La ressource mêle les dossiers de deux usagers.",
    "about-nobody": "On ne sait pas de quel usager parle cette ressource.",
    "about-several": "Cette ressource ne peut concerner qu’un seul usager.",
    "wrong-establishment": "L’établissement nommé n’est pas de ceux que cet expéditeur peut écrire.",
    "no-identifier": "L’usager n’a ni identifiant local (3+FINESS/…) ni INS qualifiée.",
    "unknown-ins": "L’usager n’a pas d’identifiant local et aucun dossier reçu ne porte cette INS.",
    "ins-of-another": "Cette INS est déjà celle d’un autre dossier : vérifiez l’identité.",
    "identifier-too-long": "L’identifiant est trop long.",
    "no-birth-date": "La date de naissance complète manque pour un nouveau dossier.",
    "duplicate-key": "Deux entrées portent le même identifiant et disent des choses différentes.",
    "not-a-cda": "La pièce jointe n’est pas un document CDA d’export du DUI.",
    # Warnings
    "no-timestamp": "Le message n’est pas daté : sa date de réception en tient lieu.",
    "timestamp-in-future": "Le message est daté dans le futur : sa date de réception en tient lieu.",
    "older-message": "Un message plus récent a déjà été reçu pour ce dossier : celui-ci est ignoré.",
    "birth-date-changed": "La date de naissance a changé : vérifiez ses droits d’accès. Un majeur reste majeur.",
    "unknown-label": "Étiquette de confidentialité inconnue : l’élément est caché aux familles.",
    "unknown-professional": "Professionnel inconnu : il est gardé sans nom.",
    "unknown-place": "Lieu ou structure inconnus : gardés sans nom.",
    "unknown-relative": "Proche inconnu de ce dossier : gardé sans nom.",
    "unknown-event": "Événement inconnu : le lien vers lui est perdu.",
    "unknown-reference": "Référence vers une ressource inconnue.",
    "keyed-by-content": "Ressource sans identifiant : si son contenu change, elle sera comptée comme nouvelle.",
    "ins-not-qualified": "INS non qualifiée : elle n’est pas gardée.",
    "contact-not-read": "Les contacts inscrits dans l’usager ne sont pas lus : envoyez des RelatedPerson.",
    "text-cut": "Texte trop long : la fin n’est pas affichée.",
    "agenda-of-professional": "Agenda de professionnel : il n’est pas gardé.",
    "unknown-presence": "Type de présence inconnu : le créneau n’est pas affiché.",
    "no-time": "Sans date exploitable : l’élément n’est pas affiché.",
    "not-booked": "Rendez-vous demandé mais pas encore pris : il n’est pas montré.",
    "unknown-status": "Statut inconnu : l’événement est montré comme prévu.",
    "recurrence-not-read": "Récurrence non lue : envoyez une ressource par occurrence.",
    "attachment-size": "La taille annoncée d’une pièce jointe est fausse.",
    "attachment-hash": "L’empreinte annoncée d’une pièce jointe est fausse.",
    "attachment-elsewhere": "Le contenu d’une pièce jointe n’est pas dans le message.",
    "more-warnings": "D’autres avertissements ne sont pas listés.",
}
"""Code → sentence. A code that is not here must not leave the portal (tested)."""
