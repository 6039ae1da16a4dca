"""Figures kept beside the rows they count, so that a dashboard costs the same for a thousand people as for a million (quality.md, "Speed and scale").

They are made when the audience is frozen. From then on a trigger of the database notes every change of a recipient as a Shift, whoever makes it
(migration "figures"). The worker folds shifts into the tallies every few seconds. What is true now is tallies plus shifts of one snapshot.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from safety.states import SummaryKind


# No constraints to other tables: freezing a million would check each of them for every row. What a check leaves behind, Django's cascade removes.
class Kept(models.Model):
    """Of one check."""

    check_row = models.ForeignKey(
        "safety.SafetyCheck", models.CASCADE, related_name="+", verbose_name=_("safety check"), db_column="check_id", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


class OfSchool(Kept):
    """Of one check and one school."""

    school = models.ForeignKey(
        "members.School", models.DO_NOTHING, related_name="+", verbose_name=_("school"), db_constraint=False, db_index=False
    )  # fmt: skip

    class Meta:
        abstract = True


class OfSchoolOrAll(Kept):
    """Of one check and one school, or without a school of all together."""

    school = models.ForeignKey(
        "members.School", models.DO_NOTHING, null=True, related_name="+", verbose_name=_("school"), db_constraint=False, db_index=False
    )  # fmt: skip

    class Meta:
        abstract = True


class Figures(models.Model):
    """How many stand where."""

    help = models.IntegerField(_("needs help"), default=0)
    not_there = models.IntegerField(_("not there"), default=0)
    ok = models.IntegerField(_("safe"), default=0)
    silent = models.IntegerField(_("no answer"), default=0)
    opened = models.IntegerField(_("opened"), default=0)
    late = models.IntegerField(_("late"), default=0)

    class Meta:
        abstract = True


class Placed(models.Model):
    """In one place as it was believed at the sending; without a country: nobody knows."""

    country = models.ForeignKey(
        "core.Country", models.DO_NOTHING, null=True, related_name="+", verbose_name=_("country"), db_constraint=False, db_index=False
    )  # fmt: skip
    zone = models.CharField(_("time zone"), max_length=64, blank=True)

    class Meta:
        abstract = True


class Shift(OfSchool, Placed, Figures):
    """A change of the figures that no tally knows yet: those who came to stand so, or (negative) stand so no longer."""

    # The minute of their first answer; empty while there is none.
    minute = models.DateTimeField(_("minute"), null=True)

    class Meta:
        verbose_name = _("change of the figures")
        verbose_name_plural = _("changes of the figures")
        indexes = [models.Index(fields=["check_row"], name="shift_check")]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.school_id}"


class PlaceTally(OfSchoolOrAll, Placed, Figures):
    """The figures of a check by place."""

    class Meta:
        verbose_name = _("figures by place")
        verbose_name_plural = _("figures by place")
        constraints = [models.UniqueConstraint(fields=["check_row", "school", "country", "zone"], name="tally_once_per_place", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.school_id} {self.country_id}"


class SchoolTally(OfSchool, Figures):
    """The figures of a check by school."""

    # Whether they are kept by place and minute, too: of schools with a crowd of their own.
    by_place = models.BooleanField(_("kept by place"), default=False)

    class Meta:
        verbose_name = _("figures by school")
        verbose_name_plural = _("figures by school")
        constraints = [models.UniqueConstraint(fields=["check_row", "school"], name="tally_once_per_school")]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.school_id}"


class Pace(OfSchoolOrAll):
    """How many answered for the first time within a minute: what the chart over time is drawn from."""

    minute = models.DateTimeField(_("minute"))
    answered = models.IntegerField(_("answered"), default=0)

    class Meta:
        verbose_name = _("answers within a minute")
        verbose_name_plural = _("answers within a minute")
        constraints = [models.UniqueConstraint(fields=["check_row", "school", "minute"], name="pace_once_per_minute", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.school_id} {self.minute:%H:%M}"


class Summary(models.Model):
    """What of a large check cannot be kept exact at every answer: counted now and then in the background, shown with the time it is of."""

    check_row = models.ForeignKey(
        "safety.SafetyCheck", models.CASCADE, related_name="+", verbose_name=_("safety check"), db_column="check_id", db_index=False
    )
    school = models.ForeignKey("members.School", models.CASCADE, null=True, related_name="+", verbose_name=_("school"), db_index=False)
    what = models.CharField(_("what"), max_length=10, choices=SummaryKind)
    taken_at = models.DateTimeField(_("as of"))
    took_ms = models.PositiveIntegerField(_("took (ms)"))
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("counted figures")
        verbose_name_plural = _("counted figures")
        constraints = [models.UniqueConstraint(fields=["check_row", "school", "what"], name="summary_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.school_id} {self.what}"
