"""Every write of safety checks. Keyword-only; `actor` and `at` are arguments; nothing here reads a clock or sends."""

from safety.actions.answering import answer_by_link, answer_by_proxy, mark_opened, report_own
from safety.actions.cases import contact_case, hand_over_case, reopen_case, resolve_case, take_case
from safety.actions.drafting import cancel_check, change_check, draft_check, draft_from_advisory, schedule_check
from safety.actions.rounds import queue_rounds, remind_now
from safety.actions.sending import close_check, resume_check, send_check, send_correction, send_scheduled_check, stop_check
from safety.actions.summaries import count_now
from safety.actions.tallies import compare_figures, count_anew, fold_shifts

__all__ = [
    "answer_by_link", "answer_by_proxy", "cancel_check", "change_check", "close_check", "compare_figures", "contact_case", "count_anew", "count_now", "draft_check", "draft_from_advisory",
    "fold_shifts",
    "hand_over_case", "mark_opened", "queue_rounds", "remind_now", "reopen_case", "report_own", "resolve_case", "resume_check", "schedule_check",
    "send_check", "send_correction", "send_scheduled_check", "stop_check", "take_case",
]  # fmt: skip
