"""Three texts to read next: the editors' picks first, then by what the texts share."""

from .lists import candidates
from .models import Recommendation

WEIGHTS = {"region": 3, "topic": 2, "tag": 2, "expert": 1}
POOL = 15  # newest texts looked at for each thing shared; more would cost more and change little


def recommended(edition, most=3):
    """Live editions in the same language, never the same text; one query, whatever the archive's size."""
    shared = {facet: WEIGHTS[kind] for facet in edition.facets if (kind := facet.split(":")[0]) in WEIGHTS}
    picks = Recommendation.objects.filter(analysis=edition.analysis_id)
    picked, rows = candidates(edition.language, shared, POOL, picks, picked="recommended")

    def score(row):
        return sum(shared[facet] for facet in row.facets if facet in shared), row.published_at

    others = sorted((row for row in rows if row.pick_order is None), key=score, reverse=True)
    return [row for row in [*picked, *others] if row.analysis_id != edition.analysis_id][:most]
