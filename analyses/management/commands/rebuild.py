"""Make anew whatever is derived from the editions."""

from django.core.management.base import BaseCommand
from django.db import transaction

from analyses import counts, indexing, publication, states, working_search
from analyses.archive.progress import meter
from analyses.editions import Edition
from analyses.models import Analysis
from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.models import Page
from thinktank.names import NameKey

BATCH = 200


class Command(BaseCommand):
    help = (
        "Make anew printed bodies, the search index, current addresses, lists and counts. Running it twice is harmless."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--search", action="store_true", help="only the indexes of the site's and of the newsroom's search"
        )

    def handle(self, search=False, **options):
        if search:
            indexing.rebuild()
            working_search.rebuild()
            self.stdout.write("rebuilt: the search of the site and of the newsroom")
            return
        NameKey.objects.all().delete()
        for tag in Tag.objects.iterator():
            tag.keep_names()
        for model in (Format, Topic, Region, Expert, Page):
            for row in model.objects.iterator():
                with transaction.atomic():
                    row.claim_addresses()
        editions = Edition.objects.order_by("pk")
        total = editions.count()
        progress = meter(total) or (lambda amount: None)
        last = 0
        while keys := list(editions.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            last = keys[-1]
            with transaction.atomic():
                publication.rederive(Edition.objects.filter(pk__in=keys))
            progress(len(keys))
        counts.rebuild()
        indexing.rebuild()
        working_search.rebuild()
        self._keep_states()
        self.stdout.write(f"rebuilt: {total:,} editions, their addresses, lists, counts and search")

    def _keep_states(self):
        """Of drafts too, which counting passes over."""
        last = 0
        analyses = Analysis.objects.order_by("pk").values_list("pk", flat=True)
        while keys := list(analyses.filter(pk__gt=last)[:BATCH]):
            last = keys[-1]
            states.keep(keys)
