"""What the newsroom's pages tell the text editor: its words, its modules and what it may embed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

from . import embeds

MODULE_NAMES = ("dialog", "editor", "paste", "toolbar", "words")
# What the editor's modules call each other: their own addresses have a digest in them.
MODULES = Media(
    css={"all": ["newsroom/editor.css"]},
    importmap=ImportMap({f"newsroom/{name}": f"newsroom/{name}.js" for name in MODULE_NAMES}),
)

# The words of the text editor's buttons and dialogs.
LABELS = {
    "toolbar": _("Text tools"),
    "paragraph": _("Paragraph"),
    "heading2": _("Heading"),
    "heading3": _("Subheading"),
    "bulletList": _("Bullet list"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "pullQuote": _("Pull quote"),
    "horizontalRule": _("Dividing line"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "cite": _("Credit or title of a work"),
    "bdi": _("Name in the other script"),
    "link": _("Link"),
    "unlink": _("Remove the link"),
    "footnote": _("Footnote"),
    "footnoteText": _("Text of the note"),
    "figure": _("Picture from the library"),
    "figureAlt": _("Describe the picture"),
    "table": _("Insert a table"),
    "table:caption": _("Title of the table"),
    "table:addColumnAfter": _("Add a column after"),
    "table:deleteColumn": _("Delete the column"),
    "table:addRowAfter": _("Add a row below"),
    "table:deleteRow": _("Delete the row"),
    "table:mergeCells": _("Merge the cells"),
    "table:splitCell": _("Split the cell"),
    "table:toggleHeaderCell": _("Heading cell"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
    "address": _("Address"),
    "alternativeText": _("What the picture shows"),
    "alternativeHelp": _("For somebody who cannot see it. Left empty, it counts as decorative and is passed over."),
    "caption": _("Title"),
    "apply": _("Apply"),
    "cancel": _("Cancel"),
    "required": _("This cannot be left empty."),
    "close": _("Close"),
    "shortcuts": _("Keyboard shortcuts"),
    "leaveKeys": _("Leave the text, from a table or a list too"),
    "leave": _("Leave the text: the Tab key now goes on."),
    "words": _("Words: %s"),
    "embed": _("Film, recording or chart of another site"),
    "embedTitle": _("Title that readers see"),
    "embedHelp": _("From these sites: %s. Readers get a link; nothing is loaded from there."),
    "embedRefused": _("This is no address of a film, recording or chart on one of these sites: %s."),
    "addressHelp": _("Left empty, the link is removed."),
    "addressRefused": _("An address begins with https:// or, within this site, with /."),
    "linkSearch": _("Find a text, a person, a topic, a region or a page by its title"),
    "linkFound": _("What was found"),
    "linkCount": _("Found: %s. Choose with the arrow keys."),
    "linkNothing": _("Nothing has these words in its title."),
    "linkFailed": _("The search did not answer. Type the address, or try again."),
    "picturesLeftOut": _("Pictures were left out of what you pasted. Choose them from the library."),
}


def settings_of_page():
    """What the editor's script must know and cannot say by itself."""
    return {
        "embeds": [{"name": source.name, "forms": source.forms} for source in embeds.sources()],
        "links": reverse("admin:links"),
    }
