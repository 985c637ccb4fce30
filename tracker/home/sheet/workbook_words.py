"""How a workbook of a sheet is filled in, as it says itself."""

from tracker.core.languages import _


def explained() -> list[str]:
    """Line by line, in the reader's language."""
    return [
        _(
            "Fill in the yellow cells alone. Grey ones are to be read: they cannot be written, or it says why in "
            "“Where it stands”."
        ),
        _(
            "Type numbers as numbers, with the decimal sign of your Excel, and without the unit or a percent sign. "
            "Where it is zero, type 0; an empty cell is no zero."
        ),
        _("A ratio has two cells: the part and the whole. The percentage is reckoned from them."),
        _("“As at” is a day, and only needed where the figure holds as of an earlier day than the end of the period."),
        _(
            "Type x under “Does not apply” where a target that is kept in every period does not apply in this one, "
            "and say why."
        ),
        _(
            "“What asks about the figure” tells what the product asks and never refuses: answer in a word or two beside"
            " it. What asks about a figure that you type is shown when you send the file; you may answer it ahead, as "
            "where a figure is far from the usual ones."
        ),
        _(
            "Do not add rows or columns of figures. Your own notes and sums may stand below the table: they are shown"
            " when you send the file, and not taken."
        ),
        _(
            "Save the file as .xlsx and send it on the page of the sheet. Before anything is kept, each cell is shown"
            " beside what stands there then. Where somebody else changed the same figure meanwhile, you choose which "
            "one stays."
        ),
        _("Nothing is sent to the People's Committee by that: the figures become drafts on the sheet."),
    ]
