"""The words people's names are made of, each once: what a search asks before it asks for people."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class NameWord(models.Model):
    """A word of at least one person's `name_norm`, filed under kernel.linkage.keys.word_list_keys.

    Only ever added to: a word nobody bears any more costs a search nothing.
    """

    word = models.CharField(max_length=250, primary_key=True, db_collation="C")
    keys = ArrayField(models.IntegerField())

    class Meta:
        indexes = [GinIndex("keys", name="name_word_by_keys", fastupdate=False)]
