"""The tables of the index, twice: what readers search, and what staff search. No code uses these classes to read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Statistics(models.Model):
    """One row a language. It is locked by whoever changes the index, so that changes stand in line."""

    language = models.CharField(max_length=10, primary_key=True, db_collation="C")
    documents = models.IntegerField(default=0)
    length = models.FloatField(default=0)  # of all documents

    class Meta:
        abstract = True


class Document(models.Model):
    """A text as the numbers of its words (`codes`)."""

    pk = models.CompositePrimaryKey("language", "key")
    language = models.CharField(max_length=10, db_collation="C")
    key = models.BigIntegerField()
    date = models.DateTimeField()
    length = models.FloatField()  # of its words, each counted by its field's weight
    words = models.TextField(db_collation="C")

    class Meta:
        abstract = True


class Term(models.Model):
    """A stem, how many documents have it, and some of the words that it is the stem of."""

    id = models.IntegerField(primary_key=True)
    language = models.CharField(max_length=10, db_collation="C")
    stem = models.CharField(max_length=50, db_collation="C")
    documents = models.IntegerField(default=0)
    forms = ArrayField(models.CharField(max_length=50), default=list)

    class Meta:
        abstract = True


class Posting(models.Model):
    """Where a stem stands, in one bucket of 4,096 documents: for each, its place in the bucket and its weight."""

    pk = models.CompositePrimaryKey("term", "bucket")
    term = models.IntegerField()
    bucket = models.BigIntegerField()
    entries = ArrayField(models.IntegerField())

    class Meta:
        abstract = True


class PublishedStatistics(Statistics):
    pass


class PublishedDocument(Document):
    pass


class PublishedTerm(Term):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "stem"], name="published_term_once")]


class PublishedPosting(Posting):
    pass


class WorkingStatistics(Statistics):
    pass


class WorkingDocument(Document):
    pass


class WorkingTerm(Term):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "stem"], name="working_term_once")]


class WorkingPosting(Posting):
    pass
