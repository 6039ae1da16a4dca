"""Every write of safety checks. Keyword-only; `actor` and `at` are arguments; nothing here reads a clock or sends."""

from safety.actions.advisories import apply_rule, draft_from_advisory
from safety.actions.answering import answer_by_link, answer_by_proxy, mark_opened, report_own
from safety.actions.cases import contact_case, take_case
from safety.actions.drafting import cancel_check, change_check, draft_check, schedule_check
from safety.actions.endings import reopen_case, resolve_case
from safety.actions.freezing import freeze_audience
from safety.actions.helpline import hand_over_case
from safety.actions.incidents import close_incident, reopen_incident
from safety.actions.occasions import open_occasion
from safety.actions.planning import (
    change_schedule,
    change_template,
    delete_template,
    make_schedule,
    make_template,
    pause_schedule,
    start_schedule,
)
from safety.actions.post import forgive_addresses, message_came_back, messages_refused, said_came_back, try_again
from safety.actions.rounds import queue_rounds, remind_now
from safety.actions.sending import close_check, resume_check, send_check, send_correction, send_scheduled_check, stop_check
from safety.actions.summaries import count_now
from safety.actions.tallies import compare_figures, count_anew, fold_shifts

__all__ = [
    "answer_by_link", "answer_by_proxy", "apply_rule", "cancel_check", "change_check", "change_schedule", "change_template", "close_check",
    "close_incident", "compare_figures", "contact_case", "count_anew", "count_now", "delete_template", "draft_check", "draft_from_advisory",
    "fold_shifts", "forgive_addresses", "freeze_audience", "hand_over_case", "make_schedule", "make_template", "mark_opened", "message_came_back",
    "messages_refused", "open_occasion", "pause_schedule", "queue_rounds", "remind_now", "reopen_case", "reopen_incident", "report_own",
    "resolve_case", "resume_check", "said_came_back", "schedule_check", "send_check", "send_correction", "send_scheduled_check", "start_schedule",
    "stop_check", "take_case", "try_again",
]  # fmt: skip
