"""What is wrong with a file that was signed outside, in words: each reason has a sentence of its own."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l
from tracker.signing.outside.faults import Fault

SENTENCES: Mapping[Fault, Text] = {
    Fault.NO_PDF: _l("This is no PDF. Send the document that you downloaded here, signed"),
    Fault.TOO_LARGE: _l("The file is much larger than the document and a signature: it is another file"),
    Fault.TOO_MUCH: _l("The file could not be read with the time and memory that a signed document takes"),
    Fault.ENCRYPTED: _l("The file is protected by a password. Sign the document without one"),
    Fault.TWO_IN_ONE: _l("The file is a PDF and another file at once. Send the signed document alone"),
    Fault.ACTS: _l("What was added to the document holds a program, another file or an action that starts by itself"),
    Fault.DAMAGED: _l("What was added to the document is damaged. Sign the document anew, and send it as it was saved"),
    Fault.NO_FIELDS: _l("This document was made before fields for signatures. It can be signed on paper"),
    Fault.NOT_OURS: _l(
        "The file does not begin with the bytes of this document: it was changed, printed or saved anew. Download it "
        "again and sign that file"
    ),
    Fault.ANOTHER_DOCUMENT: _l("This is another document of this product. Send the one that is to be signed here"),
    Fault.OLDER: _l("The other side signed since you downloaded the document. Download it again and sign that file"),
    Fault.UNSIGNED: _l("There is no new signature in the file. Sign it, save it, and send that file"),
    Fault.NOTE_ADDED: _l("A note, stamp or picture was added. Sign the downloaded file, and add nothing to it"),
    Fault.PAGE_ADDED: _l("Pages were added or taken away. Sign the downloaded file as it is"),
    Fault.FIELD_CHANGED: _l("A field was changed beside the signature. Sign the downloaded file as it is"),
    Fault.CONTENT_CHANGED: _l("What the pages show was changed. Sign the downloaded file as it is"),
    Fault.ANOTHER_FIELD: _l("The signature does not stand in the field that is made for you. Sign in that field"),
    Fault.NOT_ARCHIVAL: _l(
        "The program that signed broke the rules of PDF/A-3. Set it to keep PDF/A, or sign by another"
    ),
    Fault.BROKEN: _l("A signature does not fit the document: the file was changed after it was signed"),
    Fault.NOT_WHOLE: _l("A signature does not cover the whole document"),
    Fault.OTHER_HASH: _l("The signature was made with another hash than SHA-256. Set your program to SHA-256"),
    Fault.OTHER_KEY: _l(
        "The signature was made with a key of another kind than RSA of at least 2048 bits or ECDSA over P-256 or P-384"
    ),
    Fault.LOCKS: _l("The signature forbids any further signature. Sign without locking or certifying the document"),
    Fault.UNTRUSTED: _l("The certificate comes from no authority that is trusted here"),
    Fault.NOT_FOR_SIGNING: _l("The certificate is not meant for signing documents"),
    Fault.EXPIRED: _l("The certificate has expired"),
    Fault.NOT_YET: _l("The certificate is not valid yet"),
    Fault.REVOKED: _l("The certificate was revoked"),
    Fault.UNDETERMINED: _l(
        "Whether the certificate was revoked cannot be told: there is no fresh list of its authority here. Try again "
        "later, or tell the administrator"
    ),
    Fault.AHEAD: _l("The signature tells a time that lies ahead. Set the clock of the machine that signs"),
    Fault.ANOTHER_SIGNER: _l("The certificate is of another person or office than the one who is to sign here"),
}
