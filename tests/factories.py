"""A small invented institute to test with."""

from datetime import timedelta
from io import BytesIO
from itertools import count
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from PIL import Image as Pillow

from analyses.editions import Edition
from analyses.models import Analysis, Authorship, Pick, Recommendation
from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.models import Image, Page

_number = count(1)


def make_format(en="Brief Analysis", ar="تحليل موجز", **fields):
    return Format.objects.create(name_en=en, name_ar=ar, **fields)


def make_topic(en="Water", ar="المياه", **fields):
    return Topic.objects.create(name_en=en, name_ar=ar, **fields)


def make_region(en="Iraq", ar="العراق", **fields):
    return Region.objects.create(name_en=en, name_ar=ar, **fields)


def make_expert(en="Rana Darwazeh", ar="رنا دروزة", topics=(), regions=(), **fields):
    fields = {"role_en": "Fellow", "role_ar": "زميلة"} | fields
    expert = Expert.objects.create(name_en=en, name_ar=ar, **fields)
    expert.topics.set(topics)
    expert.regions.set(regions)
    return expert


def picture_file(name="river.jpg", size=(900, 600), color="teal", format="JPEG", **save):
    out = BytesIO()
    Pillow.new("RGB", size, color).save(out, format=format, **save)
    return ContentFile(out.getvalue(), name=name)


def make_image(alt_en="A dry riverbed", alt_ar="مجرى نهر جاف", file=None, **fields):
    return Image.objects.create(file=file or picture_file(), alt_en=alt_en, alt_ar=alt_ar, **fields)


def make_analysis(
    en="The River Is Low",
    ar="",
    body_en=None,
    body_ar=None,
    authors=(),
    topics=(),
    regions=(),
    tags=(),
    publish=(),
    **fields,
):
    """An analysis in the languages for which a title is given; published in those named in `publish`."""
    number = next(_number)
    if "format" not in fields:
        fields["format"] = Format.objects.first() or make_format()
    if en:
        fields = {
            "summary_en": f"Summary {number} of the text.",
            "body_en": body_en or f"<p>Words of text {number}.</p>",
        } | fields
    if ar:
        fields = {"summary_ar": f"ملخص النص {number}.", "body_ar": body_ar or f"<p>كلمات النص {number}.</p>"} | fields
    analysis = Analysis.objects.create(title_en=en, title_ar=ar, **fields)
    for order, expert in enumerate(authors or [staff()]):
        Authorship.objects.create(analysis=analysis, expert=expert, order=order)
    analysis.topics.set(topics)
    analysis.regions.set(regions)
    analysis.tags.set(tags)
    for language in publish:
        analysis.publish(language)
    return analysis


def staff():
    """Who wrote what a test names no author for: a text has one, but the test is about something else."""
    known = Expert.objects.filter(name_en="Staff").first()
    return known or make_expert("Staff", "التحرير", role_en="", role_ar="", status="former")


def make_tag(name="drought", en="Drought", ar="الجفاف", **fields):
    return Tag.objects.create(name=name, label_en=en, label_ar=ar, **fields)


def make_page(en="About", ar="من نحن", **fields):
    fields = {"body_en": "<p>Who we are.</p>" if en else "", "body_ar": "<p>نحن معهد.</p>" if ar else ""} | fields
    return Page.objects.create(title_en=en, title_ar=ar, **fields)


def ago(**delta):
    """The moment that long ago."""
    return timezone.now() - timedelta(**delta)


def ahead(**delta):
    """The moment that long from now."""
    return timezone.now() + timedelta(**delta)


def publish(analysis, *languages, at=None, **how):
    """Publish in the past, an hour ago unless said otherwise, so that lists show it inside a test's transaction too."""
    for language in languages:
        analysis.publish(language, at=at or ago(hours=1), **how)
    return analysis


def edit(analysis, **fields):
    """Save changed fields of the working copy."""
    for name, value in fields.items():
        setattr(analysis, name, value)
    analysis.save()
    return analysis


def correct(analysis, language="en", note="A figure was wrong.", kind=Edition.Kind.CORRECTION, at=None, **fields):
    """Publish a further edition with changed fields."""
    edit(analysis, **fields)
    return analysis.publish(language, kind=kind, note=note, at=at or ago(minutes=1))


def let_time_pass(**delta):
    """Move every moment that the database keeps into the past: the clock is PostgreSQL's and cannot be turned."""
    moved = timedelta(**delta)
    columns = ("published_at", "live_from", "live_until", "settles_at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE analyses_edition SET {', '.join(f'{name} = {name} - %s' for name in columns)}",
            [moved] * len(columns),
        )
        cursor.execute("UPDATE analyses_entry SET published_at = published_at - %s", [moved])


# Words that stand nowhere but in texts that the public may not read.
CANARIES = ("quagga", "okapi", "pangolin", "axolotl", "narwhal", "حرشف", "hrshf", "سمندل", "smndl")

LONG_BODY = """<p><strong>Levels.</strong> The gauge at the bridge stood lower than in any autumn on record.<sup
class="footnote">Ministry of Water, <em>Gauges</em>, p. 12.</sup></p>
<h2>What the gauges say</h2><p>{words}</p>
<ul><li><strong>Upstream.</strong> Two dams are filling.</li><li><strong>Downstream.</strong> Salt is rising.</li></ul>
<h3>The figures</h3>
<table><caption>Metres above the bed</caption><thead><tr><th scope="col">Month</th><th scope="col">Level</th></tr></thead>
<tbody><tr><th scope="row">May</th><td>4.1</td></tr><tr><th scope="row">October</th><td>1.2</td></tr></tbody></table>
<figure><img src="" alt="" data-image="{image}"><figcaption>The bridge in October <cite>Photo: Sami Qasim</cite></figcaption>
</figure>
<blockquote class="pullquote"><p>A river is a promise between neighbours.</p></blockquote>
<h2>What to do</h2><p>{words} See <a href="/policy-analysis/dust-over-basra">what the dust did</a> and
<a href="https://example.org/report">the report</a>.<sup class="footnote">An interview in <a
href="/policy-analysis/dust-over-basra">the same month</a>.</sup></p>"""


def make_institute():
    """The Tamarisk Institute in small, with everything that a page can have; and secrets in what is not public."""
    brief = make_format("Brief Analysis", "تحليل موجز", slug_en="brief-analysis", slug_ar="thlyl-mwjz", order=1)
    podcast = make_format("Podcast", "", slug_en="podcast", order=2)
    water = make_topic("Water", "المياه", is_featured=True, summary_en="<p>Rivers and who shares them.</p>")
    security = make_topic("Border Security", "")
    east = make_region("Middle East", "الشرق الأوسط", is_featured=True)
    gulf = make_region("Gulf", "الخليج", parent=east)
    iraq = make_region("Iraq", "العراق", parent=gulf, iso="IQ")
    drought, levees = make_tag(), make_tag("levees", "Levees", "")
    photo = make_image(
        "Rana Darwazeh at her desk", "رنا دروزة في مكتبها", picture_file("rana.jpg", (400, 500), "olive")
    )
    picture = make_image(credit="Sami Qasim")
    rana = make_expert(
        photo=photo, topics=[water], regions=[iraq], is_featured=True, short_bio_en="She studies rivers.",
        short_bio_ar="تدرس الأنهار.", bio_en="<p>She has walked both rivers.</p>", bio_ar="<p>مشت على ضفاف النهرين.</p>",
        spoken_languages=["en", "ar"], email="rana@tamarisk.example", links=["https://example.org/rana"],
    )  # fmt: skip
    yusuf = make_expert("Yusuf Rubaie", "يوسف الربيعي", status="adjunct", topics=[security], role_ar="زميل")
    greta = make_expert(
        "Greta Lindqvist", "", status="guest", role_en="Professor", role_ar="", affiliation_en="University of Malmhaven"
    )
    omar = make_expert("Omar Haddad", "عمر حداد", status="former", role_ar="زميل سابق")
    make_page("About", "من نحن", order=1)
    make_page("Corrections Policy", "", order=2)

    dust = make_analysis(
        "Dust over Basra", "غبار فوق البصرة", slug_en="dust-over-basra", format=brief, authors=[yusuf, rana, greta],
        topics=[water], regions=[iraq], tags=[drought],
    )  # fmt: skip
    publish(dust, "en", at=ago(days=40))
    publish(dust, "ar", at=ago(days=38))
    words = "The water is low and the fields are dry, and nobody upstream has said when it will be otherwise. " * 40
    river = make_analysis(
        "The River Is Low", "النهر منخفض", body_en=LONG_BODY.format(words=words, image=picture.pk), format=brief,
        authors=[rana, omar], topics=[water, security], regions=[iraq], tags=[drought, levees], image=picture,
    )  # fmt: skip
    river.authorships.filter(expert=omar).update(role_en="Senior Fellow", note_en="Omar Haddad left in the summer.")
    publish(river, "en", at=ago(days=30))
    publish(river, "ar", at=ago(days=29))
    corrected = publish(
        make_analysis("The Dam Holds", format=podcast, authors=[greta], topics=[water]), "en", at=ago(days=20)
    )
    correct(corrected, at=ago(days=10), body_en="<p>Two metres, and not ten.</p>")
    arabic = publish(
        make_analysis("", "رسالة المدير", original_language="ar", authors=[rana], regions=[gulf]), "ar", at=ago(days=15)
    )
    many = [
        publish(make_analysis(f"Letter {number} from the Marshes", authors=[omar]), "en", at=ago(days=50 + number))
        for number in range(1, 24)
    ]
    Pick.objects.create(analysis=river, order=1)
    Pick.objects.create(analysis=dust, order=2)
    Pick.objects.create(analysis=dust, topic=water)
    Recommendation.objects.create(analysis=river, recommended=corrected)
    live = [dust, river, corrected, arabic, *many]

    secret = {
        "authors": [rana], "topics": [water], "regions": [iraq], "format": brief,
        "image": make_image("A quagga by the river", "حرشف عند النهر", picture_file("quagga.png", (70, 60), "red", "PNG")),
    }  # fmt: skip
    draft = make_analysis(
        "Quagga Report", "تقرير حرشف", summary_en="About a quagga.", summary_ar="عن حرشف.", slug_ar="hrshf",
        body_en="<p>A quagga came.</p>", body_ar="<p>جاء حرشف.</p>", tags=[make_tag("quagga", "Quagga", "حرشف")], **secret,
    )  # fmt: skip
    scheduled = make_analysis(
        "Okapi Report", "تقرير سمندل", summary_en="About an okapi.", summary_ar="عن سمندل.", slug_ar="smndl",
        body_en="<p>An okapi came.</p>", body_ar="<p>جاء سمندل.</p>", tags=[make_tag("okapi", "Okapi", "سمندل")], **secret,
    )  # fmt: skip
    for language in ("en", "ar"):
        scheduled.publish(language, at=ahead(days=2))
    withdrawn = make_analysis(
        "Pangolin Report", summary_en="About a pangolin.", body_en="<p>A pangolin came.</p>",
        tags=[make_tag("pangolin", "Pangolin", "")], **secret,
    )  # fmt: skip
    publish(withdrawn, "en", at=ago(days=5)).withdraw("en", "The pangolin was somewhere else.")
    pending = publish(make_analysis("The Canal Is Open", authors=[rana], topics=[water]), "en", at=ago(days=6))
    edit(
        pending, title_en="The Axolotl Is Open", slug_en="axolotl", summary_en="An axolotl.",
        body_en="<p>An axolotl came.</p>",
    )  # fmt: skip
    pending.publish("en", kind=Edition.Kind.CORRECTION, note="It was an axolotl.", at=ahead(days=1))
    edit(pending, title_en="The Narwhal Is Open", slug_en="narwhal", body_en="<p>A narwhal came.</p>")
    pending.tags.add(make_tag("narwhal", "Narwhal", ""))
    return SimpleNamespace(
        brief=brief, podcast=podcast, water=water, security=security, east=east, gulf=gulf, iraq=iraq, drought=drought,
        levees=levees, rana=rana, yusuf=yusuf, greta=greta, omar=omar, dust=dust, river=river, corrected=corrected,
        arabic=arabic, many=many, live=live, draft=draft, scheduled=scheduled, withdrawn=withdrawn, pending=pending,
    )  # fmt: skip
