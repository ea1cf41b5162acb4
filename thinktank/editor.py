"""What the newsroom's pages tell the text editor: its words, its modules and what it may embed."""

from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

# What the editor's modules call each other: their own addresses have a digest in them.
MODULES = Media(
    css={"all": ["newsroom/editor.css"]},
    importmap=ImportMap({f"newsroom/{name}": f"newsroom/{name}.js" for name in ("dialog", "paste", "words")}),
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
    "caption": _("Title"),
    "apply": _("Apply"),
    "cancel": _("Cancel"),
    "required": _("This cannot be left empty."),
    "picturesLeftOut": _("Pictures were left out of what you pasted. Choose them from the library."),
}


def settings_of_page():
    """What the editor's script must know and cannot say by itself."""
    return {}
