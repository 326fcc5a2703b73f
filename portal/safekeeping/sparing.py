"""Tables of which the revocation journal says nothing: nothing can be taken from anybody there."""

from __future__ import annotations

from collections.abc import Mapping

TAKES_NOTHING: Mapping[str, str] = {
    "organisation": "who runs what",
    "establishment": "where people are, public",
    "unit": "groups, without anybody in them",
    "mark": "facts about the database",
    "second_step": "minutes old when it counts",
    "handover": "minutes old when it counts",
    "tablet_code": "minutes old when it counts",
    "picture_code": "opens nothing without staff beside whoever knows it",
    "spent_challenge": "minutes old when it counts",
    "attempt": "a day old when it counts",
    "job": "work to do",
    "reach": "laid out again after restoring",
    "access_log": "only added to",
    "access_seal": "only added to",
    "access_head": "only added to",
    "log_release": "only gives",
    "withheld": "holds are said of the thing itself",
    "voice": "opens nothing",
    "act_request": "asked again",
    "correction": "a question and its answer",
    "notice": "takes the label of the thing it is about, after restoring too",
    **dict.fromkeys(("alert_choice", "alert_phone", "push_device"), "what is told outside names nobody"),
    "dead_address": "says that mail does not arrive",
    "event_person": "read through its event",
    "professional": "read through what they do",
    "dossier_source": "what reception remembers",
    "source_reference": "what reception remembers",
    "dui_message": "what was received",
    "warned_end": "what was told, to staff",
    "assignment_review": "says that something stays; without it, it is looked at again",
    "bulletin": "speaks of nobody; staff read the list, and withdraw it again",
    "menu_import": "menus",
    "dish": "menus",
}
"""Tables in which nothing can be taken from anybody, and why."""
