from ossma import zone_data

zone_data.pin()

from ossma.celery import app as celery_app  # noqa: E402 - whatever reads a zone comes after the database of zones is chosen

__all__ = ["celery_app"]
