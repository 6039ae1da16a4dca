"""The column that people are searched by, made anew whenever their row is saved."""

from typing import Any

from django.db import models

from ossma.core.folding import name_key


class SearchKeyField(models.TextField):
    """Folded texts of a row, one a line; the model's `search_texts()` says which. `save(update_fields=...)` has to name it."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """What is written, with the texts as they are now."""
        key = name_key(*model_instance.search_texts())
        setattr(model_instance, self.attname, key)
        return key
