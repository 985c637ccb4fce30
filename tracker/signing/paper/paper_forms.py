"""Forms of scans: a file, pages sorted by hand, and the judgement of a second person."""

from tracker.core.languages import _l
from tracker.core.web.forms import AtMost, Between, FileUpload, Form, Required, TextArea, TextField
from tracker.core.web.years import YearField


class ScansForm(Form):
    """A file of scans."""

    file = FileUpload(
        _l("File of scans"),
        [Required(_l("Choose a file"))],
        look={
            "accept": ".pdf",
            "hint": _l("One PDF of any number of signed papers, in any order. The codes on the pages sort them."),
        },
    )


class SortingForm(Form):
    """Pages of a file, and the commitment that they are of."""

    pages = TextField(
        _l("Pages of the file"),
        [Required(_l("Say which pages")), AtMost(255)],
        look={"hint": _l("In the order of the paper, such as 3, 5-7"), "autocomplete": "off", "width": 20},
    )
    number = TextField(
        _l("Number of the commitment"),
        [Required(_l("Say which commitment these pages are of")), AtMost(80)],
        look={"hint": _l("As it stands on the paper, such as 01/CK-SNV"), "autocomplete": "off", "width": 20},
    )
    year = YearField(
        _l("Year of the paper"),
        [Between(1900, 2100)],
        look={"hint": _l("Only where papers of several years have this number")},
    )


class RefusalForm(Form):
    """Why a scan does not show what was signed; nothing where it does."""

    reason = TextArea(
        _l("Why it is refused"),
        [AtMost(2000)],
        look={"hint": _l("Only where you refuse it: what is wrong, so that it can be scanned anew"), "rows": 3},
    )
